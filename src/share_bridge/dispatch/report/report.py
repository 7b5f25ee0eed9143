"""What a run came to: one report, for people and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from share_bridge.ledger.records import Entry
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.post import Image
from share_bridge.model.question import Question

__all__ = ["MessageReport", "Report", "SourceReport", "TargetReport", "messages_of"]

_TOTALS = (
    State.PLANNED,
    State.PENDING,
    State.DELIVERED,
    State.SKIPPED,
    State.WAITING,
    State.HELD,
    State.REJECTED,
)


_REFUSED = frozenset({State.HELD, State.REJECTED})


class SourceReport(Struct, frozen=True, kw_only=True):
    """How reading a source went: `read`, `unchanged`, `failed` or `ended`."""

    source: str
    state: str
    posts: int = 0
    new: int = 0
    error: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As the report has it."""
        return asdict(self)


class TargetReport(Struct, frozen=True, kw_only=True):
    """How a target is: `ok`, `expiring`, `blocked` or `paused`.

    Attributes:
        stopped: It is its owner who paused it.
        failing, dead: How many servers of its recipients take nothing for now, and
            get nothing more.

    """

    target: str
    publisher: str
    state: str = "ok"
    expires: datetime | None = None
    reason: str | None = None
    stopped: bool = False
    failing: int = 0
    dead: int = 0

    def to_json(self) -> dict[str, Any]:
        """As the report has it."""
        return {
            "target": self.target,
            "publisher": self.publisher,
            "state": self.state,
            "expires": _iso(self.expires),
            "reason": self.reason,
            "hosts": {"failing": self.failing, "dead": self.dead},
        }


class MessageReport(Struct, frozen=True, kw_only=True):
    """One message, with the states of its deliveries counted.

    Attributes:
        message: Its id in the ledger; empty where it has none.
        touched: This run changed its state.
        refused: This run held or rejected it: all of it, or so that nobody but its
            owner can tell who has it.
        due: When something of it goes out or is tried next, or None: with the next
            run, or not by itself.
        turn: Which run from now on it goes out with, if it is due.
        collected: From when on it counts for a digest; None: it goes by itself.
        text: Of a dry run: what would be sent.
        images: Of a dry run: the pictures that would be sent along.
        images_left_out: Of a dry run: how many more the post has.

    """

    post: str
    post_url: str
    title: str
    target: str
    publisher: str
    action: Action
    state: State
    recipients: Mapping[str, int]
    url: str | None = None
    reason: str | None = None
    attempts: int = 0
    due: datetime | None = None
    turn: int = 1
    touched: bool = True
    refused: bool = False
    text: str | None = None
    message: str = ""
    collected: datetime | None = None
    images: tuple[Image, ...] = ()
    images_left_out: int = 0

    @property
    def shown(self) -> State:
        """As people are told it: who refused it says nothing of the others."""
        reached = self.recipients.get(State.DELIVERED.value)
        if self.state is State.REJECTED and reached:
            return State.DELIVERED
        return self.state

    def to_json(self) -> dict[str, Any]:
        """As the report has it; `due` where there is one, the rest in dry runs."""
        document: dict[str, Any] = {
            "post": {"id": self.post, "url": self.post_url, "title": self.title},
            "target": self.target,
            "publisher": self.publisher,
            "action": self.action.value,
            "state": self.state.value,
            "recipients": dict(self.recipients),
            "url": self.url,
            "reason": self.reason,
            "attempts": self.attempts,
        }
        if self.due is not None:
            document["due"] = _iso(self.due)
        if self.text is not None:
            document["text"] = self.text
            document["images"] = [
                {"image": image.path or image.url, "alt": image.alt}
                for image in self.images
            ]
        return document


class Report(Struct, frozen=True, kw_only=True):
    """One run: what was read, sent, is still open, and is asked."""

    run: str
    dry_run: bool = False
    warnings: tuple[str, ...] = ()
    sources: tuple[SourceReport, ...] = ()
    targets: tuple[TargetReport, ...] = ()
    deliveries: tuple[MessageReport, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Messages by state."""
        counts = Counter(message.state for message in self.deliveries)
        return {state.value: counts[state] for state in _TOTALS}

    @property
    def next_due(self) -> datetime | None:
        """When something is tried next by itself."""
        dues = [message.due for message in self.deliveries if message.due is not None]
        return min(dues, default=None)

    @property
    def exit_code(self) -> int:
        """1, 3, 4 or 0: the first that applies (2 is an error of its own)."""
        if self.dry_run:
            return 3 if self._source_failed else 0
        if any(message.refused for message in self.deliveries) or any(
            target.state == "blocked" for target in self.targets
        ):
            return 1
        if self._source_failed:
            return 3
        stopped = {target.target for target in self.targets if target.stopped}
        if any(
            message.state is State.WAITING and message.target not in stopped
            for message in self.deliveries
        ):
            return 4
        return 0

    @property
    def _source_failed(self) -> bool:
        return any(source.state == "failed" for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        """The report of `--json`, version 1."""
        return {
            "version": 1,
            "dry_run": self.dry_run,
            "run": self.run,
            "next_due": _iso(self.next_due),
            "warnings": list(self.warnings),
            "sources": [source.to_json() for source in self.sources],
            "targets": [target.to_json() for target in self.targets],
            "deliveries": [message.to_json() for message in self.deliveries],
            "questions": [
                {
                    "kind": question.kind.value,
                    "text": question.text,
                    "answers": list(question.answers),
                }
                for question in self.questions
            ],
            "totals": self.totals,
        }


def messages_of(entries: Iterable[Entry]) -> list[MessageReport]:
    """One row a message; entries of one message stand next to each other."""
    grouped = groupby(entries, key=lambda entry: entry.message)
    return [_message([_shown(entry) for entry in group]) for _, group in grouped]


def _shown(entry: Entry) -> Entry:
    """An attempt that is under way has an unknown outcome: it waits."""
    return (
        replace(entry, state=State.WAITING) if entry.state is State.SENDING else entry
    )


def _message(entries: list[Entry]) -> MessageReport:
    counts: Counter[State] = Counter()
    for entry in entries:
        counts[entry.state] += entry.recipients
    state = next(state for state in State if counts[state])
    told = next(entry for entry in entries if entry.state is state)
    dues = [entry.due for entry in entries if entry.due is not None]
    receipts = [entry.receipt for entry in entries if entry.receipt is not None]
    return MessageReport(
        post=told.post,
        post_url=told.url,
        title=told.title,
        target=told.target,
        publisher=told.publisher,
        action=told.action,
        state=state,
        recipients={state.value: counts[state] for state in State if counts[state]},
        url=next((receipt.url for receipt in receipts if receipt.url), None),
        reason=told.reason or None,
        attempts=max(entry.attempts for entry in entries),
        due=min(dues, default=None),
        touched=any(entry.touched for entry in entries),
        refused=_is_refused(entries),
        text=told.text,
        message=told.message,
        collected=told.collected,
    )


def _is_refused(entries: list[Entry]) -> bool:
    """One recipient of many says nothing of the message, unless it is in doubt."""
    refused = [entry for entry in entries if entry.state in _REFUSED]
    others = any(entry.state not in {*_REFUSED, State.SKIPPED} for entry in entries)
    return any(entry.touched and (entry.unknown or not others) for entry in refused)


def _iso(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="seconds")
