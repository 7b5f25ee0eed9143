"""A feed's bytes to posts, whatever they turn out to be."""

from __future__ import annotations

from share_bridge.errors import SourceError
from share_bridge.sources.decode import (
    decode,
    printable,
    refuse_entity_bombs,
    repair_references,
)
from share_bridge.sources.discover import feeds_in, looks_like_page
from share_bridge.sources.entry import Origin
from share_bridge.sources.identity import Known
from share_bridge.sources.parsed import Parsed
from share_bridge.sources.xml_feed import read_xml

__all__ = ["read_document"]

_MAX_FEEDS_NAMED = 5


def read_document(
    body: bytes, *, known: Known, origin: Origin, charset: str = ""
) -> Parsed:
    """Read RSS, Atom or JSON Feed.

    Args:
        body: As it came, decompressed.
        known: `Parsed.known` of the last reading: entries that did not change
            since are not parsed.
        origin: Where it comes from.
        charset: What the HTTP answer said, or empty.

    Raises:
        SourceError: Saying what it is instead, or what is wrong with it.

    """
    text = printable(decode(body, charset=charset)).lstrip("\ufeff \t\r\n")
    if not text:
        raise SourceError("it is empty")
    if text.startswith(("{", "[")):
        from share_bridge.sources.json_feed import (  # noqa: PLC0415 - few feeds are
            read_json,
        )

        return read_json(text, known, origin=origin)
    if looks_like_page(text):
        raise SourceError(_say_page(text, origin.url))
    refuse_entity_bombs(text)
    return read_xml(repair_references(text), known, origin=origin)


def _say_page(text: str, url: str) -> str:
    feeds = feeds_in(text, url)
    if not feeds:
        return "this is a web page, not a feed, and it links to none"
    shown = ", ".join(feeds[:_MAX_FEEDS_NAMED])
    return f"this is a web page, not a feed; put one of its feeds there: {shown}"
