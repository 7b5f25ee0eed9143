"""The contract of a source: where posts come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from share_bridge.model.post import Post
    from share_bridge.plugin.context import SourceContext

__all__ = ["Previous", "Reading", "ReadingState", "Source"]


class ReadingState(StrEnum):
    """How reading a source went; what fails raises SourceError instead."""

    READ = "read"
    UNCHANGED = "unchanged"
    #: 410 Gone: never asked again until its configuration changes.
    ENDED = "ended"


class Previous(Struct, frozen=True):
    """What the last reading left for the next.

    Attributes:
        validators: The JSON of the last `Reading.validators`; empty at first.

    """

    validators: Mapping[str, Any] = field(default_factory=dict)


class Reading(Struct, frozen=True, kw_only=True):
    """What a source gave.

    Attributes:
        state: Read, unchanged or ended.
        posts: New and changed ones only, in any order, but those without a date with
            the newest first; within one reading every identity appears once.
        present: Identities of everything that is there now; empty if unchanged.
        gone: Identities of which the source itself says that they are deleted
            (a tombstone), never those that are merely missing.
        validators: JSON for the next reading; committed with the posts.
        total: Entries that are there now; None if unchanged.
        moved: The address it permanently moved to, or empty.
        warnings: One line each, for people.

    """

    state: ReadingState
    posts: tuple[Post, ...] = ()
    present: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    validators: Mapping[str, Any] = field(default_factory=dict)
    total: int | None = None
    moved: str = ""
    warnings: tuple[str, ...] = ()


class Source(ABC):
    """Reads posts. It knows no ledger: what it needs to remember, it returns."""

    @abstractmethod
    async def read(self, previous: Previous, context: SourceContext) -> Reading:
        """Read what changed since `previous`.

        Raises:
            SourceError: Naming the source, the URL and what was wrong. Nothing of
                the reading is kept, so that nothing is lost on bad input.

        """
