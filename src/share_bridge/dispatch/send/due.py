"""Which targets have something to do: told without loading any publisher."""

from __future__ import annotations

from collections.abc import Sequence

from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.questions import BLOCKING, about_target
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.when.timetable import Timetable, stopped_by
from share_bridge.ledger.database import Row
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind

__all__ = ["with_work"]


def with_work(
    runtime: Runtime, targets: Sequence[PlannedTarget]
) -> list[PlannedTarget]:
    """Those where something may be due, or the owner may have mended something."""
    work: dict[str, list[Row]] = {}
    for row in runtime.ledger.deliveries.open_work():
        work.setdefault(row["target"], []).append(row)
    return [it for it in targets if _has_work(runtime, it, work.get(it.record.id, []))]


def _has_work(runtime: Runtime, target: PlannedTarget, work: Sequence[Row]) -> bool:
    ledger = runtime.ledger
    if stopped_by(target.record, paused=runtime.paused):
        return False
    if target.record.capabilities and target.record.capabilities.get("collect"):
        return True
    now = runtime.now()
    timetable = Timetable(ledger.targets, target.config)
    for row in work:
        if row["state"] == State.HELD:
            continue
        due = row["due_at"]
        if row["state"] == State.PLANNED and row["action"] == Action.CREATE:
            due = timetable.first(target.record.id, now)
            due = None if due <= now else due.timestamp()
        if due is None or due < runtime.deadline.timestamp():
            return True
    if any(ledger.targets.notices(target.record.id).due(runtime.deadline)):
        return True
    asked = (*BLOCKING, Kind.FIRST_RUN) if runtime.first_run else BLOCKING
    return any(
        ledger.is_asked(about_target(kind, target=target.config.name).id)
        for kind in asked
    )
