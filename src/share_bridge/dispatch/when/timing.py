"""When a delivery may be touched: its own time, its target's rests and rules."""

from __future__ import annotations

from datetime import datetime, timedelta

from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord

__all__ = ["due_at", "settle_due"]


def due_at(head: DeliveryRecord, opened: OpenedTarget, now: datetime) -> datetime:
    """The first moment from `now` on at which something may be done for a delivery."""
    due = max(
        now,
        settle_due(head, opened) or now,
        opened.record.paused_until or now,
        opened.page_due(head) or now,
    )
    return opened.timetable.slot(head, due, now=now).at


def settle_due(delivery: DeliveryRecord, opened: OpenedTarget) -> datetime | None:
    """When a delivery may be touched again; a lost attempt not before it is over."""
    if not delivery.unknown or delivery.deadline is None:
        return delivery.due
    local = opened.capabilities.local
    rest = timedelta(0) if local else opened.config.settle_after
    over = (delivery.started or delivery.deadline) if local else delivery.deadline
    return max(delivery.due or over, over + rest)
