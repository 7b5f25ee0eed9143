"""One delivery, once: composed, committed, sent, recorded."""

from __future__ import annotations

import asyncio

from msgspec.structs import replace

from share_bridge.dispatch.composed import Composer
from share_bridge.dispatch.fan_out import AddressBook, KeyMissingError
from share_bridge.dispatch.lost import settled
from share_bridge.dispatch.opened import OpenedTarget
from share_bridge.dispatch.outcome import Outcome, of_error
from share_bridge.dispatch.record import Recorder, Sent
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send import send
from share_bridge.errors import PublishError
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Recipient

__all__ = ["Attempts"]

_INTERRUPTED = Outcome(
    state=State.WAITING, word="unknown", reason="interrupted", unknown=True, failed=True
)


class Attempts:
    """Makes the attempts of one target, one after the other."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self.recorder = Recorder(runtime, opened)
        self._runtime = runtime
        self._opened = opened
        self._composer = Composer(runtime, opened, self.recorder)
        self._book = AddressBook(opened)
        self._deliveries = runtime.ledger.deliveries

    async def make(self, delivery: DeliveryRecord) -> None:
        """Bring one delivery as far as it goes now."""
        if delivery.unknown and not await settled(
            self._runtime, self._opened, self.recorder, delivery
        ):
            return
        if self._is_taken_back(delivery):
            self.recorder.skip(delivery, "taken back before it was sent")
            return
        composed = self._composer.compose(delivery)
        if composed is None:
            return
        message = composed.message
        if (
            self._opened.capabilities.fan_out
            and not delivery.recipient
            and not delivery.attempts
        ):
            await self._expand(delivery, message)
            return
        recipient = await self._recipient(delivery, composed.record, message)
        if recipient is None:
            return
        receipt = None
        if delivery.action is not Action.CREATE:
            receipt = self._deliveries.last_receipt(
                target=delivery.target, post=delivery.post, recipient=delivery.recipient
            )
        pictured = await self._composer.with_pictures(delivery, message)
        started = self._runtime.now()
        if not self._deliveries.claim(
            delivery,
            message,
            revision=composed.revision,
            now=started,
            deadline=started + self._opened.config.timeout,
        ):
            return  # its owner spoke in the meantime
        self._runtime.watcher.started(self.recorder.told(delivery, composed.record))
        sent = Sent(delivery, composed.record, message.words, composed.revision)
        try:
            outcome, error = await send(
                self._opened, delivery, pictured, recipient=recipient, receipt=receipt
            )
        except asyncio.CancelledError:
            self.recorder.commit(sent, _INTERRUPTED)
            raise
        await self.recorder.record(sent, outcome, error=error)

    def _is_taken_back(self, delivery: DeliveryRecord) -> bool:
        """A create that surely never left; a thread that began is finished first."""
        return (
            delivery.action is Action.CREATE
            and delivery.progress is None
            and self._runtime.ledger.retractions.is_retracted(
                target=delivery.target, post=delivery.post
            )
        )

    async def _expand(self, delivery: DeliveryRecord, message: Message) -> None:
        try:
            recipients = (
                await self._book.snapshot(delivery, message)
                if delivery.action is Action.CREATE
                else self._deliveries.receivers(
                    target=delivery.target, post=delivery.post
                )
            )
        except PublishError as error:
            await self._fail(delivery, error)
            return
        if not self._deliveries.expand(delivery, recipients):
            self.recorder.skip(delivery, "there are no recipients")

    async def _recipient(
        self, delivery: DeliveryRecord, record: PostRecord, message: Message
    ) -> Recipient | None:
        try:
            recipient = await self._book.resolve(delivery, message)
        except KeyMissingError:
            self.recorder.hold(delivery, record, Kind.KEY_MISSING)
            return None
        except PublishError as error:
            await self._fail(delivery, error)
            return None
        if recipient is None:
            self.recorder.skip(delivery, "not on the list any more")
        return recipient

    async def _fail(self, delivery: DeliveryRecord, error: PublishError) -> None:
        """It did not come to an attempt: the recipients could not be read."""
        record = self._runtime.ledger.posts.get(delivery.post)
        outcome = replace(of_error(error), unknown=delivery.unknown)
        await self.recorder.record(Sent(delivery, record, "", 0), outcome, error=error)
