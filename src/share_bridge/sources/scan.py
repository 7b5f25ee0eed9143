"""Where the entries of a feed stand in its bytes, so that few have to be parsed.

expat reads half a megabyte in milliseconds; feedparser, on a document that holds
only the entries that changed, gives what it gives on the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct, field

from share_bridge.sources.identity import fingerprint
from share_bridge.text.pattern import pattern

if TYPE_CHECKING:
    from pyexpat import XMLParserType

__all__ = ["NotWellFormedError", "Scan", "Span", "scan", "splice"]

_ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_ABOUT = "http://www.w3.org/1999/02/22-rdf-syntax-ns# about"
_MEDIA = frozenset({"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"})
# The namespaces in which `item` and `entry` are entries to feedparser as well.
_ENTRIES = frozenset(
    {
        "",
        _ATOM,
        "http://purl.org/atom/ns#",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss",
        "http://backend.userland.com/rss2",
        "http://blogs.law.harvard.edu/tech/rss",
    }
)
_TAG = pattern(rb"<([^\s/>]+)")
#: Root, channel, item: no entry is deeper.
_DEEPEST = 3


class NotWellFormedError(ValueError):
    """The document is no XML; the loose parser may make something of it."""


class Span(Struct, frozen=True):
    """One entry in the document.

    Attributes:
        start, end: Half-open, in bytes.
        key: Fingerprint of these bytes.
        guid: Text of its last `guid` or `id`, exactly as parsed, or empty.
        alts: What its pictures show (`media:description`), by their address.

    """

    start: int
    end: int
    key: str
    guid: str
    alts: tuple[tuple[str, str], ...]


class Scan(Struct, frozen=True):
    """What one pass over the document found.

    Attributes:
        root: Local name of the root element.
        spans: The entries, in order.
        gone: Ids of which the document says that they are deleted (RFC 6721).

    """

    root: str
    spans: tuple[Span, ...]
    gone: frozenset[str]


def scan(document: bytes) -> Scan:
    """Find the entries of an XML document in UTF-8.

    Raises:
        NotWellFormedError: With expat's words.

    """
    from xml.parsers import expat  # noqa: PLC0415 - an unchanged feed needs none

    parser = expat.ParserCreate("utf-8", " ")
    state = _State(document, parser)
    parser.buffer_text = True
    parser.StartElementHandler = state.start
    parser.EndElementHandler = state.end
    try:
        parser.Parse(document, True)  # noqa: FBT003 - expat's own signature
    except (expat.ExpatError, ValueError) as error:
        raise NotWellFormedError(str(error)) from error
    return Scan(state.root, tuple(state.spans), frozenset(state.gone))


def splice(document: bytes, scanned: Scan, wanted: Iterable[Span]) -> bytes:
    """The document without the entries that are not wanted."""
    keep = set(wanted)
    pieces, start = [], 0
    for span in scanned.spans:
        if span not in keep:
            pieces.append(document[start : span.start])
            start = span.end
    return b"".join([*pieces, document[start:]])


class _State(Struct):
    """What expat's callbacks know so far."""

    document: bytes
    parser: XMLParserType
    root: str = ""
    spans: list[Span] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    depth: int = 0
    entry_depth: int = 0
    entry_start: int = 0
    guid: str = ""
    picture: str = ""
    alts: list[tuple[str, str]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        space, _, local = name.rpartition(" ")
        if self.depth == 1:
            self.root = local
        if not self.entry_depth:
            self._outside(space, local, attributes)
        elif space in _MEDIA:
            self._media(local, attributes)
        elif self._is_guid(space, local):
            self._listen()

    def end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if self.entry_depth == self.depth:
            self._close()
        elif self.entry_depth and self.parser.CharacterDataHandler:
            self._heard(space, local)
        self.depth -= 1

    def _outside(self, space: str, local: str, attributes: dict[str, str]) -> None:
        if local in {"item", "entry"} and space in _ENTRIES:
            if 1 < self.depth <= _DEEPEST:
                self.entry_depth = self.depth
                self.entry_start = self.parser.CurrentByteIndex
                self.guid, self.alts, self.picture = attributes.get(_ABOUT, ""), [], ""
        elif local == "deleted-entry" and space == _TOMBSTONES:
            self.gone.add(attributes.get("ref", "").strip())

    def _media(self, local: str, attributes: dict[str, str]) -> None:
        if local in {"content", "thumbnail"}:
            self.picture = attributes.get("url", "")
        elif local == "description" and self.picture:
            self._listen()

    def _is_guid(self, space: str, local: str) -> bool:
        return (
            local in {"guid", "id"}
            and self.depth == self.entry_depth + 1
            and space in _ENTRIES
        )

    def _listen(self) -> None:
        self.text = []
        self.parser.CharacterDataHandler = self.text.append

    def _heard(self, space: str, local: str) -> None:
        text = "".join(self.text).strip()
        if self._is_guid(space, local):
            self.guid = text or self.guid
        elif space in _MEDIA and local == "description" and self.picture:
            self.alts.append((self.picture, text))
        self.parser.CharacterDataHandler = None

    def _close(self) -> None:
        end = self.parser.CurrentByteIndex
        tag = _TAG.match(self.document, self.entry_start)
        # An empty element ends where expat says; others have a tag that ends them.
        if tag and self.document.startswith(b"</" + tag[1], end):
            end = self.document.index(b">", end) + 1
        elif end == self.entry_start:
            end = self.document.index(b"/>", end) + 2
        key = fingerprint(self.document[self.entry_start : end])
        alts = tuple(self.alts)
        self.spans.append(Span(self.entry_start, end, key, self.guid, alts))
        self.entry_depth = 0
        self.parser.CharacterDataHandler = None
