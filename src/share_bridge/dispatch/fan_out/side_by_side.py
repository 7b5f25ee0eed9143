"""Many deliveries of one target at once: for publishers with many recipients.

In turns: one transaction writes down how attempts ended and which are made next;
then those leave. So a run that is killed leaves no more in doubt than was under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import groupby

from msgspec import Struct

from share_bridge.dispatch.fan_out.address_book import KeyMissingError
from share_bridge.dispatch.fan_out.endings import Ended, Endings
from share_bridge.dispatch.fan_out.hosts import Hosts
from share_bridge.dispatch.fan_out.line_up import LineUp, Prepared
from share_bridge.dispatch.fan_out.lines import Lines
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.live import LivePages
from share_bridge.dispatch.send.outcome import INTERRUPTED
from share_bridge.dispatch.send.record import Recorder, Sent
from share_bridge.dispatch.send.send import send
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Action
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Receipt, Recipient

__all__ = ["SideBySide"]

#: How long an outcome waits for others to be written down with, in seconds.
_GATHER = 0.01
#: One in so many places is free again: that is enough to go on with.
_ENOUGH = 4
#: While something is under way, the ledger is asked what else is due, in seconds.
_LOOK = 1.0


class _Ready(Struct, frozen=True):
    """A delivery with everything that its attempt needs."""

    delivery: DeliveryRecord
    prepared: Prepared
    recipient: Recipient
    receipt: Receipt | None
    new: bool = False

    @property
    def sent(self) -> Sent:
        composed = self.prepared.composed
        return Sent(
            self.delivery, composed.record, composed.message.words, composed.revision
        )


class SideBySide:
    """Sends what is due at one target to all of its recipients."""

    def __init__(
        self, runtime: Runtime, opened: OpenedTarget, pages: LivePages
    ) -> None:
        capabilities = opened.capabilities
        self._runtime = runtime
        self._opened = opened
        self._places = opened.config.concurrency or max(1, capabilities.concurrency)
        self._hosts = Hosts(
            runtime.ledger.hosts.of(opened.record.id),
            places=self._places,
            per_host=capabilities.per_host,
            random=runtime.random,
        )
        self._recorder = Recorder(runtime, opened)
        self._endings = Endings(runtime, opened, self._recorder, self._hosts)
        self._line_up = LineUp(
            runtime, opened, self._recorder, hosts=self._hosts, pages=pages
        )
        self._lines = Lines(self._hosts)
        self._forming: asyncio.Task[Lines] | None = None
        self._formed = 0.0
        self._stale = True
        self._flying: dict[asyncio.Task[Ended], Sent] = {}
        self._begun: set[str] = set()
        self._ended: list[Ended] = []
        self._broken: BaseException | None = None
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Send, and sleep until more is due, as long as this run may last."""
        try:
            while await self._turn():
                pass
        finally:
            await self._stop()

    async def _turn(self) -> bool:
        """Write down, look, begin, wait; False: there is nothing more to do."""
        if self._broken is not None:
            raise self._broken
        now, ready = self._runtime.now(), []
        if now < self._runtime.deadline and not self._line_up.is_stopped():
            self._look()
            free = self._places - len(self._flying)
            taken = self._lines.take(free, now)
            self._stale = self._stale or (bool(self._ended) and len(taken) < free)
            ready = [it for head in taken if (it := self._ready(head)) is not None]
        await self._commit(ready)
        forming = self._forming
        if self._flying or (forming is not None and not forming.done()):
            await self._wait()
            return True
        if now >= self._runtime.deadline or self._line_up.stopped:
            if forming is not None:
                forming.result()  # what was lined up stays; what went wrong is raised
            return False
        return forming is not None or self._stale or await self._rest()

    # What comes next

    def _look(self) -> None:
        """Line up what is due, aside from what is under way."""
        if self._forming is not None:
            if not self._forming.done():
                return
            self._lines, self._forming = self._forming.result(), None
        now, time = self._runtime.now(), asyncio.get_running_loop().time()
        due = self._line_up.next_due
        if not self._stale and (due is None or due > now):
            return
        if self._line_up.stopped or (self._flying and time < self._formed + _LOOK):
            return
        self._stale, self._formed = False, time
        self._forming = asyncio.create_task(self._line_up.form())
        self._forming.add_done_callback(lambda _: self._wake.set())

    def _ready(self, delivery: DeliveryRecord) -> _Ready | None:
        """None: it is held or skipped, and why is recorded."""
        prepared = self._line_up.messages[delivery.message]
        try:
            recipient = self._line_up.book.find(delivery)
        except KeyMissingError:
            recipient = None
            self._recorder.hold(delivery, prepared.composed.record, Kind.KEY_MISSING)
        else:
            if recipient is None:
                self._recorder.skip(delivery, "not on the list any more")
        if recipient is None:
            self._leave(delivery)
            return None
        receipt = self._receipt(delivery)
        if receipt is None and delivery.action is Action.DELETE:
            record = prepared.composed.record
            self._recorder.hold(delivery, record, Kind.TAKEN_BACK, delivery.reason)
            self._leave(delivery)
            return None
        new = receipt is None and self._is_new(delivery)
        return _Ready(delivery, prepared, recipient, receipt, new)

    def _receipt(self, delivery: DeliveryRecord) -> Receipt | None:
        """Of what an update or a deletion is about, if it is known to stand."""
        if delivery.action is Action.CREATE:
            return None
        return self._runtime.ledger.deliveries.last_receipt(
            target=delivery.target, post=delivery.post, recipient=delivery.recipient
        )

    def _is_new(self, delivery: DeliveryRecord) -> bool:
        """Whether an edit is the first that its recipient gets of the post."""
        return (
            delivery.action is Action.UPDATE
            and not self._runtime.ledger.copies.tried(
                target=delivery.target, post=delivery.post, recipient=delivery.recipient
            )
        )

    def _forget_lines(self) -> None:
        """The whole target rests, or is held."""
        self._stale, self._lines = True, Lines(self._hosts)
        if self._forming is not None and self._forming.done():
            self._forming = None

    def _leave(self, delivery: DeliveryRecord) -> None:
        """It was taken, and is not attempted."""
        self._hosts.end(delivery.host)
        self._lines.ended(delivery.host)

    # Written down before it leaves, and when it is over

    async def _commit(self, ready: Sequence[_Ready]) -> None:
        ended, self._ended = self._ended, []
        claimed: set[str] = set()
        if ended or ready:
            with self._runtime.ledger.transaction():
                if self._endings.write(ended):
                    self._forget_lines()
                else:
                    claimed = self._claim(ready)
        timeout = self._opened.config.timeout
        if claimed and not await self._runtime.ledger.confirm(timeout):
            claimed, self._stale = set(), True  # another clone was faster
        self._endings.tell(ended)
        for one in ended:
            self._lines.ended(one.sent.delivery.host)
        for it in ready:
            if it.delivery.id in claimed:
                self._begin(it)
            else:  # its owner spoke in the meantime, or the target rests
                self._leave(it.delivery)

    def _claim(self, ready: Sequence[_Ready]) -> set[str]:
        now, claimed = self._runtime.now(), set()
        for _, group in groupby(ready, key=lambda it: it.delivery.message):
            of_one = list(group)
            composed = of_one[0].prepared.composed
            found = self._runtime.ledger.claims.claim(
                [it.delivery for it in of_one],
                composed.message,
                revision=composed.revision,
                now=now,
                deadline=now + self._opened.config.timeout,
            )
            claimed |= {delivery.id for delivery in found}
            if not found:  # what it says may not be true any more
                self._line_up.messages.pop(of_one[0].delivery.message, None)
        return claimed

    # Under way

    def _begin(self, ready: _Ready) -> None:
        sent = ready.sent
        self._runtime.watcher.started(self._recorder.told(ready.delivery, sent.record))
        task = asyncio.create_task(self._attempt(ready))
        self._flying[task] = sent
        task.add_done_callback(self._landed)

    async def _attempt(self, ready: _Ready) -> Ended:
        self._begun.add(ready.delivery.id)
        outcome, error = await send(
            self._opened,
            ready.delivery,
            ready.prepared.message,
            recipient=ready.recipient,
            receipt=ready.receipt,
            new=ready.new,
        )
        return Ended(ready.sent, outcome, error)

    def _landed(self, task: asyncio.Task[Ended]) -> None:
        sent = self._flying.pop(task)
        begun = sent.delivery.id in self._begun
        self._begun.discard(sent.delivery.id)
        if task.cancelled():
            self._ended.append(Ended(sent, INTERRUPTED if begun else None))
        elif (broken := task.exception()) is not None:
            self._broken = broken
        else:
            self._ended.append(task.result())
        enough = max(1, self._places // _ENOUGH)
        if self._broken or not self._flying or len(self._ended) >= enough:
            self._wake.set()
        elif len(self._ended) == 1:
            asyncio.get_running_loop().call_later(_GATHER, self._wake.set)

    async def _wait(self) -> None:
        """Until something ended, or something else may begin."""
        seconds = _LOOK if len(self._flying) < self._places else None
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            self._stale = self._stale or self._lines.wakes() is None
        self._wake.clear()

    async def _rest(self) -> bool:
        """Sleep until something is due; False: not within this run."""
        runtime = self._runtime
        wakes = [self._lines.wakes(), self._line_up.next_due]
        wake = min((it for it in wakes if it is not None), default=None)
        if wake is None or wake >= runtime.deadline:
            return False
        reason = self._opened.record.pause_reason
        runtime.watcher.waits(self._opened.config.name, wake, reason)
        pause = (wake - runtime.now()).total_seconds()
        await runtime.sleep(max(0.0, pause))
        self._stale = True
        return True

    async def _stop(self) -> None:
        """What is under way still is over now; what it came to is written down."""
        under_way = [*self._flying]
        if self._forming is not None:
            under_way.append(self._forming)  # type: ignore[arg-type]  # only to end it
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._commit([])
