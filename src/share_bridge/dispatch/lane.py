"""One target in one run: locked, opened, known, and then sent to."""

from __future__ import annotations

from share_bridge.dispatch.identity import block, identify
from share_bridge.dispatch.in_turn import InTurn
from share_bridge.dispatch.opened import OpenedTarget, open_target
from share_bridge.dispatch.plan import PlannedTarget
from share_bridge.dispatch.recover import recover
from share_bridge.dispatch.runtime import Runtime
from share_bridge.errors import LedgerError
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.question import Kind

__all__ = ["Lane"]

#: How often a lock that another run holds is tried again, in seconds.
_LOCK_PAUSE = 0.2


class Lane:
    """One target in one run; lanes run side by side and never wait for each other."""

    def __init__(self, runtime: Runtime, target: PlannedTarget) -> None:
        self._runtime = runtime
        self._target = target

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
            await opened.close()

    async def _send(self, opened: OpenedTarget) -> None:
        runtime = self._runtime
        recover(runtime, opened)
        queue = InTurn(runtime, opened)
        locked = opened.record.id
        identified = await identify(runtime, opened)
        if opened.record.id != locked:
            return  # it is another record: first its own lock, or its own plan
        if not identified.ready:
            if identified.reason:
                queue.postpone(identified.reason)
            return
        if runtime.first_run:
            runtime.ledger.holds.release(opened.record.id, [Kind.FIRST_RUN])
        await queue.run()
