"""One delivery, once: composed, committed, sent, recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from share_bridge.dispatch.backoff import backoff
from share_bridge.dispatch.fan_out import AddressBook, KeyMissingError
from share_bridge.dispatch.identity import block, is_healthy
from share_bridge.dispatch.opened import OpenedTarget
from share_bridge.dispatch.outcome import Outcome, of_error, of_result, typed
from share_bridge.dispatch.pictures import read_pictures
from share_bridge.dispatch.questions import about_post
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.settle import Verdict, can_ask, look, may_replay
from share_bridge.errors import PublishError
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.delivery import Delivery, State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Image
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Receipt, Recipient

__all__ = ["Attempts", "settle_due"]

#: Failures of one delivery, in a row, while the target works.
_PATIENCE = 3


@dataclass(frozen=True, slots=True)
class _Ready:
    """A delivery with everything that its attempt needs."""

    delivery: DeliveryRecord
    record: PostRecord
    message: Message
    revision: int
    recipient: Recipient
    receipt: Receipt | None


class Attempts:
    """Makes the attempts of one target, one after the other."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self._runtime = runtime
        self._opened = opened
        self._book = AddressBook(runtime, opened)
        self._deliveries = runtime.ledger.deliveries
        self._pictures: tuple[str, tuple[Image, ...]] = ("", ())

    async def make(self, delivery: DeliveryRecord) -> None:
        """Bring one delivery as far as it goes now."""
        if delivery.unknown and not await self._settled(delivery):
            return
        ready = await self._prepare(delivery)
        if ready is None:
            return
        pictures = await self._read_pictures(ready)
        started = self._runtime.now()
        self._deliveries.claim(
            delivery,
            ready.message,
            revision=ready.revision,
            now=started,
            deadline=started + self._opened.config.timeout,
        )
        self._runtime.watcher.started(self._told(ready.delivery, ready.record))
        try:
            outcome, error = await self._send(ready, pictures)
        except asyncio.CancelledError:
            self._record(ready, _lost("interrupted"), error=None)
            raise
        outcome = await self._with_patience(delivery, outcome)
        self._record(ready, outcome, error=error)

    def postpone(self, delivery: DeliveryRecord, reason: str) -> None:
        """The target is out of reach: nothing was tried, and it counts as failed."""
        record = self._runtime.ledger.posts.get(delivery.post)
        outcome = Outcome(
            state=State.WAITING,
            word="out of reach",
            reason=reason,
            failed=True,
            unknown=delivery.unknown,
        )
        if self._is_too_long(delivery):
            self._hold(delivery, record, _asking(outcome), reason)
        else:
            self._retry(delivery, outcome)
            self._tell(delivery, record, outcome, None)

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
            self._hold(delivery, record, Kind.DOES_NOT_FIT, str(error))
            return None
        except Exception as error:  # noqa: BLE001 - one post never stops the others
            reason = f"it could not be composed: {type(error).__name__}: {error}"
            self._hold(delivery, record, Kind.KEEPS_FAILING, reason)
            return None
        if (
            self._opened.capabilities.fan_out
            and not delivery.recipient
            and delivery.state is State.PLANNED
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
        return _Ready(delivery, record, message, revision, recipient, receipt)

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
            recipients = await self._book.snapshot(message)
        except PublishError as error:
            self._fail(delivery, error)
            return
        if not self._deliveries.expand(delivery, recipients):
            self._skip(delivery, "there are no recipients")

    async def _recipient(
        self, delivery: DeliveryRecord, record: PostRecord, message: Message
    ) -> Recipient | None:
        try:
            recipient = await self._book.resolve(delivery, message)
        except KeyMissingError:
            self._hold(delivery, record, Kind.KEY_MISSING, "")
            return None
        except PublishError as error:
            self._fail(delivery, error)
            return None
        if recipient is None:
            self._skip(delivery, "not on the list any more")
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
        self._skip(delivery, "changed back before it was sent")
        self._deliveries.stand(
            target=delivery.target,
            post=delivery.post,
            words=words,
            revision=record.revision,
        )
        return True

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
        except Exception as exc:
            wrote = wire.wrote or not wire.used
            error = typed(exc, wrote=wrote, now=self._runtime.now())
            context.log.debug("attempt failed", exc_info=exc)
            return of_error(error), error
        return of_result(result), None

    # After

    async def _settled(self, delivery: DeliveryRecord) -> bool:
        """Find out what became of a lost attempt; True: it may be sent again."""
        message = self._deliveries.frozen(delivery.message)
        if delivery.action is not Action.CREATE or message is None:
            return True  # changing and deleting twice has the effect of once
        capabilities = self._opened.capabilities
        began = delivery.started or self._runtime.now()
        record = self._runtime.ledger.posts.get(delivery.post)
        first = self._deliveries.first_attempt(delivery) or began
        replay = may_replay(capabilities, first_attempt=first, now=self._runtime.now())
        if not can_ask(capabilities):
            if not replay:
                self._hold(delivery, record, Kind.OUTCOME_UNKNOWN, delivery.reason)
            return replay
        context = self._opened.context()
        try:
            finding = await look(
                self._opened.publisher.recent(context, since=began),
                message,
                since=began,
                application=self._opened.record.application,
            )
        except Exception as exc:  # noqa: BLE001 - the border: a plugin may raise anything
            if replay:
                return True
            error = typed(exc, wrote=False, now=self._runtime.now())
            await self._cannot_ask(delivery, record, error)
            return False
        if finding.verdict is Verdict.FOUND:
            revision = self._deliveries.revision(delivery.message)
            ready = _Ready(delivery, record, message, revision, Recipient(), None)
            self._record(ready, of_result(finding.receipt), error=None)
        elif finding.verdict is Verdict.INCONCLUSIVE:
            self._hold(delivery, record, Kind.OUTCOME_UNKNOWN, finding.reason)
        return finding.verdict is Verdict.ABSENT

    async def _cannot_ask(
        self, delivery: DeliveryRecord, record: PostRecord, error: PublishError
    ) -> None:
        outcome = of_error(error)
        if outcome.state is State.WAITING:
            outcome = replace(outcome, unknown=True, failed=True)
            self._retry(delivery, await self._with_patience(delivery, outcome))
        elif outcome.blocked:
            block(
                self._runtime,
                self._opened.record,
                Kind.TARGET_BLOCKED,
                detail=outcome.reason,
            )
        else:
            self._hold(delivery, record, Kind.OUTCOME_UNKNOWN, outcome.reason)

    async def _with_patience(
        self, delivery: DeliveryRecord, outcome: Outcome
    ) -> Outcome:
        """After three failures, or three days, the owner is asked."""
        if not outcome.failed:
            return outcome
        too_often = delivery.failures + 1 >= _PATIENCE
        if self._is_too_long(delivery) or (
            too_often and await is_healthy(self._opened)
        ):
            return replace(outcome, state=State.HELD, question=_asking(outcome))
        return outcome

    def _is_too_long(self, delivery: DeliveryRecord) -> bool:
        if delivery.failed is None:
            return False
        patience = self._opened.config.give_up_after
        return self._runtime.now() - delivery.failed > patience

    def _record(
        self, ready: _Ready, outcome: Outcome, *, error: PublishError | None
    ) -> None:
        delivery, record = ready.delivery, ready.record
        ledger = self._runtime.ledger
        if outcome.blocked:
            self._retry(delivery, outcome)
            block(
                self._runtime,
                self._opened.record,
                Kind.TARGET_BLOCKED,
                detail=outcome.reason,
            )
        elif outcome.question is not None:
            self._hold(
                delivery, record, outcome.question, outcome.reason, outcome=outcome
            )
        elif outcome.state is State.WAITING:
            self._retry(delivery, outcome)
        else:
            with ledger.transaction():
                self._deliveries.record(
                    delivery,
                    state=outcome.state,
                    now=self._runtime.now(),
                    outcome=outcome.word,
                    due=outcome.due,
                    reason=outcome.reason,
                    receipt=outcome.receipt,
                )
                if outcome.state is State.DELIVERED:
                    self._deliveries.stand(
                        target=delivery.target,
                        post=delivery.post,
                        words=ready.message.words,
                        revision=ready.revision,
                    )
        self._tell(delivery, record, outcome, error)

    def _retry(self, delivery: DeliveryRecord, outcome: Outcome) -> None:
        """Later: when the service says, else after a growing time."""
        now = self._runtime.now()
        if outcome.pause is not None:
            until = now + outcome.pause
            self._runtime.ledger.targets.pause(
                self._opened.record.id, until=until, reason=outcome.reason
            )
            self._runtime.watcher.waits(self._opened.config.name, until, outcome.reason)
        wait = timedelta(0)
        if outcome.failed:
            wait = backoff(delivery.failures + 1, random=self._runtime.random)
        self._deliveries.record(
            delivery,
            state=outcome.state,
            now=now,
            outcome=outcome.word,
            due=self._not_before(delivery, outcome, now + (outcome.pause or wait)),
            unknown=outcome.unknown,
            failed=outcome.failed,
            reason=outcome.reason,
            question=None,
            thaw=not outcome.unknown,
        )

    def _not_before(
        self, delivery: DeliveryRecord, outcome: Outcome, due: datetime
    ) -> datetime:
        if not outcome.unknown:
            return due
        lost = replace(self._deliveries.get(delivery.id), due=due, unknown=True)
        return settle_due(lost, self._opened) or due

    def _hold(
        self,
        delivery: DeliveryRecord,
        record: PostRecord,
        kind: Kind,
        detail: str,
        *,
        outcome: Outcome | None = None,
    ) -> None:
        question = about_post(
            kind,
            target=self._opened.config.name,
            post=record.id,
            title=record.post.title,
            detail=detail,
        )
        unknown = delivery.unknown if outcome is None else outcome.unknown
        with self._runtime.ledger.transaction():
            self._deliveries.record(
                delivery,
                state=State.HELD,
                now=self._runtime.now(),
                outcome="held" if outcome is None else outcome.word,
                unknown=unknown,
                reason=detail or question.text,
                question=self._runtime.ledger.ask(question, now=self._runtime.now()),
                thaw=not unknown,
            )
        if outcome is None:
            self._tell(delivery, record, None, None)

    def _fail(self, delivery: DeliveryRecord, error: PublishError) -> None:
        """It did not come to an attempt: the recipients could not be read."""
        record = self._runtime.ledger.posts.get(delivery.post)
        message = Message(post=record.post)
        outcome = of_error(error)
        if outcome.unknown:
            outcome = replace(outcome, unknown=False)
        ready = _Ready(delivery, record, message, 0, Recipient(), None)
        self._record(ready, outcome, error=error)

    def _skip(self, delivery: DeliveryRecord, reason: str) -> None:
        self._deliveries.record(
            delivery,
            state=State.SKIPPED,
            now=self._runtime.now(),
            outcome="skipped",
            reason=reason,
        )

    # Telling

    def _tell(
        self,
        delivery: DeliveryRecord,
        record: PostRecord,
        outcome: Outcome | None,
        error: PublishError | None,
    ) -> None:
        told = self._told(self._deliveries.get(delivery.id), record)
        self._runtime.watcher.ended(told)
        publishers = self._runtime.publishers
        if outcome is not None and outcome.receipt is not None:
            publishers.delivery_finished(told, outcome.receipt)
        elif error is not None:
            publishers.delivery_failed(told, error, told.due)

    def _told(self, delivery: DeliveryRecord, record: PostRecord) -> Delivery:
        post, receipt = record.post, delivery.receipt
        return Delivery(
            post=record.id,
            url=post.url,
            title=post.title,
            target=self._opened.config.name,
            publisher=self._opened.config.publisher,
            action=delivery.action,
            recipient=delivery.recipient,
            state=delivery.state,
            due=delivery.due,
            attempts=delivery.attempts,
            reason=delivery.reason,
            remote_url="" if receipt is None else receipt.url,
        )


_NO_COPY = Outcome(
    state=State.SKIPPED, word="no copy", reason="there is no copy to change"
)


def _asking(outcome: Outcome) -> Kind:
    return Kind.OUTCOME_UNKNOWN if outcome.unknown else Kind.KEEPS_FAILING


def _lost(reason: str) -> Outcome:
    return Outcome(
        state=State.WAITING, word="unknown", reason=reason, unknown=True, failed=True
    )


def settle_due(delivery: DeliveryRecord, opened: OpenedTarget) -> datetime | None:
    """When a delivery may be touched again; a lost attempt not before it is over."""
    if not delivery.unknown or delivery.deadline is None:
        return delivery.due
    local = opened.capabilities.local
    rest = timedelta(0) if local else opened.config.settle_after
    over = (delivery.started or delivery.deadline) if local else delivery.deadline
    return max(delivery.due or over, over + rest)
