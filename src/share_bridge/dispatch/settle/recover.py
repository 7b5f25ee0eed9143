"""What a run that died left behind: found under its lock, the outcome is unknown."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.dispatch.when.timing import settle_due
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State

__all__ = ["recover"]


def recover(runtime: Runtime, opened: OpenedTarget) -> None:
    """Let every delivery that was cut off wait until it can be settled.

    Where another clone may be sending it, it is not cut off before its time.
    """
    deliveries = runtime.ledger.deliveries
    with runtime.ledger.transaction():
        for name in runtime.ledger.claims.interrupted(opened.record.id):
            delivery = deliveries.get(name)
            if runtime.ledger.is_shared and not _is_over(delivery, runtime.now()):
                continue
            deliveries.record(
                delivery,
                state=State.WAITING,
                now=runtime.now(),
                outcome="unknown",
                due=settle_due(replace(delivery, unknown=True), opened),
                unknown=True,
                failed=True,
                reason="the run that sent it was cut off",
            )


def _is_over(delivery: DeliveryRecord, now: datetime) -> bool:
    return delivery.deadline is None or delivery.deadline < now
