"""RSS and Atom to posts: only what changed is parsed, and nothing crashes it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from share_bridge.errors import SourceError
from share_bridge.model.post import Post
from share_bridge.sources.entry import Origin, to_post
from share_bridge.sources.identity import (
    Entry,
    Known,
    fingerprint,
    link_of,
    name_entries,
)
from share_bridge.sources.scan import NotWellFormedError, Scan, Span, scan, splice

__all__ = ["Parsed", "parsed_from", "read_xml", "without_changed"]

_DECLARATION = re.compile(r"\s*<\?xml\b.*?\?>", re.DOTALL)
_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_ENTRY_STARTS = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ENTRY_ENDS = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_MAX_DUPLICATES_NAMED = 3


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a feed's document says.

    Attributes:
        posts: New and changed ones.
        known: Every entry that is there and was understood, for the next time.
        present: Identities of everything that is there.
        gone: Identities that the document says are deleted.
        total: Entries that are there.
        due: When the first post that waits for its date is due, or None.
        complete: False: something was left out that the next reading may get.
        warnings: One line each.

    """

    posts: tuple[Post, ...]
    known: Known
    present: frozenset[str]
    total: int
    gone: frozenset[str] = frozenset()
    due: datetime | None = None
    complete: bool = True
    warnings: tuple[str, ...] = ()


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
        _parse(document)
    return _read_changed(document, scanned, known, origin=origin)


def parsed_from(
    entries: Iterable[Entry],
    unchanged: Known,
    *,
    total: int,
    empty: Sequence[str] = (),
    complete: bool = True,
    notes: Sequence[str] = (),
) -> Parsed:
    """Name the entries, drop older twins, and say what to remember."""
    named = name_entries(entries, unchanged)
    newest = {post.identity: post for post in named.values()}
    waiting = {post.identity for post in newest.values() if post.skip_reason}
    known = dict(unchanged) | dict.fromkeys(empty, ("", ""))
    known |= {
        key: (post.identity, link_of(post.url))
        for key, post in named.items()
        if post.identity not in waiting
    }
    dates = [
        post.published
        for post in newest.values()
        if post.published and post.identity in waiting
    ]
    twins = _twins(list(named.values()))
    return Parsed(
        posts=tuple(newest.values()),
        known=known,
        present=frozenset(newest) | {identity for identity, _ in known.values()} - {""},
        total=total,
        due=min(dates, default=None),
        complete=complete,
        warnings=(*notes, *twins),
    )


def without_changed(unchanged: Known, parsed: Parsed) -> Known:
    """Those of which no other version has changed.

    Only with all versions of an entry at hand can the newest of them be told.
    """
    changed = {post.identity for post in parsed.posts}
    return {key: of for key, of in unchanged.items() if of[0] not in changed}


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
    """Parse these entries, together or, where one of them breaks it, one by one."""
    if not wanted:
        return {}, []
    try:
        return _parse_together(document, scanned, wanted, origin=origin), []
    except SourceError as error:
        if len(wanted) == 1:
            return {}, [f"an entry could not be parsed and is left out: {error}"]
    found: dict[Span, Entry | None] = {}
    failed = []
    for span in wanted:
        one, notes = _parse_spans(document, scanned, [span], origin=origin)
        found |= one
        failed += notes
    return found, failed


def _parse_together(
    document: bytes, scanned: Scan, wanted: Sequence[Span], *, origin: Origin
) -> dict[Span, Entry | None]:
    result = _parse(splice(document, scanned, wanted))
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
    result = _parse(document)
    found = list(result["entries"])
    cut = _ends_within_entry(text)
    if cut and found:
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
        note = f"the document is cut off ({reason}); its last entry waits"
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
    with _quiet():
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
            raise SourceError(_words(error)) from error
    return Entry(key, own, post) if post else None


def _parse(document: bytes) -> Mapping[str, Any]:
    """Run feedparser, without its own cleaning; bytes only, as it opens what is named.

    Raises:
        SourceError: It raised, as it does on much that is ill-formed, or saw no feed.

    """
    with _quiet():
        import feedparser  # noqa: PLC0415 - heavy

        try:
            result: Mapping[str, Any] = feedparser.parse(
                BytesIO(document),
                response_headers=dict(_HEADERS),
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        except Exception as error:  # it raises at 14 known places, of any type
            raise SourceError(f"it cannot be parsed ({_words(error)})") from error
    if not result.get("version") and not result["entries"]:
        raise SourceError("this is no RSS, Atom or JSON Feed")
    return result


class _quiet(warnings.catch_warnings):  # noqa: N801 - reads like one
    """Contain the warnings that feedparser gives to its own programmers."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")


def _ends_within_entry(text: str) -> bool:
    starts = [match.start() for match in _ENTRY_STARTS.finditer(text)]
    ends = [match.start() for match in _ENTRY_ENDS.finditer(text)]
    return bool(starts) and (not ends or ends[-1] < starts[-1])


def _twins(posts: Sequence[Post]) -> list[str]:
    identities = [post.identity for post in posts]
    twice = sorted({name for name in identities if identities.count(name) > 1})
    if not twice:
        return []
    shown = ", ".join(name.partition(":")[2] for name in twice[:_MAX_DUPLICATES_NAMED])
    return [f"several entries are called {shown}; the newest of each is read"]


def _words(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:200]}".replace("\n", " ")
