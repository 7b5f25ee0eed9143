"""What is due in a fan-out: expanded, composed, settled, and lined up by host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.dispatch.fan_out.address_book import AddressBook
from share_bridge.dispatch.fan_out.hosts import Hosts
from share_bridge.dispatch.fan_out.lines import Lines
from share_bridge.dispatch.fan_out.living import Living
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.composed import Composed, Composer
from share_bridge.dispatch.send.gate import Gate, Passage
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.outcome import of_error, of_result
from share_bridge.dispatch.send.record import Recorder, Sent
from share_bridge.dispatch.settle.lost import settled
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.dispatch.when.timing import due_at
from share_bridge.errors import PublishError
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Receipt

__all__ = ["LineUp", "Prepared"]


class Prepared(Struct, frozen=True):
    """A message that is the same for all of its recipients.

    Attributes:
        composed: As it is frozen.
        message: The same, with its pictures.

    """

    composed: Composed
    message: Message


class LineUp:
    """Prepares each message once, and lines its deliveries up.

    Attributes:
        messages: What was prepared, by the message's id.
        book: Who the recipients are.
        next_due: When more is due, as of the last lines; None: nothing more.
        stopped: Nothing more is to be sent in this run.

    """

    def __init__(
        self,
        runtime: Runtime,
        opened: OpenedTarget,
        recorder: Recorder,
        *,
        hosts: Hosts,
        pages: LivePages,
    ) -> None:
        self.messages: dict[str, Prepared] = {}
        self.book = AddressBook(opened)
        self.next_due: datetime | None = None
        self.stopped = False
        self._runtime = runtime
        self._opened = opened
        self._recorder = recorder
        self._hosts = hosts
        self._living = Living(runtime, opened, hosts)
        self._gate = Gate(runtime, opened, recorder, pages)
        self._composer = Composer(runtime, opened, recorder, pages)
        self._deliveries = runtime.ledger.deliveries
        self._begun: set[str] = set()
        self._settled: set[tuple[str, int]] = set()
        self._unlisted: dict[str, datetime] = {}

    async def form(self) -> Lines:
        """Everything that may be attempted now.

        The ledger is looked at again after whatever took time: what went out in the
        meantime is not lined up once more.
        """
        while not self.stopped:
            due = self._due()
            undone = [head for head in due if not self._is_prepared(head)]
            if not undone:
                return Lines(self._hosts, due)
            for head in undone:
                if self.stopped:
                    break
                if not self._is_prepared(head) and self._is_listed(head):
                    await self._prepare(head)
        return Lines(self._hosts)

    def is_stopped(self) -> bool:
        """Whether the owner paused it, perhaps just now, or the name means another."""
        opened = self._opened
        before = opened.record.id
        opened.refresh(
            self._runtime.ledger.targets.named(
                opened.config.name, opened.config.publisher
            )
        )
        another = opened.record.id != before
        self.stopped = self.stopped or opened.record.stopped or another
        return self.stopped

    def _due(self) -> list[DeliveryRecord]:
        opened, now = self._opened, self._runtime.now()
        listed = self._unlisted
        times = [
            (max(due_at(head, opened, now), listed.get(head.message, now)), head)
            for head in self._permitted(self._living.heads())
            if head.state is not State.SENDING
        ]
        self.next_due = min((due for due, _ in times if due > now), default=None)
        return [head for due, head in times if due <= now]

    def _permitted(self, heads: Iterable[DeliveryRecord]) -> Iterator[DeliveryRecord]:
        """What comes next, without messages beyond `max_per_run`."""
        messages = set(self._begun)
        for head in heads:
            if head.message not in messages:
                if len(messages) >= self._opened.config.max_per_run:
                    continue
                messages.add(head.message)
            yield head

    def _is_prepared(self, head: DeliveryRecord) -> bool:
        return (
            not _stands_for_all(head)
            and head.message in self.messages
            and self.book.knows(head)
            and (not head.unknown or (head.id, head.attempts) in self._settled)
        )

    def _is_listed(self, head: DeliveryRecord) -> bool:
        until = self._unlisted.get(head.message)
        return until is None or until <= self._runtime.now()

    async def _prepare(self, head: DeliveryRecord) -> None:
        if head.unknown:
            found = await settled(self._runtime, self._opened, self._recorder, head)
            if found is None:
                return
            self._settled.add((head.id, head.attempts))
        passage = await self._gate.passes(head)
        self.stopped = self.stopped or passage is Passage.SHUT
        if passage is not Passage.OPEN:
            return
        self._begun.add(head.message)
        if head.message not in self.messages:
            composed = self._composer.compose(head)
            if composed is None:
                return
            composed = await self._composer.with_page_image(composed)
            pictured = await self._composer.with_pictures(head, composed.message)
            self.messages[head.message] = Prepared(composed, pictured)
        await self._list(head, self.messages[head.message].composed)

    async def _list(self, head: DeliveryRecord, composed: Composed) -> None:
        """Find out whom it is for: once for ever, and people's addresses every run."""
        opened, publisher = self._opened, self._opened.publisher
        try:
            if not _stands_for_all(head):
                if not self.book.knows(head):
                    await self.book.snapshot(head.message, composed.message)
                return
            message, context = self.messages[head.message].message, opened.context(head)
            receipt = await opened.call(lambda: publisher.prepare(message, context))
            if obstacle := await opened.call(
                lambda: publisher.obstacle(message, context)
            ):
                self._recorder.postpone(head, obstacle, kind=Kind.NOT_LIVE)
                return
            recipients = await self._recipients(head, composed.message)
        except PublishError as error:
            await self._not_listed(head, composed, error)
            return
        if self._deliveries.expand(head, recipients):
            return
        if receipt is None:
            self._recorder.skip(head, "there are no recipients")
        else:
            self._stands_alone(head, composed, receipt)

    async def _recipients(
        self, head: DeliveryRecord, message: Message
    ) -> list[tuple[str, str]]:
        if head.action is Action.CREATE:
            return await self.book.snapshot(head.message, message)
        receivers = self._receivers(head)
        if head.action is Action.UPDATE:
            receivers += await self.book.newcomers(message)
        return receivers

    def _receivers(self, head: DeliveryRecord) -> list[tuple[str, str]]:
        """Who received the post; one that stands by itself has no recipient.

        To be taken back is also what somebody may have: their owner is asked.
        """
        pair = {"target": head.target, "post": head.post}
        receivers = self._deliveries.receivers(**pair)
        if head.action is Action.DELETE:
            receivers += self._deliveries.perhaps_receivers(**pair)
        return [(recipient, host) for recipient, host in receivers if recipient]

    def _stands_alone(
        self, head: DeliveryRecord, composed: Composed, receipt: Receipt
    ) -> None:
        words = composed.message.words
        sent = Sent(head, composed.record, words, composed.revision)
        self._recorder.commit(sent, of_result(receipt))

    async def _not_listed(
        self, head: DeliveryRecord, composed: Composed, error: PublishError
    ) -> None:
        outcome = replace(of_error(error), unknown=head.unknown)
        sent = Sent(head, composed.record, "", 0)
        if _stands_for_all(head):
            await self._recorder.record(sent, outcome, error=error)
        else:
            self._recorder.commit(sent, outcome, error=error)
        again = self._deliveries.get(head.id).due
        if again is not None:
            self._unlisted[head.message] = again


def _stands_for_all(head: DeliveryRecord) -> bool:
    """Its recipients are not known yet."""
    return not head.recipient and not head.attempts
