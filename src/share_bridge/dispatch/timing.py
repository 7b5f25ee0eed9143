"""When a delivery may be touched: its own time, and the rests of its target."""

from __future__ import annotations

from datetime import datetime, timedelta

from share_bridge.dispatch.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord

__all__ = ["due_at", "settle_due"]


def due_at(head: DeliveryRecord, opened: OpenedTarget, now: datetime) -> datetime:
    """The first moment at which something may be done for a delivery."""
    due = settle_due(head, opened) or now
    paused = opened.record.paused_until
    return due if paused is None else max(due, paused)


def settle_due(delivery: DeliveryRecord, opened: OpenedTarget) -> datetime | None:
    """When a delivery may be touched again; a lost attempt not before it is over."""
    if not delivery.unknown or delivery.deadline is None:
        return delivery.due
    local = opened.capabilities.local
    rest = timedelta(0) if local else opened.config.settle_after
    over = (delivery.started or delivery.deadline) if local else delivery.deadline
    return max(delivery.due or over, over + rest)
