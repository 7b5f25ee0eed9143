"""HTML as fediverse servers read it: hashtags and mentions as links, rows for tables.

Mastodon makes no link of what is none in the HTML, and notifies only who is listed
(https://docs.joinmastodon.org/spec/activitypub/, 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape

from share_bridge.plugin import Facet, Unit, facets, for_html
from share_bridge_activitypub.mention import Mention, spelled

__all__ = ["linked", "named_in", "without_tables"]

_ELEMENT = re.compile(r"(<[^>]*>)")
#: One without another in it.
_TABLE = re.compile(r"<table\b[^>]*>(?:(?!<table\b).)*?</table>", re.DOTALL)
_CELL = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*>")
_OF_A_CELL = frozenset({"a", "br", "code", "del", "em", "img", "span", "strong"})


def named_in(html: str) -> tuple[list[str], list[str]]:
    """The hashtags, without `#`, and the handles in the text of clean HTML.

    In their order, each once. What stands in code names nothing.
    """
    tags: dict[str, str] = {}
    handles: dict[str, None] = {}
    for piece, inside in _pieces(html):
        for facet in () if "code" in inside else _facets(piece):
            if facet.kind == "tag" and "a" not in inside:
                tags.setdefault(facet.value.casefold(), facet.value)
            elif facet.kind == "mention":
                handles.setdefault(spelled(facet.value))
    return list(tags.values()), [name for name in handles if name]


def linked(
    html: str,
    *,
    tags: Iterable[str],
    tag_link: Callable[[str], str],
    mentions: Mapping[str, Mention],
) -> str:
    """Clean HTML with links for these hashtags and for who is mentioned.

    An author's own links stay, and so does a handle that leads to nobody.
    """
    known = frozenset(tag.casefold() for tag in tags)

    def link(facet: Facet, shown: str) -> str:
        if facet.kind == "tag" and facet.value.casefold() in known:
            return _hashtag(facet.value, tag_link(facet.value))
        mention = mentions.get(spelled(facet.value))
        if facet.kind == "mention" and mention is not None:
            return _mention(mention, shown.lstrip("@＠"))
        return for_html(shown)

    return "".join(
        piece if inside is None or inside else _with_links(piece, link)
        for piece, inside in _tokens(html)
    )


def without_tables(html: str) -> str:
    """Clean HTML with a paragraph for each row: servers drop tables, or run them up."""
    count = 1
    while count:
        html, count = _TABLE.subn(lambda table: _rows(table[0]), html)
    return html


def _rows(table: str) -> str:
    def told(found: re.Match[str]) -> str:
        closing, name = found[1], found[2]
        if name in _OF_A_CELL:
            return found[0]
        if name in {"tr", "caption"}:
            return "</p>" if closing else "<p>"
        return " · " if closing and name in {"td", "th"} else " "

    text = " ".join(_CELL.sub(told, table).split())
    text = re.sub(r"(?: · ?)+(?=</p>)", "", text)
    return re.sub(r" *(</?p>) *|<p>\s*</p>", lambda it: it[1] or "", text)


def _with_links(piece: str, link: Callable[[Facet, str], str]) -> str:
    found = _facets(piece)
    if not found:
        return piece
    text, written, end = unescape(piece), [], 0
    for facet in found:
        written += [
            for_html(text[end : facet.start]),
            link(facet, text[facet.start : facet.end]),
        ]
        end = facet.end
    return "".join([*written, for_html(text[end:])])


def _hashtag(tag: str, href: str) -> str:
    return (
        f'<a href="{for_html(href)}" class="mention hashtag" rel="tag">'
        f"#<span>{for_html(tag)}</span></a>"
    )


def _mention(mention: Mention, shown: str) -> str:
    """A link as microformats has it, which servers tell from others by its class."""
    return (
        f'<span class="h-card"><a href="{for_html(mention.page)}" '
        f'class="u-url mention">@<span>{for_html(shown)}</span></a></span>'
    )


def _facets(piece: str) -> list[Facet]:
    """Hashtags and handles in a piece of text."""
    if not any(sign in piece for sign in "#＃@＠"):
        return []
    found = facets(unescape(piece), unit=Unit.CODE_POINTS)
    return [facet for facet in found if facet.kind != "link"]


def _pieces(html: str) -> Iterator[tuple[str, frozenset[str]]]:
    return ((piece, inside) for piece, inside in _tokens(html) if inside is not None)


def _tokens(html: str) -> Iterator[tuple[str, frozenset[str] | None]]:
    """The pieces of HTML; with each text, whether it is in a link or in code.

    None: the piece is an element's start or end.
    """
    depth = {"a": 0, "code": 0}
    for piece in _ELEMENT.split(html):
        if not piece.startswith("<"):
            yield piece, frozenset(name for name, deep in depth.items() if deep)
            continue
        name = piece.strip("</>").partition(" ")[0]
        name = "code" if name in {"pre", "kbd", "samp"} else name
        if name in depth:
            depth[name] += -1 if piece.startswith("</") else 1
        yield piece, None
