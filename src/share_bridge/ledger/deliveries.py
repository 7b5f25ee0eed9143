"""Messages and deliveries: planned, claimed, attempted, recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from share_bridge.ledger.database import Database, Row
from share_bridge.ledger.digests import thaw as thaw_message
from share_bridge.ledger.ids import delivery_id, message_id
from share_bridge.ledger.records import (
    DeliveryRecord,
    Entry,
    PostRecord,
    message_of,
    receipt_of,
    seconds,
)
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.receipt import Receipt

__all__ = ["Deliveries"]


class Deliveries:
    """Every delivery there ever was, and what is true of it."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run

    # Planning

    def plan(
        self,
        *,
        target: str,
        post: PostRecord,
        action: Action = Action.CREATE,
        number: int = 0,
        state: State = State.PLANNED,
        reason: str = "",
        question: str | None = None,
    ) -> None:
        """Add a message with one delivery, to be sent, held or skipped."""
        message = message_id(target, post.id, action, number)
        self._database.run(
            "add_message",
            id=message,
            target=target,
            post=post.id,
            action=action.value,
            number=number,
            revision=post.revision,
        )
        self._add(message, "", "", state=state, reason=reason, question=question)

    def expand(
        self, delivery: DeliveryRecord, recipients: Iterable[tuple[str, str]]
    ) -> int:
        """Replace the one delivery of a planned message by one a recipient.

        Args:
            delivery: The one that stands for all.
            recipients: Address (or hash) and host of each; doubles count once.

        Returns:
            How many there are.

        """
        known = dict(recipients)
        rows = (
            self._row(delivery.message, recipient, host, state=State.PLANNED)
            for recipient, host in known.items()
        )
        with self._database.transaction():
            if known:
                self._database.run("drop_delivery", id=delivery.id)
            self._database.run_many("add_delivery", rows)
        return len(known)

    def withdraw(self, *, target: str, post: str) -> None:
        """Plan no more what surely never left: its author does not want it there."""
        with self._database.transaction():
            for query in ("withdraw_attempts", "withdraw", "withdraw_message"):
                self._database.run(query, target=target, post=post)
            self._database.run("plan_again", post=post)

    def is_known(self, *, target: str, post: str) -> bool:
        """Whether a create of the post was ever planned for the target."""
        return (
            self._database.one("create_message", target=target, post=post) is not None
        )

    def receivers(self, *, target: str, post: str) -> list[tuple[str, str]]:
        """Who received the post: as stored, and host."""
        rows = self._database.all("receivers", target=target, post=post)
        return [(row["recipient"], row["host"]) for row in rows]

    def perhaps_receivers(self, *, target: str, post: str) -> list[tuple[str, str]]:
        """Who may have received the post: as stored, and host."""
        rows = self._database.all("perhaps_receivers", target=target, post=post)
        return [(row["recipient"], row["host"]) for row in rows]

    def edited(self, target: str) -> list[tuple[PostRecord, str, int]]:
        """Posts that changed since they were delivered: words that stand, changes."""
        return [
            (PostRecord.of(row), row["standing_words"], row["changes"])
            for row in self._database.all("edited_posts", target=target)
        ]

    def stand(
        self, *, target: str, post: str, words: str | None, revision: int
    ) -> None:
        """These words of this revision stand over there now; None: not ours to edit."""
        self._database.run(
            "stand", target=target, post=post, words=words, revision=revision
        )

    def standing_words(self, *, target: str, post: str) -> str | None:
        """The words that stand over there, or None where they are not ours."""
        row = self._database.one("create_message", target=target, post=post)
        return None if row is None else row["standing_words"]

    def revision(self, message: str) -> int:
        """The revision of the post that a message was composed from."""
        row = self._database.one("message", id=message)
        return 0 if row is None else int(row["revision"])

    # Attempting

    def heads(self, target: str) -> list[DeliveryRecord]:
        """What comes next for each recipient, oldest post first."""
        return self._records("heads", target=target)

    def unexpanded(self, target: str) -> list[DeliveryRecord]:
        """What comes next for each post, of what was tried for nobody yet."""
        return self._records("unexpanded", target=target)

    def get(self, delivery: str) -> DeliveryRecord:
        """The delivery as it is now."""
        return self._records("delivery", id=delivery)[0]

    def frozen(self, message: str) -> Message | None:
        """What was composed when it was first attempted, or None."""
        row = self._database.one("message", id=message)
        if row is None or row["document"] is None:
            return None
        return message_of(row["document"])

    def record(
        self,
        delivery: DeliveryRecord,
        *,
        state: State,
        now: datetime,
        outcome: str,
        due: datetime | None = None,
        unknown: bool = False,
        failed: bool = False,
        reason: str = "",
        receipt: Receipt | None = None,
        question: str | None = None,
        thaw: bool = False,
    ) -> None:
        """Commit how an attempt, or a look at the service, ended.

        Args:
            delivery: As it was claimed.
            state: What is true from now on.
            due: When it is tried next, or None.
            reason: Why, in one line.
            receipt: Where the copy stands.
            question: What holds it.
            now: The time.
            outcome: One word for the list of attempts.
            unknown: Whether it may have been accepted.
            failed: Whether this counts as one more failure in a row.
            thaw: Surely nothing left: compose the message anew next time.

        """
        with self._database.transaction():
            self._database.run(
                "record",
                id=delivery.id,
                state=state.value,
                due_at=seconds(due),
                failures=delivery.failures + 1 if failed else 0,
                failed_at=seconds((delivery.failed or now) if failed else None),
                unknown=int(unknown),
                reason=reason,
                receipt=None if receipt is None else json.dumps(receipt.to_json()),
                question=question,
                run=self._run,
            )
            self._database.run(
                "end_attempt", id=delivery.id, now=now.timestamp(), outcome=outcome
            )
            if thaw:
                thaw_message(self._database, delivery.message)

    def checkpoint(self, delivery: str, progress: Any) -> None:
        """Keep what the next attempt continues from."""
        self._database.run("checkpoint", id=delivery, progress=json.dumps(progress))

    def last_receipt(self, *, target: str, post: str, recipient: str) -> Receipt | None:
        """Where the copy stands that update and delete are about."""
        row = self._database.one(
            "last_receipt", target=target, post=post, recipient=recipient
        )
        return None if row is None else receipt_of(row)

    def first_attempt(self, delivery: DeliveryRecord) -> datetime | None:
        """When this idempotency key was first used."""
        row = self._database.one("first_attempt", delivery=delivery.id)
        began = None if row is None else row["started_at"]
        return None if began is None else datetime.fromtimestamp(began, tz=UTC)

    def adoptable(self, target: str) -> list[tuple[DeliveryRecord, PostRecord]]:
        """Creates that were never tried: what they announce may stand already."""
        return [
            (DeliveryRecord.of(row), _post_of(row))
            for row in self._database.all("adoptable", target=target)
        ]

    def of(self, *, target: str = "", post: str = "") -> list[DeliveryRecord]:
        """Deliveries by target and post; empty means any."""
        if post:
            return self._records("deliveries_of_post", target=target, post=post)
        return self._records("deliveries_at", target=target)

    # Telling

    def report(self) -> list[Entry]:
        """What this run touched, or what is still open."""
        return [Entry.of(row) for row in self._database.all("report", run=self._run)]

    def history(self, count: int) -> list[Entry]:
        """The newest posts that something was tried for."""
        return [Entry.of(row) for row in self._database.all("history", count=count)]

    def open_work(self) -> list[Row]:
        """Counts of open deliveries by target, action, state and due time."""
        return self._database.all("open_work")

    def _records(self, query: str, **parameters: Any) -> list[DeliveryRecord]:
        return [
            DeliveryRecord.of(row) for row in self._database.all(query, **parameters)
        ]

    def _add(
        self,
        message: str,
        recipient: str,
        host: str,
        *,
        state: State,
        reason: str = "",
        question: str | None = None,
    ) -> None:
        row = self._row(
            message, recipient, host, state=state, reason=reason, question=question
        )
        self._database.run("add_delivery", **row)

    def _row(
        self,
        message: str,
        recipient: str,
        host: str,
        *,
        state: State,
        reason: str = "",
        question: str | None = None,
    ) -> dict[str, Any]:
        return {
            "id": delivery_id(message, recipient),
            "message": message,
            "recipient": recipient,
            "host": host,
            "state": state.value,
            "reason": reason,
            "question": question,
            "run": self._run,
        }


def _post_of(row: Row) -> PostRecord:
    return PostRecord(
        row["post"], "", row["document"], row["post_revision"], row["ordered_at"]
    )
