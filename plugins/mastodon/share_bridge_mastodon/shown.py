"""The words and links of a status, from the HTML that its server made of them."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from share_bridge.plugin import same_link, urls_in

__all__ = ["Shown", "shown"]

#: Of one status; more is no post of ours.
_MOST = 200_000
_BLOCKS = frozenset({"p", "div", "ul", "ol", "li", "blockquote", "pre"})
_MARKUP = frozenset(
    {"b", "strong", "i", "em", "u", "del", "s", "code", "pre", "blockquote"}
    | {"ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img"}
)
# Possessive: never a step back. A tag holds no `<` but within quotes; a comment is a
# tag without a name.
_TAG = re.compile(
    r"<(?:!--(?:(?!-->).)*+(?:-->|\Z)"
    r"|(/?)([a-zA-Z][\w-]*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<![a-zA-Z-])([a-zA-Z-]++)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++))"
)


class Shown(Struct, frozen=True):
    """What readers see.

    Attributes:
        text: Plain, with whole addresses where the page shortens them.
        links: Every address in it, whole; no mention, no hashtag.
        is_sure: The text is as it was sent: nothing became markup or a name.

    """

    text: str
    links: tuple[str, ...]
    is_sure: bool


def shown(status: Mapping[str, Any]) -> Shown:
    """Read `content` and `card` of a status.

    A link is shown in pieces: `https://` and the end are hidden by style, so that
    its text is the whole address all the same
    (https://docs.joinmastodon.org/spec/activitypub/#html, 2026-11-22).
    """
    content = status.get("content")
    reader = _Reader(people=_addresses(status, "mentions"))
    reader.read(content[:_MOST] if isinstance(content, str) else "")
    text = "".join(reader.pieces).strip()
    card = status.get("card")
    url = card.get("url") if isinstance(card, dict) else None
    links = (*reader.links, *urls_in(text), *([url] if isinstance(url, str) else []))
    return Shown(text, tuple(dict.fromkeys(links)), is_sure=reader.is_sure)


def _addresses(status: Mapping[str, Any], name: str) -> dict[str, str]:
    """Of the people that it mentions: address of their page to name."""
    listed = status.get(name)
    return {
        str(item.get("url")): str(item.get("acct"))
        for item in (listed if isinstance(listed, list) else ())
        if isinstance(item, dict) and item.get("acct")
    }


class _Anchor(Struct):
    """A link that is being read."""

    href: str
    kind: str
    text: list[str] = field(default_factory=list)


class _Reader:
    """Reads HTML in one pass; html.parser takes minutes for what was made to harm."""

    def __init__(self, *, people: Mapping[str, str]) -> None:
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.is_sure = True
        self._people = people
        self._anchor: _Anchor | None = None

    def read(self, content: str) -> None:
        end = 0
        for tag in _TAG.finditer(content):
            self._write(_plain(content[end : tag.start()]))
            closing, name, attributes = tag.groups(default="")
            if closing:
                self._end(name.lower())
            elif name:
                self._start(name.lower(), attributes)
            end = tag.end()
        self._write(_plain(content[end:]))
        self._finish()

    def _start(self, name: str, attributes: str) -> None:
        if name in _MARKUP:
            self.is_sure = False
        if name == "br":
            self._write("\n")
        elif name == "a":
            self._finish()
            self._anchor = _anchor(_attributes(attributes))

    def _end(self, name: str) -> None:
        if name == "a":
            self._finish()
        elif name in _BLOCKS:
            self._write("\n\n")

    def _write(self, text: str) -> None:
        into = self.pieces if self._anchor is None else self._anchor.text
        into.append(text)

    def _finish(self) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is None:
            return
        text = "".join(anchor.text)
        if anchor.kind == "mention":
            self.is_sure = False
            person = self._people.get(anchor.href)
            text = f"@{person}" if person else text
        elif anchor.kind == "link":
            self.links.append(anchor.href)
            if _is_shortened(text, anchor.href):
                # Without its scheme it may be just what was written.
                self.is_sure &= "://" in text or text.rstrip().endswith(("…", "..."))
                text = anchor.href
        self.pieces.append(text)


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): _plain(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(text)
    }


def _plain(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text


def _anchor(attributes: Mapping[str, str]) -> _Anchor | None:
    classes = attributes.get("class", "").split()
    rel = attributes.get("rel", "").split()
    href = attributes.get("href", "")
    if "hashtag" in classes or "tag" in rel:
        return _Anchor(href, "tag")
    if "mention" in classes:
        return _Anchor(href, "mention")
    return _Anchor(href, "link") if href.startswith(("http://", "https://")) else None


def _is_shortened(text: str, href: str) -> bool:
    """Whether a link shows a part of its address: `example.org/2026/a-lo…`."""
    if same_link(text, href):
        return False
    start = text.strip().removesuffix("…").removesuffix("...")
    bare = start.rpartition("://")[2].removeprefix("www.")
    return bool(bare) and href.partition("://")[2].removeprefix("www.").startswith(bare)
