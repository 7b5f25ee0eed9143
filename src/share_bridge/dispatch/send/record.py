"""Commits how an attempt ended, and tells those who want to know."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.dispatch.questions import about_post
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.backoff import backoff
from share_bridge.dispatch.send.outcome import SOON, Outcome, in_doubt
from share_bridge.dispatch.send.patience import Patience, asking
from share_bridge.dispatch.target.identity import block
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.dispatch.when.timing import due_at, settle_due
from share_bridge.errors import PublishError
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import Delivery, State
from share_bridge.model.message import Action
from share_bridge.model.post import Post
from share_bridge.model.question import Kind

__all__ = ["Recorder", "Sent"]


class Sent(Struct, frozen=True):
    """What an attempt was made with.

    Attributes:
        words: The author's words that the message used.
        revision: The revision of the post that they are from.

    """

    delivery: DeliveryRecord
    record: PostRecord
    words: str
    revision: int


class Recorder:
    """Writes down what is true of one target's deliveries."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self._runtime = runtime
        self._opened = opened
        self._deliveries = runtime.ledger.deliveries
        self._patience = Patience(runtime, opened)
        self._parsed: tuple[PostRecord, Post] | None = None

    async def record(
        self, sent: Sent, outcome: Outcome, *, error: PublishError | None = None
    ) -> None:
        """Commit an outcome; after too many failures its owner is asked."""
        outcome = in_doubt(sent.delivery, outcome)
        if outcome.state is State.REJECTED and self._may_stand(sent.delivery):
            kind = Kind.OUTCOME_UNKNOWN
            outcome = replace(outcome, state=State.HELD, unknown=True, question=kind)
        outcome = await self._patience.with_one(sent.delivery, outcome)
        self.commit(sent, outcome, error=error)

    def commit(
        self, sent: Sent, outcome: Outcome, *, error: PublishError | None = None
    ) -> None:
        """Commit an outcome as it is."""
        if outcome.pause is not None:
            self.pause(outcome.pause, outcome.reason)
        self.write(sent, outcome)
        if outcome.blocked:
            self.block(outcome.reason)
        self.tell(sent.delivery, sent.record, outcome, error)

    def write(self, sent: Sent, outcome: Outcome) -> None:
        """Write down what became of the delivery, and of nothing else."""
        if outcome.question is not None:
            self._hold(
                sent.delivery,
                sent.record,
                outcome.question,
                outcome.reason,
                outcome=outcome,
            )
        elif outcome.blocked or outcome.state is State.WAITING:
            self._retry(sent.delivery, outcome)
        else:
            self._end(sent, outcome)

    def tell(
        self,
        delivery: DeliveryRecord,
        record: PostRecord,
        outcome: Outcome | None = None,
        error: PublishError | None = None,
    ) -> None:
        """Tell those who watch; after the commit."""
        told = self.told(self._deliveries.get(delivery.id), record)
        self._runtime.watcher.ended(told)
        publishers = self._runtime.publishers
        if outcome is not None and outcome.receipt is not None:
            publishers.delivery_finished(told, outcome.receipt)
        elif error is not None:
            publishers.delivery_failed(told, error, told.due)

    def pause(self, span: timedelta, reason: str) -> None:
        """Let the whole target rest."""
        until = self._runtime.now() + span
        self._runtime.ledger.targets.pause(
            self._opened.record.id, until=until, reason=reason
        )
        self._runtime.watcher.waits(self._opened.config.name, until, reason)

    def block(self, reason: str) -> None:
        """Hold all of the target."""
        block(self._runtime, self._opened.record, Kind.TARGET_BLOCKED, detail=reason)

    def hold(
        self, delivery: DeliveryRecord, record: PostRecord, kind: Kind, detail: str = ""
    ) -> None:
        """Hold one delivery, and ask its owner."""
        self._hold(delivery, record, kind, detail)
        self.tell(delivery, record)

    def postpone(
        self, delivery: DeliveryRecord, reason: str, *, kind: Kind | None = None
    ) -> None:
        """Nothing was tried, and it counts as failed.

        Args:
            delivery: What waits.
            reason: Why, in one line.
            kind: What its owner is asked after too long; None: as after failures.

        """
        record = self._runtime.ledger.posts.get(delivery.post)
        outcome = Outcome(
            state=State.WAITING,
            word="out of reach",
            reason=reason,
            failed=True,
            unknown=delivery.unknown,
        )
        if self._patience.is_too_long(delivery.failed):
            self.hold(delivery, record, kind or asking(outcome), reason)
        else:
            self.commit(Sent(delivery, record, "", 0), outcome)

    def postpone_next(self, reason: str) -> None:
        """What comes next waits, and the rest behind it."""
        now, opened = self._runtime.now(), self._opened
        for head in self._deliveries.heads(opened.record.id)[:1]:
            if due_at(head, opened, now) <= now:
                self.postpone(head, reason)

    def skip(self, delivery: DeliveryRecord, reason: str) -> None:
        """It is not to be sent, and nobody needs to be asked."""
        self._deliveries.record(
            delivery,
            state=State.SKIPPED,
            now=self._runtime.now(),
            outcome="skipped",
            reason=reason,
        )

    def told(self, delivery: DeliveryRecord, record: PostRecord) -> Delivery:
        """The delivery as observers see it."""
        post, receipt = self._post(record), delivery.receipt
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

    def _may_stand(self, delivery: DeliveryRecord) -> bool:
        """Whether an attempt before arrived, and nobody would name a double."""
        names = self._opened.capabilities.names_duplicates
        return delivery.unknown and delivery.action is Action.CREATE and not names

    def _may_be_settled(self) -> bool:
        """Whether what got lost can be looked for, or sent again without a double."""
        can = self._opened.capabilities
        return (
            can.recent is Support.FULL
            or can.names_duplicates
            or can.honours_keys is not None
        )

    def _post(self, record: PostRecord) -> Post:
        """Parsed once, however many recipients it has."""
        if self._parsed is None or self._parsed[0] is not record:
            self._parsed = (record, record.post)
        return self._parsed[1]

    def _end(self, sent: Sent, outcome: Outcome) -> None:
        """Nothing more is to be done; what stands over there is written down."""
        delivery, now = sent.delivery, self._runtime.now()
        with self._runtime.ledger.transaction():
            self._deliveries.record(
                delivery,
                state=outcome.state,
                now=now,
                outcome=outcome.word,
                due=outcome.due and max(outcome.due, now + SOON),
                reason=outcome.reason,
                receipt=outcome.receipt,
            )
            if outcome.state is State.DELIVERED:
                self._stand(delivery, sent.words or None, sent.revision)
            elif (
                delivery.action is Action.UPDATE and outcome.state is not State.PENDING
            ):
                # refused, or gone: this edit is not asked for again
                words = None
                if outcome.state is State.REJECTED or delivery.recipient:
                    words = self._deliveries.standing_words(
                        target=delivery.target, post=delivery.post
                    )
                self._stand(delivery, words, sent.revision)

    def _stand(
        self, delivery: DeliveryRecord, words: str | None, revision: int
    ) -> None:
        self._deliveries.stand(
            target=delivery.target, post=delivery.post, words=words, revision=revision
        )

    def _retry(self, delivery: DeliveryRecord, outcome: Outcome) -> None:
        """Later: when the service says, else after a growing time."""
        now = self._runtime.now()
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
            many=bool(delivery.recipient),
            helps=kind is not Kind.OUTCOME_UNKNOWN or self._may_be_settled(),
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
