"""Notices that wait to be sent: documents of a target that its plugin does not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, convert, to_builtins

from share_bridge.model.notice import Notice

if TYPE_CHECKING:
    from share_bridge.ledger.documents import TargetDocuments

__all__ = ["NOTICES", "Notices", "Waiting", "planned"]

#: Sorts behind every key of a plugin, and so is in none of its scans.
NOTICES = "\U0010ffffnotice/"


class Waiting(Struct, frozen=True, kw_only=True):
    """A notice, and how its attempts went.

    Attributes:
        due: Seconds since 1970 from which it is tried; 0: at once.
        failures: In a row.
        since: When the first of them was; 0: there was none.

    """

    notice: Notice
    due: float = 0
    failures: int = 0
    since: float = 0


class Notices:
    """The notices of one target."""

    def __init__(self, documents: TargetDocuments) -> None:
        self._documents = documents

    def due(self, now: datetime) -> Iterator[Waiting]:
        """Those to be tried by then."""
        for _, document in self._documents.scan(NOTICES):
            waiting = convert(document, Waiting)
            if waiting.due <= now.timestamp():
                yield waiting

    def sent(self, waiting: Waiting) -> None:
        """It is done with."""
        self._documents.put(_key(waiting), None)

    def failed(self, waiting: Waiting, *, due: datetime, now: datetime) -> None:
        """It is tried again."""
        again = Waiting(
            notice=waiting.notice,
            due=due.timestamp(),
            failures=waiting.failures + 1,
            since=waiting.since or now.timestamp(),
        )
        self._documents.put(_key(waiting), to_builtins(again))


def planned(notice: Notice) -> Any:
    """The document of a notice that was not tried yet."""
    return to_builtins(Waiting(notice=notice))


def failing_since(waiting: Waiting) -> datetime | None:
    """When it first failed, or None."""
    return datetime.fromtimestamp(waiting.since, UTC) if waiting.since else None


def _key(waiting: Waiting) -> str:
    return f"{NOTICES}{waiting.notice.key}"
