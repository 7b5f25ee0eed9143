"""The one place where HTML from outside becomes HTML that may be shown.

Four steps, none of which is relied on alone: our own bound (`text.bound`), nh3,
bleach with an explicit allow-list, and every address parsed by our own rules. What
after the first is letters, paragraphs and emphasis has nothing that can do harm.
"""

from __future__ import annotations

import html as entities
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from share_bridge.text.bound import bound
from share_bridge.text.characters import strip_unseen
from share_bridge.text.elements import ALLOWED, ATTRIBUTES, DROPPED, LINKS, RAW
from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern

__all__ = ["clean", "precut"]

_SCHEMES = frozenset({"http", "https", "mailto"})
# No attribute, no reference, and no character that a parser would write otherwise.
_HARMLESS = pattern(
    r"(?:[^<>&\xa0\r]++|<(?:/?(?:p|em|strong|b|i|code)|br)>|&(?:amp|lt|gt);)*+"
)
_PRE = pattern(r"(<pre(?: [^>]*)?>)\n+")
_Token = dict[str, Any]


def clean(html: str, *, base: str = "") -> str:
    """Make untrusted HTML safe to show.

    Only the elements and attributes of `text.elements` are left, scripts and their
    like are gone with their content, addresses are absolute http, https or mailto.
    The result is balanced, and cleaning it again changes nothing.

    Args:
        html: A whole body; what is over the bounds of `text.bound` is left out.
        base: Address that relative links start from; without one they are dropped.

    """
    return _judged(strip_unseen(bound(html).html, keep_marks=True), base)


def precut(html: str, *, text_chars: int) -> str:
    """The beginning of untrusted HTML, still untrusted, that a teaser is made from.

    It stops after `text_chars` characters of text and closes what is open, so that
    only this much has to be cleaned; spoilers, footnotes and hidden parts are out.
    """
    return bound(html, text_chars=text_chars).html


def _judged(bounded: str, base: str) -> str:
    if _HARMLESS.fullmatch(bounded):
        return bounded
    import nh3  # noqa: PLC0415 - needed for new posts only
    from bleach.sanitizer import Cleaner  # noqa: PLC0415 - heavy

    safe = nh3.clean(
        bounded,
        tags=set(ALLOWED),
        clean_content_tags=set(DROPPED | RAW | {"math"}),
        attributes={name: set(values) for name, values in ATTRIBUTES.items()},
        url_schemes=set(_SCHEMES),
        link_rel=None,
    )
    # One Cleaner for each call: it is cheap, and shared ones are not thread-safe.
    cleaner = Cleaner(
        tags=ALLOWED,
        attributes={name: list(values) for name, values in ATTRIBUTES.items()},
        protocols=_SCHEMES,
        strip=True,
        strip_comments=True,
        filters=[partial(_Addresses, base=base)],
    )
    # Again: what was a reference is a character now.
    shown = cleaner.clean(strip_unseen(safe, keep_marks=True))
    # A parser drops one line end behind <pre>: with none left, none is lost later.
    return _PRE.sub(r"\1", shown)


class _Addresses:
    """The filter in bleach's stream of tokens that holds addresses to our rules."""

    def __init__(self, source: Iterable[_Token], *, base: str) -> None:
        self.source = source
        self.base = base

    def __iter__(self) -> Iterator[_Token]:
        linked: list[bool] = []
        for token in self.source:
            kind, name = token["type"], token.get("name")
            if kind in {"StartTag", "EmptyTag"}:
                _resolve(token["data"], self.base)
            if name == "img" and (None, "src") not in token["data"]:
                continue
            if name == "a" and kind == "StartTag":
                linked.append((None, "href") in token["data"])
            if name == "a" and not (linked.pop() if kind == "EndTag" else linked[-1]):
                continue
            yield token

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)


def _resolve(attributes: dict[tuple[str | None, str], str], base: str) -> None:
    for key in [key for key in attributes if key[1] in LINKS]:
        address = absolute(entities.unescape(attributes[key]), base)
        if address and (key[1] == "href" or address.startswith("http")):
            attributes[key] = address.replace("&", "&amp;")
        else:
            del attributes[key]
