"""What an attempt came to: from what a publisher gave or raised to what is true."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.dispatch.border import StuckError
from share_bridge.errors import (
    ConflictError,
    DuplicateError,
    GoneError,
    NoKeyError,
    OutcomeUnknownError,
    PublishError,
    RateLimitedError,
    RejectedError,
    SkippedError,
    TargetBlockedError,
    TransientError,
)
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Pending, Receipt
from share_bridge.plugin.answers import LONGEST, error_of_response

__all__ = [
    "INTERRUPTED",
    "SOON",
    "Outcome",
    "in_doubt",
    "of_error",
    "of_result",
    "typed",
]


#: A service that says "now" is not asked in a loop.
SOON = timedelta(seconds=1)


class Outcome(Struct, frozen=True, kw_only=True):
    """What is true of a delivery after an attempt.

    Attributes:
        state: `waiting` where it is tried again.
        word: For the list of attempts.
        reason: For people, one line.
        receipt: Where it was delivered.
        due: When a pending one wants to be called again.
        unknown: It may have been accepted.
        failed: One more failure in a row.
        pause: The target rests that long; None: it does not.
        blocked: Nothing can go to this target until the owner acts.
        whole_target: In a fan-out, the whole target is meant, not the host alone.
        question: What kind of question holds it, if one does.

    """

    state: State
    word: str
    reason: str = ""
    receipt: Receipt | None = None
    due: datetime | None = None
    unknown: bool = False
    failed: bool = False
    pause: timedelta | None = None
    blocked: bool = False
    whole_target: bool = False
    question: Kind | None = None


#: Cut off while it was under way.
INTERRUPTED = Outcome(
    state=State.WAITING, word="unknown", reason="interrupted", unknown=True, failed=True
)


class _UnsealedError(TargetBlockedError):
    """What the publisher keeps could not be written: before it sent, or after."""


def in_doubt(delivery: DeliveryRecord, outcome: Outcome) -> Outcome:
    """With what nobody knows yet of an attempt before: a replay settles it, or not."""
    still = delivery.unknown and delivery.action is Action.CREATE
    if still and (outcome.blocked or outcome.state in {State.WAITING, State.HELD}):
        return replace(outcome, unknown=True)
    return outcome


def of_result(result: object) -> Outcome:
    """What `publish` or `update` returned.

    Raises:
        TypeError, ValueError: It cannot be kept: no JSON.

    """
    if isinstance(result, Receipt):
        json.dumps(result.to_json())
        return Outcome(state=State.DELIVERED, word="delivered", receipt=result)
    if isinstance(result, Pending) and result.at.tzinfo is not None:
        return Outcome(
            state=State.PENDING, word="pending", reason=result.reason, due=result.at
        )
    return of_error(
        OutcomeUnknownError(f"the publisher returned {type(result).__name__}")
    )


def of_error(error: PublishError) -> Outcome:
    """What the publisher's error says happens next."""
    return replace(_of_error(error), whole_target=error.whole_target)


def _of_error(error: PublishError) -> Outcome:
    reason = str(error) or type(error).__name__
    if isinstance(error, DuplicateError):
        return Outcome(
            state=State.DELIVERED,
            word="duplicate",
            receipt=error.existing,
            reason=reason,
        )
    if isinstance(error, RejectedError):
        return Outcome(state=State.REJECTED, word="rejected", reason=reason)
    if isinstance(error, _UnsealedError):
        return Outcome(
            state=State.WAITING,
            word="no key",
            reason=reason,
            unknown=True,
            blocked=True,
        )
    if isinstance(error, TargetBlockedError):
        return Outcome(state=State.PLANNED, word="blocked", reason=reason, blocked=True)
    if isinstance(error, RateLimitedError):
        pause = timedelta(minutes=1) if error.retry_after is None else error.retry_after
        return Outcome(
            state=State.WAITING,
            word="rate-limited",
            reason=reason
            if pause < LONGEST
            else f"{reason} (waiting 24 hours at most)",
            pause=_bounded(pause),
        )
    if isinstance(error, TransientError):
        return Outcome(state=State.WAITING, word="failed", reason=reason, failed=True)
    if isinstance(error, ConflictError):
        return Outcome(
            state=State.HELD, word="conflict", reason=reason, question=Kind.EDITED_THERE
        )
    if isinstance(error, SkippedError):
        return Outcome(state=State.SKIPPED, word="skipped", reason=reason)
    if isinstance(error, GoneError):
        return Outcome(state=State.SKIPPED, word="gone", reason=reason)
    if isinstance(error, OutcomeUnknownError):
        asked = error.retry_after
        return Outcome(
            state=State.WAITING,
            word="unknown",
            reason=reason,
            failed=True,
            unknown=True,
            pause=None if asked is None else _bounded(asked),
        )
    return Outcome(
        state=State.HELD,
        word="refused",
        reason=reason,
        question=Kind.UNEXPECTED_ANSWER,
    )


def _bounded(pause: timedelta) -> timedelta:
    return max(SOON, min(pause, LONGEST))


def typed(error: BaseException, *, wrote: bool, now: datetime) -> PublishError:
    """What an exception of a publisher means.

    Args:
        error: Whatever came out of it.
        wrote: Whether a request that may change something began.
        now: The time, for a `Retry-After` that is a date.

    """
    if isinstance(error, PublishError):
        return error
    if isinstance(error, NoKeyError):
        return _UnsealedError(str(error))
    name = type(error).__name__
    text = " ".join(str(error).split()) or name
    httpx = sys.modules.get("httpx")
    if httpx is not None:
        if isinstance(error, httpx.HTTPStatusError):
            return error_of_response(error.response, now=now)
        if isinstance(error, (httpx.HTTPError, httpx.InvalidURL)) and (
            not wrote or _never_left(error, httpx)
        ):
            return TransientError(text)
    if isinstance(error, TimeoutError):
        said = str(error) if isinstance(error, StuckError) else "no answer in time"
        return OutcomeUnknownError(said) if wrote else TransientError(said)
    return OutcomeUnknownError(f"{name}: {text}")


def _never_left(error: Exception, httpx: object) -> bool:
    names = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")
    kinds = tuple(getattr(httpx, name) for name in names)
    return isinstance(error, kinds)
