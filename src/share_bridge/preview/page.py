"""Draws a preview as one page that needs nothing but itself.

Whatever a post says is text here: the template escapes it, the policy lets no script
run but the page's own, and nothing is loaded from anywhere.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from share_bridge.model.capabilities import Unit
from share_bridge.model.delivery import State
from share_bridge.preview.cards import PostPreview, Preview, Standing
from share_bridge.text.characters import strip_unseen
from share_bridge.text.facets import facets
from share_bridge.text.pattern import pattern

__all__ = ["draw"]

_CONTROLS = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def draw(
    preview: Preview, *, pictures: Mapping[str, str], made: datetime
) -> Iterator[str]:
    """The page, piece by piece.

    Args:
        preview: What it shows.
        pictures: Data URLs of pictures, by the path of the file.
        made: When, as the reader's clock has it.

    """
    script = _file("page.js")
    targets = preview.posts[0].cards if preview.posts else ()
    return _template().generate(
        preview=preview,
        targets=targets,
        pictures=pictures,
        made=f"{made:%Y-%m-%d at %H:%M}",
        policy=_policy(script),
        style=Markup(_file("page.css")),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
    )


def _policy(script: str) -> str:
    """No script but ours, by its hash; styles are also those within shown mails."""
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.filters |= {"linked": _linked, "tone": _tone, "words": _words}
    return environment.from_string(_file("page.html"))


def _seen(value: Any) -> Any:
    """Text without what cannot be seen and may deceive; markup of ours as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return strip_unseen(value, keep_marks=True)
    return value


def _linked(text: str) -> Markup:
    """The exact text, with its links, mentions and hashtags marked.

    The isolates that right-to-left text needs stay: the text has a box of its own.
    """
    text = _CONTROLS.sub("", text)
    pieces, end = [], 0
    for facet in facets(text, unit=Unit.CODE_POINTS):
        shown = escape(text[facet.start : facet.end])
        pieces.append(escape(text[end : facet.start]))
        if facet.kind == "link":
            address = escape(facet.value)
            pieces.append(f'<a href="{address}" rel="noopener noreferrer">{shown}</a>')
        else:
            pieces.append(f'<span class="{facet.kind}">{shown}</span>')
        end = facet.end
    return Markup("".join([*pieces, escape(text[end:])]))  # noqa: S704 - escaped


def _tone(standing: Standing) -> str:
    if standing.state is State.HELD:
        return "asks"
    if standing.state is State.REJECTED:
        return "bad"
    return "ahead" if standing.is_ahead else "done"


def _words(item: PostPreview) -> str:
    """What a post is found by."""
    post = item.post
    return " ".join((post.title, post.source, post.url, *post.tags)).lower()
