"""One delivery, once: composed, committed, sent, recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from share_bridge.dispatch.fan_out import AddressBook, KeyMissingError
from share_bridge.dispatch.lost import settled
from share_bridge.dispatch.opened import OpenedTarget
from share_bridge.dispatch.outcome import Outcome, of_error, of_result
from share_bridge.dispatch.pictures import read_pictures
from share_bridge.dispatch.record import Recorder, Sent
from share_bridge.dispatch.runtime import Runtime
from share_bridge.errors import PublishError
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Image
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Receipt, Recipient

__all__ = ["Attempts"]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A delivery with everything that its attempt needs."""

    sent: Sent
    message: Message
    recipient: Recipient
    receipt: Receipt | None

    @property
    def delivery(self) -> DeliveryRecord:
        return self.sent.delivery


class Attempts:
    """Makes the attempts of one target, one after the other."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self.recorder = Recorder(runtime, opened)
        self._runtime = runtime
        self._opened = opened
        self._book = AddressBook(runtime, opened)
        self._deliveries = runtime.ledger.deliveries
        self._pictures: tuple[str, tuple[Image, ...]] = ("", ())

    async def make(self, delivery: DeliveryRecord) -> None:
        """Bring one delivery as far as it goes now."""
        if delivery.unknown and not await settled(
            self._runtime, self._opened, self.recorder, delivery
        ):
            return
        ready = await self._prepare(delivery)
        if ready is None:
            return
        pictures = await self._read_pictures(ready)
        started = self._runtime.now()
        if not self._deliveries.claim(
            delivery,
            ready.message,
            revision=ready.sent.revision,
            now=started,
            deadline=started + self._opened.config.timeout,
        ):
            return  # its owner spoke in the meantime
        told = self.recorder.told(delivery, ready.sent.record)
        self._runtime.watcher.started(told)
        try:
            outcome, error = await self._send(ready, pictures)
        except asyncio.CancelledError:
            self.recorder.commit(ready.sent, _INTERRUPTED)
            raise
        await self.recorder.record(ready.sent, outcome, error=error)

    # Before

    async def _prepare(self, delivery: DeliveryRecord) -> _Ready | None:
        """Compose the message, or keep the frozen one; find whom it is for."""
        record = self._runtime.ledger.posts.get(delivery.post)
        frozen = self._deliveries.frozen(delivery.message)
        try:
            message = frozen or replace(
                self._opened.compose(record.post), action=delivery.action
            )
        except ValueError as error:  # the author's own words do not fit
            self.recorder.hold(delivery, record, Kind.DOES_NOT_FIT, str(error))
            return None
        except Exception as error:  # noqa: BLE001 - one post never stops the others
            reason = f"it could not be composed: {type(error).__name__}: {error}"
            self.recorder.hold(delivery, record, Kind.KEEPS_FAILING, reason)
            return None
        if (
            self._opened.capabilities.fan_out
            and not delivery.recipient
            and not delivery.attempts
        ):
            await self._expand(delivery, message)
            return None
        receipt = None
        if delivery.action is not Action.CREATE:
            receipt = self._standing(delivery)
            if frozen is None and self._is_unchanged(delivery, record, message):
                return None
        recipient = await self._recipient(delivery, record, message)
        if recipient is None:
            return None
        revision = record.revision
        if frozen is not None:
            revision = self._deliveries.revision(delivery.message)
        sent = Sent(delivery, record, message.words, revision)
        return _Ready(sent, message, recipient, receipt)

    async def _read_pictures(self, ready: _Ready) -> tuple[Image, ...]:
        """Read once for all recipients of a message; their bytes are never stored."""
        name, config = ready.delivery.message, self._runtime.config
        if self._pictures[0] != name:
            images = await read_pictures(
                ready.message.images,
                media=self._opened.capabilities.media,
                network=config.network,
                folder=config.folder,
                seconds=self._opened.config.timeout.total_seconds(),
                log=self._opened.context().log,
                transport=self._runtime.transport,
            )
            self._pictures = (name, images)
        return self._pictures[1]

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

    def _standing(self, delivery: DeliveryRecord) -> Receipt | None:
        return self._deliveries.last_receipt(
            target=delivery.target, post=delivery.post, recipient=delivery.recipient
        )

    def _is_unchanged(
        self, delivery: DeliveryRecord, record: PostRecord, message: Message
    ) -> bool:
        """An edit that was taken back before it was sent is no edit."""
        words = self._deliveries.standing_words(
            target=delivery.target, post=delivery.post
        )
        if words != message.words:
            return False
        self.recorder.skip(delivery, "changed back before it was sent")
        self._deliveries.stand(
            target=delivery.target,
            post=delivery.post,
            words=words,
            revision=record.revision,
        )
        return True

    async def _fail(self, delivery: DeliveryRecord, error: PublishError) -> None:
        """It did not come to an attempt: the recipients could not be read."""
        record = self._runtime.ledger.posts.get(delivery.post)
        outcome = replace(of_error(error), unknown=delivery.unknown)
        await self.recorder.record(Sent(delivery, record, "", 0), outcome, error=error)

    # During

    async def _send(
        self, ready: _Ready, pictures: tuple[Image, ...]
    ) -> tuple[Outcome, PublishError | None]:
        opened, wire = self._opened, self._opened.wire
        message = replace(ready.message, images=pictures)
        context = opened.context(ready.delivery, recipient=ready.recipient)
        wire.used = wire.wrote = False
        try:
            async with asyncio.timeout(opened.config.timeout.total_seconds()):
                if ready.delivery.action is Action.CREATE:
                    result = await opened.publisher.publish(message, context)
                elif ready.receipt is None:
                    return _NO_COPY, None
                else:
                    result = await opened.publisher.update(
                        ready.receipt, message, context
                    )
            outcome = of_result(result)
        except (Exception, SystemExit) as exc:
            wrote = wire.wrote or not wire.used
            error = opened.typed(exc, wrote=wrote)
            context.log.debug("attempt failed", exc_info=exc)
            return of_error(error), error
        return outcome, None


_NO_COPY = Outcome(
    state=State.SKIPPED, word="no copy", reason="there is no copy to change"
)
_INTERRUPTED = Outcome(
    state=State.WAITING, word="unknown", reason="interrupted", unknown=True, failed=True
)
