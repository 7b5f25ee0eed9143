"""When trying again is over: the owner is asked, or a recipient is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.outcome import Outcome
from share_bridge.dispatch.settle.settle import may_replay
from share_bridge.dispatch.target.identity import is_healthy
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.question import Kind

__all__ = ["Patience", "asking"]

#: Failures of one delivery, in a row, while the target works.
_TOO_OFTEN = 3


class Patience:
    """How long one target's deliveries may fail."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self._runtime = runtime
        self._opened = opened
        self._deliveries = runtime.ledger.deliveries

    async def with_one(self, delivery: DeliveryRecord, outcome: Outcome) -> Outcome:
        """After three failures, or three days, the owner is asked."""
        if outcome.state is State.PENDING and self._is_endless(delivery):
            return self._asked(outcome)
        if not outcome.failed:
            return outcome
        too_often = delivery.failures + 1 >= _TOO_OFTEN
        if self.is_too_long(delivery.failed) or (
            too_often and await is_healthy(self._opened)
        ):
            return replace(outcome, state=State.HELD, question=asking(outcome))
        return outcome

    def with_many(
        self, delivery: DeliveryRecord, outcome: Outcome, *, since: datetime | None
    ) -> Outcome:
        """A recipient is given up after three days; nobody can mend another's server.

        Where it may have arrived and cannot be sent again, only the owner knows more.

        Args:
            delivery: As it was claimed.
            outcome: Of its attempt.
            since: When its host first failed, or asked for rest, if it has a host.

        """
        if outcome.state is State.PENDING:
            return self._asked(outcome) if self._is_endless(delivery) else outcome
        later = outcome.failed or outcome.pause is not None
        over = self.is_too_long(delivery.failed) or self.is_too_long(since)
        if not later or not over:
            return outcome
        if outcome.unknown and not self._may_replay(delivery):
            return self._asked(outcome)
        reason = f"given up after {_days(self._opened.config.give_up_after)}"
        return replace(
            outcome,
            state=State.REJECTED,
            word="given up",
            reason=f"{reason}: {outcome.reason}",
            unknown=False,
            pause=None,
        )

    def is_too_long(self, failed: datetime | None) -> bool:
        """Whether it fails for longer than the owner wants to wait."""
        patience = self._opened.config.give_up_after
        return failed is not None and self._runtime.now() - failed > patience

    def _asked(self, outcome: Outcome) -> Outcome:
        kind = Kind.OUTCOME_UNKNOWN
        return replace(outcome, state=State.HELD, unknown=True, question=kind)

    def _is_endless(self, delivery: DeliveryRecord) -> bool:
        """It was accepted long ago, and is still not to be seen."""
        return self.is_too_long(self._deliveries.first_attempt(delivery))

    def _may_replay(self, delivery: DeliveryRecord) -> bool:
        now = self._runtime.now()
        first = self._deliveries.first_attempt(delivery) or now
        return may_replay(self._opened.capabilities, first_attempt=first, now=now)


def asking(outcome: Outcome) -> Kind:
    """The question about what failed for too long."""
    return Kind.OUTCOME_UNKNOWN if outcome.unknown else Kind.KEEPS_FAILING


def _days(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    return f"{span.total_seconds() / 3600:.0f} hours"
