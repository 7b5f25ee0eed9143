"""What a whole HTML page says of itself, for posts that are pages."""

from __future__ import annotations

import re

from share_bridge.sources.front_matter import FrontMatter
from share_bridge.sources.head import Head, read_head
from share_bridge.text.pattern import pattern

__all__ = ["read_page"]

_LOOKED_AT = 200_000
_HEADING = pattern(r"<h1\b[^<>]{0,500}>(.{0,2000}?)</h1", re.IGNORECASE | re.DOTALL)
_BODY = pattern(r"<body\b[^<>]{0,4000}>", re.IGNORECASE)
_BODY_END = pattern(r"</body\s*>", re.IGNORECASE)


def read_page(matter: FrontMatter) -> FrontMatter:
    """Add what the page's head says to its front matter, which wins.

    `<title>`, `<html lang>`, `<link rel="canonical">` and each `<meta name>`, as
    Pelican has it; a fragment of HTML is left as it is, but for its `<h1>`.
    """
    page = matter.body
    body = _BODY.search(page[:_LOOKED_AT])
    found: dict[str, str] = {}
    if body:
        found = _values(read_head(page[: body.start()]))
        ends = [end.start() for end in _BODY_END.finditer(page, body.end())]
        page = page[body.end() : ends[-1] if ends else len(page)]
    if "title" not in found and (heading := _HEADING.search(page[:_LOOKED_AT])):
        found["title"] = heading[1]
    return FrontMatter({**found, **matter.values}, page)


def _values(head: Head) -> dict[str, str]:
    """As front matter has them; what the page does not say is left out."""
    own = {
        "lang": head.language,
        "canonical_url": head.canonical,
        "title": head.title,
    }
    return {**head.metas, **{name: value for name, value in own.items() if value}}
