"""RSS and Atom to posts: only what changed is parsed, and nothing crashes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from share_bridge.errors import SourceError
from share_bridge.sources.entry import Origin, to_post
from share_bridge.sources.identity import Entry, Known, fingerprint
from share_bridge.sources.parsed import Parsed, parsed_from, without_changed
from share_bridge.sources.parser import parse, quiet, say
from share_bridge.sources.scan import NotWellFormedError, Scan, Span, scan, splice
from share_bridge.text.pattern import pattern

__all__ = ["read_xml"]

_DECLARATION = pattern(r"\s*<\?xml\b.*?\?>", re.DOTALL)
_ENTRY_STARTS = pattern(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ROOT_ENDS = pattern(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ENTRY_ENDS = pattern(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_MAX_BROKEN = 10


def read_xml(text: str, known: Known, *, origin: Origin) -> Parsed:
    """Read RSS or Atom; entries whose bytes are `known` are not parsed.

    Raises:
        SourceError: It is no feed, or nothing of it could be parsed.

    """
    document = _DECLARATION.sub("", text, count=1).lstrip().encode()
    try:
        scanned = scan(document)
    except NotWellFormedError as error:
        return _read_loosely(document, text, known, origin=origin, reason=str(error))
    if not scanned.spans:
        parse(document)
    return _read_changed(document, scanned, known, origin=origin)


def _read_changed(
    document: bytes, scanned: Scan, known: Known, *, origin: Origin
) -> Parsed:
    unchanged = {
        span.key: known[span.key] for span in scanned.spans if span.key in known
    }
    wanted = [span for span in scanned.spans if span.key not in unchanged]
    found, failed = _parse_spans(document, scanned, wanted, origin=origin)
    if wanted and not any(found.values()) and failed and not unchanged:
        raise SourceError(f"no entry could be parsed: {failed[0]}")
    entries = [entry for entry in found.values() if entry]
    parsed = parsed_from(
        entries,
        unchanged,
        total=len(scanned.spans),
        empty=[span.key for span, entry in found.items() if not entry],
        complete=not failed,
        notes=failed,
    )
    rest = without_changed(unchanged, parsed)
    if len(rest) < len(unchanged):
        return _read_changed(document, scanned, rest, origin=origin)
    gone = frozenset(f"guid:{origin.source}:{guid}" for guid in scanned.gone if guid)
    return replace(parsed, gone=gone - parsed.present)


def _parse_spans(
    document: bytes, scanned: Scan, wanted: Sequence[Span], *, origin: Origin
) -> tuple[dict[Span, Entry | None], list[str]]:
    """Parse these entries together, or without those that break it, found by halving.

    Raises:
        SourceError: So many break it that finding them all would take too long.

    """
    found: dict[Span, Entry | None] = {}
    failed: list[str] = []
    heaps = [wanted] if wanted else []
    while heaps:
        heap = heaps.pop()
        try:
            found |= _parse_together(document, scanned, heap, origin=origin)
        except SourceError as error:
            if len(heap) > 1:
                middle = len(heap) // 2
                heaps += [heap[middle:], heap[:middle]]
                continue
            failed.append(f"an entry could not be parsed and is left out: {error}")
            if len(failed) > _MAX_BROKEN:
                raise SourceError(
                    f"more than {_MAX_BROKEN} entries could not be parsed: {error}"
                ) from error
    return found, failed


def _parse_together(
    document: bytes, scanned: Scan, wanted: Sequence[Span], *, origin: Origin
) -> dict[Span, Entry | None]:
    result = parse(splice(document, scanned, wanted))
    if len(result["entries"]) != len(wanted):
        raise SourceError(
            f"{len(wanted)} entries were parsed as {len(result['entries'])}"
        )
    return {
        span: _entry(
            entry, result, origin, key=span.key, guid=span.guid, alts=span.alts
        )
        for span, entry in zip(wanted, result["entries"], strict=True)
    }


def _read_loosely(
    document: bytes, text: str, known: Known, *, origin: Origin, reason: str
) -> Parsed:
    """Make what can be made of a document that is not well-formed."""
    result = parse(document)
    found = list(result["entries"])
    within = _ends_within_entry(text)
    cut = within or _ROOT_ENDS.search(text) is None
    if within and found:
        found.pop()
    entries = []
    for raw in found:
        entry = _entry(raw, result, origin)
        if entry and (entry.post.title or entry.post.content):
            entries.append(replace(entry, key=fingerprint(repr(entry))))
    if cut and not entries:
        raise SourceError(f"the document is cut off ({reason})")
    note = f"it is not well-formed XML ({reason}); it was read as far as possible"
    if cut:
        rest = "its last entry waits" if within else "what is missing waits"
        note = f"the document is cut off ({reason}); {rest}"
    return _settle(entries, known, complete=not cut, note=note)


def _settle(
    entries: Sequence[Entry], known: Known, *, complete: bool, note: str
) -> Parsed:
    unchanged = {entry.key: known[entry.key] for entry in entries if entry.key in known}
    parsed = parsed_from(
        (entry for entry in entries if entry.key not in unchanged),
        unchanged,
        total=len(entries),
        complete=complete,
        notes=[note],
    )
    rest = without_changed(unchanged, parsed)
    if len(rest) < len(unchanged):
        return _settle(entries, rest, complete=complete, note=note)
    return parsed


def _entry(
    raw: Mapping[str, Any],
    result: Mapping[str, Any],
    origin: Origin,
    *,
    key: str = "",
    guid: str = "",
    alts: Iterable[tuple[str, str]] = (),
) -> Entry | None:
    name = dict.get(raw, "id") if isinstance(raw, dict) else None  # not as an alias
    own = guid or (name if isinstance(name, str) else "")
    with quiet():
        try:
            post = to_post(
                raw,
                result["feed"],
                version=result.get("version", ""),
                guid=own,
                alts=dict(alts),
                origin=origin,
            )
        except Exception as error:  # what feedparser made of it may be anything
            raise SourceError(say(error)) from error
    return Entry(key, own, post) if post else None


def _ends_within_entry(text: str) -> bool:
    starts = [match.start() for match in _ENTRY_STARTS.finditer(text)]
    ends = [match.start() for match in _ENTRY_ENDS.finditer(text)]
    return bool(starts) and (not ends or ends[-1] < starts[-1])
