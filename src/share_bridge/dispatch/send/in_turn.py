"""One delivery after the other: for targets that have one recipient."""

from __future__ import annotations

from datetime import datetime

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.attempt import Attempts
from share_bridge.dispatch.send.gate import Gate, Passage
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.dispatch.when.timing import due_at
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State

__all__ = ["InTurn"]


class InTurn:
    """Sends what is due at one target, oldest first, until the run's deadline."""

    def __init__(
        self, runtime: Runtime, opened: OpenedTarget, pages: LivePages
    ) -> None:
        self._runtime = runtime
        self._opened = opened
        self._attempts = Attempts(runtime, opened, pages)
        self._gate = Gate(runtime, opened, self._attempts.recorder, pages)
        self._messages: set[str] = set()

    async def run(self) -> None:
        """Send, and sleep until more is due, as long as this run may last."""
        runtime, opened = self._runtime, self._opened
        while not self._is_stopped():
            heads = self._permitted()
            now = runtime.now()
            due = [head for head in heads if due_at(head, opened, now) <= now]
            if due:
                head = due[0]
                if head.state is State.SENDING:
                    reason = "another clone is sending to it"
                    runtime.watcher.waits(opened.config.name, now, reason)
                    return
            elif not await self._rest(heads, now):
                return
            else:
                continue
            if now >= runtime.deadline:
                return
            passage = await self._gate.passes(head)
            if passage is Passage.SHUT:
                return
            if passage is Passage.OPEN:
                self._messages.add(head.message)
                await self._attempts.make(head)

    def _is_stopped(self) -> bool:
        """Whether the owner paused it, perhaps just now, or the name means another."""
        opened = self._opened
        before = opened.record.id
        opened.refresh(
            self._runtime.ledger.targets.named(
                opened.config.name, opened.config.publisher
            )
        )
        return opened.record.stopped or opened.record.id != before

    def _permitted(self) -> list[DeliveryRecord]:
        """What comes next, without messages beyond `max_per_run`."""
        heads = self._runtime.ledger.deliveries.heads(self._opened.record.id)
        if len(self._messages) < self._opened.config.max_per_run:
            return heads
        return [head for head in heads if head.message in self._messages]

    async def _rest(self, heads: list[DeliveryRecord], now: datetime) -> bool:
        """Sleep until something is due; False: not within this run."""
        runtime = self._runtime
        if not heads:
            return False
        wake = min(due_at(head, self._opened, now) for head in heads)
        if wake >= runtime.deadline:
            return False
        reason = (
            heads[0].reason
            or self._opened.timetable.slot(heads[0], now, now=now).reason
        )
        runtime.watcher.waits(self._opened.config.name, wake, reason)
        await runtime.sleep(max(0.0, (wake - now).total_seconds()))
        return True
