"""One target in one run: locked, opened, known, and then sent to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.in_turn import InTurn
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.record import Recorder
from share_bridge.dispatch.settle.recover import recover
from share_bridge.dispatch.target.identity import block, identify
from share_bridge.dispatch.target.opened import OpenedTarget, open_target
from share_bridge.errors import LedgerError
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.question import Kind

if TYPE_CHECKING:
    from share_bridge.dispatch.fan_out.side_by_side import SideBySide

__all__ = ["Lane"]

#: How often a lock that another run holds is tried again, in seconds.
_LOCK_PAUSE = 0.2


class Lane:
    """One target in one run; lanes run side by side and never wait for each other."""

    def __init__(
        self,
        runtime: Runtime,
        target: PlannedTarget,
        pages: LivePages,
        *,
        sends: bool = True,
    ) -> None:
        self._runtime = runtime
        self._pages = pages
        self._target = target
        self._sends = sends

    async def run(self) -> None:
        """Take the target's lock, and send what is due until the run's deadline.

        Without `sends`, let its publisher collect and prepare, and send nothing.
        """
        while not await self._run_locked(self._known().id):
            pass  # another run found out whose it is

    def _known(self) -> TargetRecord:
        config = self._target.config
        return self._runtime.ledger.targets.named(config.name, config.publisher)

    async def _run_locked(self, target: str) -> bool:
        """Send under the lock of that target; False: it is another one by now."""
        async with self._locked(target) as locked:
            record = self._known()
            if locked and record.id == target:
                await self._open_and_send(record)
            return not locked or record.id == target

    @asynccontextmanager
    async def _locked(self, target: str) -> AsyncIterator[bool]:
        """Hold the lock of a target; False where another run had it to the end."""
        runtime, name = self._runtime, self._target.config.name
        with runtime.ledger.lock(target) as lock:
            while not (locked := lock.acquire()):
                if runtime.now() >= runtime.deadline:
                    reason = "another share-bridge is sending to it"
                    runtime.watcher.waits(name, runtime.deadline, reason)
                    break
                await runtime.sleep(_LOCK_PAUSE)
            yield locked

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
        recover(self._runtime, opened)
        before = opened.record
        identified = await identify(self._runtime, opened)
        if not identified.ready:
            if identified.reason:
                Recorder(self._runtime, opened).postpone_next(identified.reason)
        elif opened.record.id == before.id:
            await self._send_due(opened)
        elif before.account is None:  # now it is known whose it is: by its own lock
            async with self._locked(opened.record.id) as locked:
                if locked:
                    recover(self._runtime, opened)
                    await self._send_due(opened)

    async def _send_due(self, opened: OpenedTarget) -> None:
        if self._runtime.first_run:
            self._runtime.ledger.holds.release(opened.record.id, [Kind.FIRST_RUN])
        if opened.capabilities.collect:
            await self._collect(opened)
        if self._sends:
            await self._send_notices(opened)
            await self._queue(opened).run()
        else:
            await self._prepare(opened)

    async def _collect(self, opened: OpenedTarget) -> None:
        from share_bridge.dispatch.send.collect import collect  # noqa: PLC0415 - few do

        await collect(self._runtime, opened)

    async def _prepare(self, opened: OpenedTarget) -> None:
        from share_bridge.dispatch.fan_out.prepare import (  # noqa: PLC0415 - where asked for
            prepare,
        )

        if opened.capabilities.fan_out:
            await prepare(self._runtime, opened, self._pages)

    def _queue(self, opened: OpenedTarget) -> InTurn | SideBySide:
        if not opened.capabilities.fan_out:
            return InTurn(self._runtime, opened, self._pages)
        from share_bridge.dispatch.fan_out.side_by_side import (  # noqa: PLC0415 - few do
            SideBySide,
        )

        return SideBySide(self._runtime, opened, self._pages)

    async def _send_notices(self, opened: OpenedTarget) -> None:
        runtime = self._runtime
        if any(runtime.ledger.targets.notices(opened.record.id).due(runtime.now())):
            from share_bridge.dispatch.send.notices import (  # noqa: PLC0415 - few have any
                send_notices,
            )

            await send_notices(runtime, opened)
