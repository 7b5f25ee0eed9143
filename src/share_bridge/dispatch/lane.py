"""All that is due at one target, in order, as long as the run may last."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from share_bridge.dispatch.adopt import adopt
from share_bridge.dispatch.attempt import Attempts
from share_bridge.dispatch.identity import block, identify
from share_bridge.dispatch.opened import OpenedTarget, open_target
from share_bridge.dispatch.plan import PlannedTarget
from share_bridge.dispatch.record import settle_due
from share_bridge.dispatch.runtime import Runtime
from share_bridge.errors import LedgerError
from share_bridge.ledger.records import DeliveryRecord, TargetRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind

__all__ = ["Lane"]

#: How often a lock that another run holds is tried again, in seconds.
_LOCK_PAUSE = 0.2


class Lane:
    """One target in one run; lanes run side by side and never wait for each other."""

    def __init__(self, runtime: Runtime, target: PlannedTarget) -> None:
        self._runtime = runtime
        self._target = target
        self._messages: set[str] = set()

    async def run(self) -> None:
        """Take the target's lock, and send what is due until the run's deadline."""
        before = self._known()
        await self._run_locked(before.id)
        after = self._known()
        if after.id != before.id and after.adopted:  # a known account, renamed
            await self._run_locked(after.id)

    def _known(self) -> TargetRecord:
        config = self._target.config
        return self._runtime.ledger.targets.named(config.name, config.publisher)

    async def _run_locked(self, target: str) -> None:
        runtime, config = self._runtime, self._target.config
        with runtime.ledger.lock(target) as lock:
            while not lock.acquire():
                if runtime.now() >= runtime.deadline:
                    reason = "another share-bridge is sending to it"
                    runtime.watcher.waits(config.name, runtime.deadline, reason)
                    return
                await runtime.sleep(_LOCK_PAUSE)
            record = self._known()
            if record.id == target:  # else another run found out whose it is
                await self._open_and_send(record)

    async def _open_and_send(self, record: TargetRecord) -> None:
        runtime, config = self._runtime, self._target.config
        try:
            opened = open_target(runtime, config, record)
        except LedgerError:
            raise
        except Exception as error:  # noqa: BLE001 - the border: it stops no other
            detail = str(error) or type(error).__name__
            block(runtime, record, Kind.TARGET_BLOCKED, detail=detail)
            return
        try:
            await self._send(opened)
        finally:
            with suppress(OSError):
                await opened.wire.close()

    async def _send(self, opened: OpenedTarget) -> None:
        runtime = self._runtime
        self._recover(opened)
        attempts = Attempts(runtime, opened)
        locked = opened.record.id
        identified = await identify(runtime, opened)
        if opened.record.id != locked:
            return  # it is another record: first its own lock, or its own plan
        if not identified.ready:
            if identified.reason:
                self._postpone(attempts, opened, identified.reason)
            return
        if runtime.first_run:
            runtime.ledger.holds.release(opened.record.id, [Kind.FIRST_RUN])
        while True:
            heads = self._permitted(opened)
            now = runtime.now()
            due = [head for head in heads if _due(head, opened, now) <= now]
            if due:
                head = due[0]
            elif not await self._rest(heads, opened, now):
                return
            else:
                continue
            if now >= runtime.deadline:
                return
            if _is_first(head) and (reason := await adopt(runtime, opened)):
                self._postpone(attempts, opened, reason)
                return
            if _is_first(head) and not self._still(head):
                continue  # adopted or held just now
            self._messages.add(head.message)
            await attempts.make(head)
            opened.refresh(
                runtime.ledger.targets.named(
                    opened.config.name, opened.config.publisher
                )
            )

    def _postpone(self, attempts: Attempts, opened: OpenedTarget, reason: str) -> None:
        """Out of reach: what comes next waits, and the rest behind it."""
        now = self._runtime.now()
        for head in self._runtime.ledger.deliveries.heads(opened.record.id)[:1]:
            if _due(head, opened, now) <= now:
                attempts.recorder.postpone(head, reason)

    def _permitted(self, opened: OpenedTarget) -> list[DeliveryRecord]:
        """What comes next, without messages beyond `max_per_run`."""
        heads = self._runtime.ledger.deliveries.heads(opened.record.id)
        if len(self._messages) < opened.config.max_per_run:
            return heads
        return [head for head in heads if head.message in self._messages]

    async def _rest(
        self, heads: list[DeliveryRecord], opened: OpenedTarget, now: datetime
    ) -> bool:
        """Sleep until something is due; False: not within this run."""
        runtime = self._runtime
        if not heads:
            return False
        wake = min(_due(head, opened, now) for head in heads)
        if wake >= runtime.deadline:
            return False
        runtime.watcher.waits(opened.config.name, wake, heads[0].reason)
        await runtime.sleep(max(0.0, (wake - now).total_seconds()))
        return True

    def _still(self, head: DeliveryRecord) -> bool:
        with suppress(IndexError):
            return self._runtime.ledger.deliveries.get(head.id).state is head.state
        return False

    def _recover(self, opened: OpenedTarget) -> None:
        """What is found in `sending` under our lock was cut off: outcome unknown."""
        deliveries = self._runtime.ledger.deliveries
        for name in deliveries.interrupted(opened.record.id):
            delivery = deliveries.get(name)
            deliveries.record(
                delivery,
                state=State.WAITING,
                now=self._runtime.now(),
                outcome="unknown",
                due=settle_due(replace(delivery, unknown=True), opened),
                unknown=True,
                failed=True,
                reason="the run that sent it was cut off",
            )


def _due(head: DeliveryRecord, opened: OpenedTarget, now: datetime) -> datetime:
    due = settle_due(head, opened) or now
    paused = opened.record.paused_until
    return due if paused is None else max(due, paused)


def _is_first(head: DeliveryRecord) -> bool:
    return head.action is Action.CREATE and head.attempts == 0 and not head.recipient
