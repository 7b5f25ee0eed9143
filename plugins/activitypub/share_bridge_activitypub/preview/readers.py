"""What each kind of server makes of an object: shown, folded, cut or left out.

Each rule is from where its `Reader` says, and as of that date; servers change.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from share_bridge.plugin import for_html

__all__ = ["READERS", "Reader", "Shown"]

_ELEMENT = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>")
_HEADING = re.compile(r"h[1-6]")
_PICTURE = re.compile(r"<img\b[^>]*>")
_MARKUP = re.compile(r"<[^>]*>")


class Shown(Struct, frozen=True, kw_only=True):
    """An object, as one kind of server shows it.

    Attributes:
        title: A heading of its own, as plain text, or empty.
        folded: What it is folded behind, as HTML, or empty.
        html: The words, as far as they are shown.
        link: What stands under them, or empty.
        pictures: Words of the pictures; an empty one has none.
        left_out: What is not shown, and why: a line each.
        nothing: Why nothing is shown at all, or empty.

    """

    title: str = ""
    folded: str = ""
    html: str = ""
    link: str = ""
    pictures: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    nothing: str = ""


class Reader(Struct, frozen=True, kw_only=True):
    """One kind of server.

    Attributes:
        name: As people write it.
        read: What it makes of an object, by the type of the actor.
        source: Where that is from.
        date: When it was read there.

    """

    name: str
    read: Callable[[dict[str, Any], str], Shown]
    source: str
    date: str = "2026-11-22"


def _mastodon(document: dict[str, Any], _: str) -> Shown:
    pictures, more = _pictures(document, most=4)
    if document["type"] == "Article":
        return Shown(
            title=document["name"],
            html=_only(document["summary"], _MASTODON),
            link=document["url"],
            pictures=pictures,
            left_out=(
                "the whole text: only title, summary and link are shown",
                "up to version 4.4, all of it is folded behind the summary",
                *more,
            ),
        )
    return _note(document, _MASTODON, pictures, more)


def _gotosocial(document: dict[str, Any], _: str) -> Shown:
    pictures, more = _pictures(document)
    if document["type"] == "Article":
        return Shown(
            folded=_MARKUP.sub("", document["summary"]) or for_html(document["name"]),
            html=_only(document["content"], _RICH),
            pictures=pictures,
            left_out=("the title: it stands nowhere beside the summary", *more),
        )
    return _note(document, _RICH, pictures, more)


def _misskey(document: dict[str, Any], _: str) -> Shown:
    """HTML becomes its own markup, in which lists and headings are lines."""
    pictures, more = _pictures(document, most=16)
    lost = _lost(document["content"], _MISSKEY)
    left_out = (
        *more,
        *((f"the form of {lost}: their words are lines",) if lost else ()),
    )
    html = _only(document["content"], _MISSKEY)
    if document["type"] == "Article":
        return Shown(
            folded=_MARKUP.sub("", document["summary"]),
            html=html,
            pictures=pictures,
            left_out=("the title, in older versions", *left_out),
        )
    return Shown(
        folded=document.get("summary", ""),
        html=html,
        pictures=pictures,
        left_out=left_out,
    )


def _lemmy(document: dict[str, Any], kind: str) -> Shown:
    if kind != "Group":
        return Shown(
            nothing='Its people follow communities only: with kind = "Group" the '
            "blog is one."
        )
    if "name" not in document:
        return Shown(
            nothing="A post of a community needs a title: send articles, with "
            'object_type = "article".'
        )
    pictures, more = _pictures(document, most=1)
    return Shown(
        title=document["name"],
        html=_only(document["content"], _RICH),
        link=document["url"],
        pictures=pictures,
        left_out=more,
    )


def _pixelfed(document: dict[str, Any], _: str) -> Shown:
    if document["type"] == "Article":
        return Shown(nothing="Articles are not taken.")
    pictures, more = _pictures(document)
    if not pictures:
        return Shown(nothing="Posts without a picture are not taken.")
    return _note(document, _PLAIN, pictures, more)


def _threads(document: dict[str, Any], _: str) -> Shown:
    pictures, more = _pictures(document, most=10)
    if document["type"] == "Article":
        return Shown(nothing="Articles are hardly shown: send notes for Threads.")
    shown = _note(document, _PLAIN, pictures, more)
    if len(_MARKUP.sub("", document["content"])) <= _THREADS_CHARACTERS:
        return shown
    cut = (f"what is beyond about {_THREADS_CHARACTERS} characters",)
    return Shown(
        folded=shown.folded,
        html=shown.html,
        pictures=pictures,
        left_out=(*cut, *shown.left_out),
    )


def _note(
    document: dict[str, Any],
    elements: frozenset[str],
    pictures: tuple[str, ...],
    left_out: tuple[str, ...],
) -> Shown:
    return Shown(
        folded=document.get("summary", ""),
        html=_only(document["content"], elements),
        pictures=pictures,
        left_out=left_out,
    )


def _pictures(
    document: dict[str, Any], *, most: int | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = tuple(it["name"] for it in document["attachment"])
    left = words[most:] if most is not None else ()
    told = (f"{len(left)} of {len(words)} pictures: {most} are shown",) if left else ()
    return words[:most], told


def _only(html: str, elements: frozenset[str]) -> str:
    """The HTML without other elements; headings as strong paragraphs."""

    def kept(found: re.Match[str]) -> str:
        closing, name = found.groups()
        if name in elements:
            return found[0]
        if _HEADING.fullmatch(name):
            return "</strong></p>" if closing else "<p><strong>"
        return "<br>" if closing and name == "li" else ""

    return _ELEMENT.sub(kept, _PICTURE.sub("", html))


def _lost(html: str, elements: frozenset[str]) -> str:
    names = {found[2] for found in _ELEMENT.finditer(html)} - elements
    words = [_CALLED[name] for name in sorted(names & {*_CALLED})]
    return " and ".join(dict.fromkeys(words))


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_PLAIN = _names("p br a span")
_MISSKEY = _PLAIN | _names("b strong i em del s code pre blockquote ruby rt rp small")
_MASTODON = _PLAIN | _names(
    "abbr del s pre blockquote code b strong u i em ul ol li ruby rt rp"
)
_RICH = _MASTODON | _names("h1 h2 h3 h4 h5 h6 sub sup hr cite kbd ins small mark")
_CALLED = {
    "ul": "lists",
    "ol": "lists",
    **{f"h{number}": "headings" for number in range(1, 7)},
}
_THREADS_CHARACTERS = 500

READERS = (
    Reader(
        name="Mastodon",
        read=_mastodon,
        source="https://docs.joinmastodon.org/spec/activitypub/, and its source (4.5)",
    ),
    Reader(
        name="GoToSocial",
        read=_gotosocial,
        source="https://docs.gotosocial.org/en/latest/federation/, and its source",
    ),
    Reader(
        name="Misskey",
        read=_misskey,
        source="https://github.com/misskey-dev/misskey, packages/backend",
    ),
    Reader(
        name="Lemmy",
        read=_lemmy,
        source="https://join-lemmy.org/docs/contributors/05-federation.html",
    ),
    Reader(
        name="Pixelfed",
        read=_pixelfed,
        source="https://github.com/pixelfed/pixelfed, app/Util/ActivityPub",
    ),
    Reader(
        name="Threads",
        read=_threads,
        source="reports of other servers: Threads itself is closed",
    ),
)
