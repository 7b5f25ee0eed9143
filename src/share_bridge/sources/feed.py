"""A feed as a source: asked as seldom as possible, read only where it changed."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct, convert, field, to_builtins
from msgspec.structs import replace

from share_bridge.errors import SourceError
from share_bridge.plugin.source import Previous, Reading, ReadingState, Source

if TYPE_CHECKING:
    from share_bridge.config.model import SourceConfig
    from share_bridge.plugin.context import SourceContext
    from share_bridge.sources.parsed import Parsed

__all__ = ["FeedSource"]

#: Raised when posts come to be read in another way: everything is parsed anew.
_RULES = 1


class Memory(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one reading leaves for the next.

    Attributes:
        of: What it was read from; memories of anything else are void.
        etag, modified: Validators of HTTP, as they came.
        sha256: Of the body, in hex.
        entries: Key of an entry to its identity and link.
        due: When a post that waits for its date is to be read again.
        not_before: When the server is to be asked again.
        ended: It answered 410 Gone.

    """

    of: str
    etag: str = ""
    modified: str = ""
    sha256: str = ""
    entries: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    not_before: datetime | None = None
    ended: bool = False

    @classmethod
    def recall(cls, validators: Mapping[str, Any], settings: SourceConfig) -> Memory:
        """What the validators say, if they are of this very feed."""
        of = "\n".join((str(_RULES), settings.name, settings.feed, settings.language))
        if validators.get("of") != of:
            return cls(of=of)
        return convert(validators, cls)

    def to_json(self) -> dict[str, Any]:
        """As validators; what is empty is left out."""
        document: dict[str, Any] = to_builtins(self)
        return document


class Document(Struct, frozen=True, kw_only=True):
    """What came; `body` None: nothing that was not known."""

    body: bytes | None
    url: str = ""
    charset: str = ""
    moved: str = ""
    etag: str = ""
    modified: str = ""


class FeedSource(Source):
    """Read RSS, Atom or JSON Feed from an address, a file, or standard input.

    Args:
        stdin: Where `feed = "-"` reads from; None: this process's own.

    """

    def __init__(self, *, stdin: BinaryIO | None = None) -> None:
        self._stdin = stdin

    async def read(self, previous: Previous, context: SourceContext) -> Reading:
        """Read what changed; see `Source.read`."""
        settings: SourceConfig = context.settings
        memory = Memory.recall(previous.validators, settings)
        now = context.now()
        if memory.ended:
            return _reading(ReadingState.ENDED, memory)
        if memory.not_before and now < memory.not_before:
            until = f"{memory.not_before:%Y-%m-%d %H:%M:%S} UTC"
            warning = f"{context.name}: the server asked not to be asked before {until}"
            return _reading(ReadingState.UNCHANGED, memory, warnings=(warning,))
        memory = replace(memory, not_before=None)
        if memory.due and now >= memory.due:
            # What waited is in the body, which may not have changed since.
            memory = replace(memory, etag="", modified="", sha256="", due=None)
        try:
            return await self._read(memory, context)
        except SourceError as error:
            message = f"{context.name}: {error}"
            raise SourceError(message, validators=error.validators) from error

    async def _read(self, memory: Memory, context: SourceContext) -> Reading:
        feed: str = context.settings.feed
        if "://" not in feed:
            return self._parse(self._open(context), memory, context)
        from share_bridge.sources.download import (  # noqa: PLC0415 - needs httpx
            download,
        )

        document = await download(memory, context)
        if document is None:
            warning = (
                f"{context.name}: {feed} is gone for good (410); remove the source"
            )
            ended = replace(memory, ended=True)
            return _reading(ReadingState.ENDED, ended, warnings=(warning,))
        return self._parse(document, memory, context)

    def _parse(
        self, document: Document, memory: Memory, context: SourceContext
    ) -> Reading:
        notes = _notes(document, context)
        validators = replace(memory, etag=document.etag, modified=document.modified)
        if document.body is None:
            return _reading(
                ReadingState.UNCHANGED, validators, moved=document.moved, warnings=notes
            )
        digest = hashlib.sha256(document.body).hexdigest()
        if digest == memory.sha256:
            return _reading(
                ReadingState.UNCHANGED, validators, moved=document.moved, warnings=notes
            )
        parsed = _read_body(document, memory, context)
        known = replace(validators, entries=parsed.known, due=parsed.due)
        if parsed.complete:
            known = replace(known, sha256=digest)
        else:
            # Something was left out: the whole body is wanted again.
            known = replace(known, sha256="", etag="", modified="")
        return Reading(
            state=ReadingState.READ,
            posts=parsed.posts,
            present=parsed.present,
            gone=parsed.gone,
            validators=known.to_json(),
            total=parsed.total,
            moved=document.moved,
            warnings=(
                *notes,
                *(f"{context.name}: {warning}" for warning in parsed.warnings),
            ),
        )

    def _open(self, context: SourceContext) -> Document:
        settings: SourceConfig = context.settings
        try:
            if settings.feed == "-":
                body = (self._stdin or sys.stdin.buffer).read(settings.max_bytes + 1)
            else:
                with (context.folder / settings.feed).open("rb") as file:
                    body = file.read(settings.max_bytes + 1)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise SourceError(f"{settings.feed}: {reason}; check `feed`") from error
        if len(body) > settings.max_bytes:
            raise SourceError(
                f"{settings.feed}: more than {settings.max_bytes:,} bytes; "
                "raise max_bytes if that is right"
            )
        return Document(body=body)


def _read_body(document: Document, memory: Memory, context: SourceContext) -> Parsed:
    from share_bridge.sources.document import (  # noqa: PLC0415 - an unchanged feed
        read_document,
    )
    from share_bridge.sources.entry import Origin  # noqa: PLC0415 - needs neither

    origin = Origin(
        source=context.name,
        url=document.url,
        language=context.settings.language,
        now=context.now(),
    )
    try:
        return read_document(
            document.body or b"",
            known=memory.entries,
            origin=origin,
            charset=document.charset,
        )
    except SourceError as error:
        where = document.url or context.settings.feed
        raise SourceError(f"{where}: {error}") from error


def _notes(document: Document, context: SourceContext) -> tuple[str, ...]:
    notes = []
    if document.moved:
        notes.append(
            f'{context.name}: the feed moved for good: write feed = "{document.moved}"'
        )
    if document.url.startswith("http:"):
        notes.append(
            f"{context.name}: {document.url} comes over plain http, where anyone on "
            "the way can change it; use https if the site has it"
        )
    return tuple(notes)


def _reading(
    state: ReadingState,
    memory: Memory,
    *,
    moved: str = "",
    warnings: tuple[str, ...] = (),
) -> Reading:
    return Reading(
        state=state, validators=memory.to_json(), moved=moved, warnings=warnings
    )
