"""Before a post goes out for the first time: is its page there, does it stand there?"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum, auto

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.record import Recorder
from share_bridge.dispatch.settle.adopt import adopt
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.dispatch.target.told import told
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Action

__all__ = ["Gate", "Passage"]


class Passage(Enum):
    """What becomes of a delivery that comes to the gate."""

    OPEN = auto()
    #: It waits, is held, or stands there already: look again what comes next.
    CLOSED = auto()
    #: Nothing new can go to the target in this run.
    SHUT = auto()


class Gate:
    """What has to be true of a target and a post before its first attempt."""

    def __init__(
        self,
        runtime: Runtime,
        opened: OpenedTarget,
        recorder: Recorder,
        pages: LivePages,
    ) -> None:
        self._runtime = runtime
        self._opened = opened
        self._recorder = recorder
        self._pages = pages
        #: Once a run is enough: nobody posts the same by hand meanwhile.
        self._looked = False

    async def passes(self, head: DeliveryRecord) -> Passage:
        """Whether it may go; what went out before may go on."""
        if head.action is not Action.CREATE or head.attempts or head.recipient:
            return Passage.OPEN
        # What never leaves this machine may be shown before its page is there.
        if not self._opened.capabilities.local and not await self._are_live(head):
            return Passage.CLOSED
        if not self._looked:
            if reason := await adopt(self._runtime, self._opened):
                self._recorder.postpone_next(reason)
                return Passage.SHUT
            self._looked = True
        return Passage.OPEN if self._still(head) else Passage.CLOSED

    async def _are_live(self, head: DeliveryRecord) -> bool:
        """Whether all pages that it tells of are there; one that never came is held."""
        live = [
            await self._pages.let_pass(delivery, self._recorder)
            for delivery in told(self._runtime.ledger, self._opened.config, head)
        ]
        return all(live)

    def _still(self, head: DeliveryRecord) -> bool:
        """Whether it was neither adopted nor held just now."""
        with suppress(IndexError):
            return self._runtime.ledger.deliveries.get(head.id).state is head.state
        return False
