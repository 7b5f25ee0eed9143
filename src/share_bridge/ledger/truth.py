"""What is true of a row of which two histories say different things.

Each rule is a function of a set of facts: it does not matter which was read first.
Within an epoch the states of a delivery have a rank, and that one side may have sent
it is never forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from share_bridge.model.delivery import State

__all__ = ["Head", "Values", "truth"]

#: The columns of a row that differ from their default.
Values = Mapping[str, Any]


class Head(NamedTuple):
    """A fact that none replaced."""

    at: float
    commit: str
    row: Values | None


#: Of two states in one epoch the later one holds.
_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            State.PLANNED,
            State.SENDING,
            State.WAITING,
            State.PENDING,
            State.HELD,
            State.SKIPPED,
            State.REJECTED,
            State.DELIVERED,
        )
    )
}
_MAY_BE_SENT = {State.PLANNED, State.WAITING, State.HELD, State.SENDING}


def truth(table: str, heads: Sequence[Head]) -> Values | None:
    """The columns of the row, or None where it is gone."""
    if len(heads) == 1:
        return heads[0].row
    return _RULES.get(table, _newest)(heads)


def _newest(heads: Sequence[Head]) -> Values | None:
    """What one side removed and the other still uses stays."""
    return max(heads, key=lambda head: (head.row is not None, *head[:2])).row


def _last_word(heads: Sequence[Head]) -> Values | None:
    """Who spoke last, also to remove it."""
    return max(heads, key=lambda head: head[:2]).row


def _first(heads: Sequence[Head]) -> Values | None:
    """What was there before is what the other side would have found."""
    return min(heads, key=lambda head: (head.row is None, *head[:2])).row


def _message(heads: Sequence[Head]) -> Values | None:
    """The words that were sent, or may have been."""

    def weight(head: Head) -> tuple[Any, ...]:
        row = head.row or {}
        return (
            head.row is not None,
            row.get("document") is not None,
            row.get("standing_revision", 0),
            row.get("epoch", 1),
            *head[:2],
        )

    best = max(heads, key=weight).row
    kept = _kept(heads, "approved", "generation", "collected_at", "digest")
    return None if best is None else {**best, **kept}


def _post(heads: Sequence[Head]) -> Values | None:
    """What one side's author took back stays so, whatever the other read."""
    best = _newest(heads)
    return None if best is None else {**best, **_kept(heads, "gone", "asked")}


def _kept(heads: Sequence[Head], *columns: str) -> Values:
    """The last that any side says of these columns; of numbers the highest."""
    kept = {}
    for column in columns:
        found = [
            row[column]
            for row in (head.row for head in sorted(heads, key=lambda it: it[:2]))
            if row is not None and row.get(column)
        ]
        if found:
            kept[column] = max(found) if isinstance(found[0], int) else found[-1]
    return kept


def _delivery(heads: Sequence[Head]) -> Values | None:
    live = [head for head in heads if head.row is not None]
    rows = [head.row for head in live if head.row is not None]
    if len(rows) < len(heads) and all(_never_left(row) for row in rows):
        return None
    best = max(live, key=_weight).row or {}
    lost = [row for row in rows if row is not best and _may_stand(row)]
    return _in_doubt(best, lost) if lost else best


def _weight(head: Head) -> tuple[Any, ...]:
    row = head.row or {}
    state = State(row["state"])
    return (
        state is State.DELIVERED,  # whatever the other side's owner said
        row.get("epoch", 1),
        _RANK[state],
        row.get("attempts", 0),
        *head[:2],
    )


def _never_left(row: Values) -> bool:
    may_be_sent = State(row["state"]) in _MAY_BE_SENT
    return may_be_sent and not _may_stand(row) and row.get("progress") is None


def _may_stand(row: Values) -> bool:
    """An attempt was made of which nobody knows that it failed."""
    sent = State(row["state"]) in {State.SENDING, State.PENDING}
    return sent or bool(row.get("unknown"))


def _in_doubt(row: Values, lost: Sequence[Values]) -> Values:
    """The other side may have sent it: that is settled before it is sent again."""
    state = State(row["state"])
    if state not in _MAY_BE_SENT:
        return row
    last = max(lost, key=lambda it: (it.get("deadline_at") or 0, it.get("run", "")))
    doubt: dict[str, Any] = {
        "unknown": 1,
        "attempts": max(it.get("attempts", 0) for it in (row, *lost)),
        "deadline_at": max(it.get("deadline_at") or 0 for it in (row, *lost)),
        "started_at": row.get("started_at") or last.get("started_at"),
    }
    if state is State.SENDING:
        del doubt["unknown"]  # it is, once its attempt is over
    if state is State.PLANNED:
        doubt["state"] = State.WAITING.value
    progress = row.get("progress") or last.get("progress")
    if progress is not None:
        doubt["progress"] = progress
    return {**row, **doubt}


def _target(heads: Sequence[Head]) -> Values | None:
    """What one side's owner stopped stays so; what stood there was read."""
    best = _newest(heads)
    rows = [head.row for head in heads if head.row is not None]
    stopped = max(row.get("stopped", 0) for row in rows) if rows else 0
    adopted = [row["adopted_at"] for row in rows if row.get("adopted_at") is not None]
    kept = {"stopped": stopped} if stopped else {}
    kept |= {"adopted_at": min(adopted)} if adopted else {}
    return None if best is None else {**best, **kept}


def _attempt(heads: Sequence[Head]) -> Values | None:
    """A key was first used by the earlier of the two."""

    def weight(head: Head) -> tuple[Any, ...]:
        row = head.row or {}
        return (head.row is None, row.get("started_at", 0), *head[:2])

    return min(heads, key=weight).row


_RULES: Mapping[str, Callable[[Sequence[Head]], Values | None]] = {
    "alias": _first,
    "attempt": _attempt,
    "delivery": _delivery,
    "document": _last_word,
    "host": _last_word,
    "message": _message,
    "post": _post,
    "subscription": _first,
    "target": _target,
}
