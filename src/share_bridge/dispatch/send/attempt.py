"""One delivery, once: composed, committed, sent, recorded."""

from __future__ import annotations

import asyncio

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.composed import Composer
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.outcome import INTERRUPTED
from share_bridge.dispatch.send.record import Recorder, Sent
from share_bridge.dispatch.send.send import send
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Action
from share_bridge.model.receipt import Recipient

__all__ = ["Attempts"]


class Attempts:
    """Makes the attempts of one target, one after the other."""

    def __init__(
        self, runtime: Runtime, opened: OpenedTarget, pages: LivePages
    ) -> None:
        self.recorder = Recorder(runtime, opened)
        self._runtime = runtime
        self._opened = opened
        self._composer = Composer(runtime, opened, self.recorder, pages)
        self._deliveries = runtime.ledger.deliveries

    async def make(self, delivery: DeliveryRecord) -> None:
        """Bring one delivery as far as it goes now."""
        if delivery.unknown:
            known = await self._settled(delivery)
            if known is None:
                return
            delivery = known
        composed = self._composer.compose(delivery)
        if composed is None:
            return
        composed = await self._composer.with_page_image(composed)
        message = composed.message
        receipt = None
        if delivery.action is not Action.CREATE:
            receipt = self._deliveries.last_receipt(
                target=delivery.target, post=delivery.post, recipient=delivery.recipient
            )
        pictured = await self._composer.with_pictures(delivery, message)
        started = self._runtime.now()
        if not self._runtime.ledger.claims.claim(
            [delivery],
            message,
            revision=composed.revision,
            now=started,
            deadline=started + self._opened.config.timeout,
        ):
            return  # its owner spoke in the meantime
        if not await self._runtime.ledger.confirm(self._opened.config.timeout):
            return  # another clone was faster
        self._runtime.watcher.started(self.recorder.told(delivery, composed.record))
        sent = Sent(delivery, composed.record, message.words, composed.revision)
        try:
            outcome, error = await send(
                self._opened,
                delivery,
                pictured,
                recipient=Recipient(),
                receipt=receipt,
                standing=delivery.standing,
            )
        except asyncio.CancelledError:
            self.recorder.commit(sent, INTERRUPTED)
            raise
        await self.recorder.record(sent, outcome, error=error)

    async def _settled(self, delivery: DeliveryRecord) -> DeliveryRecord | None:
        from share_bridge.dispatch.settle.lost import settled  # noqa: PLC0415 - seldom

        return await settled(self._runtime, self._opened, self.recorder, delivery)
