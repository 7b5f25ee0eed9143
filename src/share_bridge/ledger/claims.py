"""What is about to be sent is written down before it leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from share_bridge.ledger.database import Database
from share_bridge.ledger.digests import can_tell, tell, thaw
from share_bridge.ledger.records import DeliveryRecord, seconds
from share_bridge.model.message import Action, Message

__all__ = ["Claims"]


class Claims:
    """Deliveries that are `sending`, and the attempts that begin with it."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run

    def claim(
        self,
        deliveries: Sequence[DeliveryRecord],
        message: Message,
        *,
        revision: int,
        now: datetime,
        deadline: datetime,
    ) -> list[DeliveryRecord]:
        """Commit at once that deliveries of one message are about to be sent, and what.

        Args:
            deliveries: As they were looked at.
            message: What they are sent; frozen from now on.
            revision: The revision of the post whose words it has.
            now: The time.
            deadline: When these attempts are over at the latest.

        Returns:
            Those that are; nothing is changed of what is not to be sent any more, and
            none is of a digest whose posts are not what they were.

        """
        began, run = now.timestamp(), self._run
        until = (deadline + self._database.slack * (deadline - now)).timestamp()
        document = json.dumps(message.to_json(), ensure_ascii=False)
        with self._database.transaction():
            telling = self._tells(deliveries[0], message)
            if telling and not can_tell(
                self._database, message.post, target=deliveries[0].target
            ):
                return []
            claimed = [
                delivery
                for delivery in deliveries
                if self._database.run(
                    "claim",
                    id=delivery.id,
                    epoch=delivery.epoch,
                    now=began,
                    deadline=until,
                    run=run,
                )
            ]
            if claimed:
                self._database.run(
                    "freeze",
                    id=claimed[0].message,
                    document=document,
                    revision=revision,
                )
                self._database.run_many(
                    "begin_attempt",
                    [{"id": it.id, "now": began, "run": run} for it in claimed],
                )
                if telling:
                    target = claimed[0].target
                    tell(self._database, run, message.post, target=target)
        return claimed

    def _tells(self, first: DeliveryRecord, message: Message) -> bool:
        """Whether it is a digest that is about to leave for the first time."""
        if not message.post.posts or first.action is not Action.CREATE:
            return False
        row = self._database.one("message", id=first.message)
        return row is not None and row["document"] is None

    def unclaim(self, delivery: DeliveryRecord) -> None:
        """It was not begun after all: as it was before `claim`."""
        with self._database.transaction():
            self._database.run(
                "unclaim",
                id=delivery.id,
                state=delivery.state.value,
                attempts=delivery.attempts,
                due_at=seconds(delivery.due),
                started_at=seconds(delivery.started),
                deadline_at=seconds(delivery.deadline),
                unknown=int(delivery.unknown),
            )
            self._database.run("drop_attempt", id=delivery.id)
            thaw(self._database, delivery.message)

    def interrupted(self, target: str) -> list[str]:
        """Deliveries in `sending` of a target whose lock we hold."""
        return [row["id"] for row in self._database.all("interrupted", target=target)]
