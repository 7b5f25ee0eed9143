"""Local Markdown and HTML as a source: each file a post, read where it changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from share_bridge.errors import SourceError
from share_bridge.model.post import Post
from share_bridge.plugin.source import Previous, Reading, ReadingState, Source
from share_bridge.sources.folder import LocalFile, list_files
from share_bridge.sources.identity import fingerprint

if TYPE_CHECKING:
    from share_bridge.config.model import SourceConfig
    from share_bridge.plugin.context import SourceContext
    from share_bridge.sources.local_post import LocalPost

__all__ = ["FilesSource"]

#: Raised when posts come to be read in another way: everything is parsed anew.
_RULES = 1
_MAX_NAMED = 3


class Record(Struct, frozen=True):
    """What is remembered of a file.

    Attributes:
        digest: Of its bytes; empty: broken the last time, read it again.
        identity, link: Of its post.
        due: When its post, dated in the future, is to be read again; or empty.

    """

    digest: str
    identity: str
    link: str = ""
    due: str = ""

    def holds(self, digest: str, now: datetime) -> bool:
        """Whether the post is still what it was."""
        waits = not self.due or now < datetime.fromisoformat(self.due)
        return self.digest == digest and waits


class _Round(Struct):
    """One reading while it goes on."""

    records: dict[str, Record] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class FilesSource(Source):
    """Read a file, a folder, or globs of Markdown and HTML with front matter.

    One broken file loses no other: it is named in the warnings, with its line and
    the fix, and is read again the next time.
    """

    async def read(self, previous: Previous, context: SourceContext) -> Reading:
        """Read what changed; see `Source.read`."""
        try:
            return _read(previous.validators, context)
        except SourceError as error:
            raise SourceError(f"{context.name}: {error}") from error


def _read(validators: Mapping[str, Any], context: SourceContext) -> Reading:
    settings: SourceConfig = context.settings
    of, known = _recall(validators, settings)
    if of != validators.get("of"):
        from share_bridge.sources.permalink import (  # noqa: PLC0415 - checked once
            check_pattern,
        )

        check_pattern(settings.permalink)
    files, notes = list_files(settings.files, context.folder)
    reading = _read_files(files, known, context)
    if files and not reading.records:
        raise SourceError(_say_broken(reading.broken))
    present = frozenset(record.identity for record in reading.records.values())
    changed = bool(reading.posts) or reading.records != known or not validators
    return Reading(
        state=ReadingState.READ if changed else ReadingState.UNCHANGED,
        posts=tuple(reading.posts.values()),
        present=present if changed else frozenset(),
        validators={
            "of": of,
            "files": {
                name: [record.digest, record.identity, record.link, record.due]
                for name, record in reading.records.items()
            },
        },
        total=len(files) if changed else None,
        warnings=tuple(f"{context.name}: {note}" for note in notes + reading.broken),
    )


def _recall(
    validators: Mapping[str, Any], settings: SourceConfig
) -> tuple[str, dict[str, Record]]:
    of = "\n".join(
        (
            str(_RULES),
            settings.name,
            settings.permalink,
            settings.language,
            *settings.files,
        )
    )
    if validators.get("of") != of:
        return of, {}
    return of, {name: Record(*row) for name, row in validators["files"].items()}


def _read_files(
    files: Iterable[LocalFile], known: Mapping[str, Record], context: SourceContext
) -> _Round:
    """Read what changed, after what did not: an address belongs to who had it."""
    reading = _Round()
    changed = []
    for file in files:
        body = _bytes(file, context.settings.max_bytes, reading)
        digest = fingerprint(body) if body is not None else ""
        record = known.get(file.name)
        if body is None:
            _keep(reading, file, record)
        elif record and record.holds(digest, context.now()):
            reading.records[file.name] = record
            _own(reading, file.name, record)
        else:
            changed.append((file, body, digest))
    for file, body, digest in changed:
        record = known.get(file.name)
        try:
            found = _parse(file, body, context)
            new = _record(found, digest)
            _refuse_twin(reading, file.name, new, found.post)
        except SourceError as error:
            reading.broken.append(f"{file.name}: {error}")
            _keep(reading, file, record)
            continue
        reading.records[file.name] = new
        reading.posts[file.name] = found.post
        _own(reading, file.name, new)
    return reading


def _bytes(file: LocalFile, max_bytes: int, reading: _Round) -> bytes | None:
    try:
        with file.path.open("rb") as opened:
            body = opened.read(max_bytes + 1)
    except OSError as error:
        reading.broken.append(f"{file.name}: {error.strerror or error}")
        return None
    if len(body) > max_bytes:
        reading.broken.append(
            f"{file.name}: more than {max_bytes:,} bytes; "
            "raise max_bytes if that is right"
        )
        return None
    return body


def _parse(file: LocalFile, body: bytes, context: SourceContext) -> LocalPost:
    from share_bridge.sources.local_post import (  # noqa: PLC0415 - needs the parsers
        read_local,
    )

    return read_local(
        file,
        body,
        source=context.name,
        folder=context.folder,
        permalink=context.settings.permalink,
        language=context.settings.language,
        now=context.now(),
    )


def _record(found: LocalPost, digest: str) -> Record:
    link = next(iter(found.post.aliases), "")
    due = found.due.isoformat() if found.due else ""
    return Record(digest, found.post.identity, link, due)


def _keep(reading: _Round, file: LocalFile, record: Record | None) -> None:
    """A post whose file cannot be read now is still there, and is read again."""
    if record:
        reading.records[file.name] = replace(record, digest="")


def _own(reading: _Round, name: str, record: Record) -> None:
    reading.owners[record.identity] = name
    if record.link:
        reading.owners[record.link] = name


def _refuse_twin(reading: _Round, name: str, record: Record, post: Post) -> None:
    if other := reading.owners.get(record.identity):
        raise SourceError(f"it has the same id as {other}; give it another")
    other = reading.owners.get(record.link)
    if other and other != name:
        raise SourceError(
            f"it has the same address as {other} ({post.url}); "
            "give it another `slug` or `url`, or make `permalink` more precise"
        )


def _say_broken(broken: list[str]) -> str:
    rest = len(broken) - _MAX_NAMED
    named = " · ".join(broken[:_MAX_NAMED])
    return f"{named} · and {rest} more" if rest > 0 else named
