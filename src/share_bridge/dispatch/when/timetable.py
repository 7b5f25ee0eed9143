"""The owner's own rules at one target: when what is next may go, and what stops it."""

from __future__ import annotations

from datetime import datetime

from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.when.pace import Pace, Slot
from share_bridge.ledger.records import DeliveryRecord, TargetRecord
from share_bridge.ledger.targets import Targets
from share_bridge.model.delivery import State
from share_bridge.model.message import Action

__all__ = ["Timetable", "stopped_by"]


class Timetable:
    """The rules of one target, and what the ledger says of them."""

    def __init__(self, targets: Targets, target: TargetConfig) -> None:
        self._pace = Pace.of(target)
        self._targets = targets
        self._asked: datetime | None = None
        self._last: dict[str, datetime | None] = {}

    def slot(self, delivery: DeliveryRecord, start: datetime, *, now: datetime) -> Slot:
        """The first moment from `start` on at which it may be sent.

        What is taken back goes at once, and so does what the service has accepted
        and waits for. An edit keeps to the hours; no interval is counted for it.
        """
        free = delivery.action is Action.DELETE or delivery.state is State.PENDING
        if free or not self._pace:
            return Slot(start)
        if not self._pace.interval or delivery.action is not Action.CREATE:
            return self._pace.next(start)
        return self._pace.next(start, self._last_before(delivery, now))

    def first(self, target: str, now: datetime) -> datetime:
        """The first moment from `now` on at which a new post may go to the target."""
        last = self._targets.last_sent(target) if self._pace.interval else None
        return self._pace.next(now, last).at

    def forget(self) -> None:
        """Something was sent: ask the ledger anew."""
        self._asked = None

    def _last_before(self, delivery: DeliveryRecord, now: datetime) -> datetime | None:
        """When another post went out; asked once a message for each moment."""
        if self._asked != now:
            self._asked, self._last = now, {}
        if delivery.message not in self._last:
            self._last[delivery.message] = self._targets.last_sent(
                delivery.target, besides=delivery.message
            )
        return self._last[delivery.message]


def stopped_by(record: TargetRecord | None, *, paused: bool) -> str:
    """Why its owner lets nothing go to a target, or empty.

    Args:
        record: What the ledger knows of the target.
        paused: `SHARE_BRIDGE_PAUSE` is set.

    """
    if paused:
        return "paused by SHARE_BRIDGE_PAUSE"
    if record is not None and record.stopped:
        return f"paused by you; `share-bridge resume {record.name}` lets it go on"
    return ""
