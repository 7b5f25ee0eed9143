"""What a whole HTML page says of itself, for posts that are pages."""

from __future__ import annotations

import html
import re

from share_bridge.sources.front_matter import FrontMatter

__all__ = ["read_page"]

_LOOKED_AT = 200_000
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,2000})</title", re.IGNORECASE)
_HEADING = re.compile(r"<h1\b[^<>]{0,500}>(.{0,2000}?)</h1", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(html|meta|link)\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"([a-zA-Z-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))"
)
_BODY = re.compile(r"<body\b[^<>]{0,4000}>", re.IGNORECASE)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)


def read_page(matter: FrontMatter) -> FrontMatter:
    """Add what the page's head says to its front matter, which wins.

    `<title>`, `<html lang>`, `<link rel="canonical">` and each `<meta name>`, as
    Pelican has it; a fragment of HTML is left as it is, but for its `<h1>`.
    """
    page = matter.body
    body = _BODY.search(page[:_LOOKED_AT])
    head = page[: body.start()] if body else page[:_LOOKED_AT]
    found: dict[str, str] = {}
    if body:
        found |= _head(head)
        ends = [end.start() for end in _BODY_END.finditer(page, body.end())]
        page = page[body.end() : ends[-1] if ends else len(page)]
    if "title" not in found and (heading := _HEADING.search(page[:_LOOKED_AT])):
        found["title"] = heading[1]
    return FrontMatter({**found, **matter.values}, page)


def _head(head: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, attributes in _TAG.findall(head):
        values = {
            name.lower(): html.unescape(double or single or bare)
            for name, double, single, bare in _ATTRIBUTE.findall(attributes)
        }
        if kind.lower() == "html" and values.get("lang"):
            found["lang"] = values["lang"]
        elif values.get("rel", "").lower() == "canonical":
            found["canonical_url"] = values.get("href", "")
        elif kind.lower() == "meta" and values.get("name"):
            found[values["name"].lower()] = values.get("content", "")
    if title := _TITLE.search(head):
        found["title"] = title[1]
    return found
