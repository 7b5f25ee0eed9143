"""The feeds that a web page links to, for those who name the page instead."""

from __future__ import annotations

import html
import re

from share_bridge.text.links import absolute
from share_bridge.text.pattern import pattern

__all__ = ["feeds_in", "looks_like_page"]

_LOOKED_AT = 500_000
_PAGE = pattern(
    r"\s*(?>(?:<!--.*?-->|<\?.*?\?>)\s*)*+(?:<!DOCTYPE\s+html\b|<html\b|<head\b)",
    re.IGNORECASE | re.DOTALL,
)
_LINK = pattern(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = pattern(
    r"([a-zA-Z-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))"
)
_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/rdf+xml",
    }
)


def looks_like_page(text: str) -> bool:
    """Whether this is HTML, and so no feed."""
    return bool(_PAGE.match(text[:_LOOKED_AT]))


def feeds_in(page: str, base: str) -> tuple[str, ...]:
    """Addresses of the feeds that an HTML page links to, in its order, once each."""
    found: dict[str, None] = {}
    for link in _LINK.finditer(page[:_LOOKED_AT]):
        values = {
            name.lower(): html.unescape(double or single or bare).strip()
            for name, double, single, bare in _ATTRIBUTE.findall(link[1])
        }
        kind = values.get("type", "").lower().partition(";")[0].strip()
        is_feed = kind in _TYPES or (
            kind == "application/json" and "feed" in values.get("href", "")
        )
        address = absolute(values.get("href", ""), base)
        if is_feed and "alternate" in values.get("rel", "").lower() and address:
            found[address] = None
    return tuple(found)
