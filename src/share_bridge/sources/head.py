"""What the head of an HTML page says of itself."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from msgspec import Struct, field

from share_bridge.text.pattern import pattern

__all__ = ["Head", "read_head"]

_TITLE = pattern(r"<title\b[^<>]{0,200}>([^<]{0,2000})</title", re.IGNORECASE)
_TAG = pattern(r"<(html|meta|link)\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE = pattern(
    r"([a-zA-Z-]{1,30})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))"
)
_COMMENT = pattern(r"<!--.*?-->", re.DOTALL)


class Head(Struct, frozen=True):
    """The head of a page; what it does not say is empty.

    Attributes:
        title: `<title>`.
        language: `<html lang>`.
        canonical: `<link rel="canonical">`, as it stands.
        metas: Contents of `<meta>` by `name` or `property`, lower case; the first
            of each with something in it.

    """

    title: str = ""
    language: str = ""
    canonical: str = ""
    metas: Mapping[str, str] = field(default_factory=dict)


def read_head(text: str) -> Head:
    """The head of the page that `text` begins with."""
    text = _COMMENT.sub("", text)
    language, canonical = "", ""
    metas: dict[str, str] = {}
    for tag, attributes in _TAG.findall(text):
        kind, values = tag.lower(), _values(attributes)
        if kind == "html":
            language = language or values.get("lang", "")
        elif kind == "link":
            if "canonical" in values.get("rel", "").lower().split():
                canonical = canonical or values.get("href", "")
        elif content := values.get("content", ""):
            for name in {values.get("name", ""), values.get("property", "")} - {""}:
                metas.setdefault(name.lower(), content)
    title = _TITLE.search(text)
    return Head(title[1] if title else "", language, canonical, metas)


def _values(attributes: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare).strip()
        for name, double, single, bare in _ATTRIBUTE.findall(attributes)
    }
