"""What is held, and how its owner's answers let it go on."""

from __future__ import annotations

import json
from collections.abc import Iterable

from share_bridge.ledger.database import Database
from share_bridge.ledger.digests import thaw
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Receipt

__all__ = ["Holds"]


class Holds:
    """Deliveries that wait for a word of their owner."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run

    def hold_target(self, target: str, *, question: str, reason: str) -> int:
        """Hold everything that would go to a target; how many deliveries."""
        return self._database.run(
            "hold_target",
            target=target,
            question=question,
            reason=reason,
            run=self._run,
        )

    def hold_host(
        self, target: str, host: str, *, question: str, reason: str
    ) -> list[str]:
        """Hold whatever would go to one host; all hosts that this question holds."""
        self._database.run(
            "hold_host",
            target=target,
            host=host,
            question=question,
            reason=reason,
            run=self._run,
        )
        rows = self._database.all("held_hosts", question=question)
        return [row["host"] for row in rows]

    def give_up_host(self, target: str, host: str, *, reason: str) -> None:
        """Send nothing more of what waits for a host that is gone."""
        self._database.run(
            "give_up_host", target=target, host=host, reason=reason, run=self._run
        )

    def leave_out(self, deliveries: Iterable[DeliveryRecord], *, reason: str) -> None:
        """Send none of these, as far as none of them was begun."""
        self._database.run_many(
            "leave_out",
            ({"id": it.id, "reason": reason, "run": self._run} for it in deliveries),
        )

    def hold_firsts(self, target: str, *, question: str, reason: str) -> int:
        """Hold the creates that were never tried; how many deliveries."""
        return self._database.run(
            "hold_firsts",
            target=target,
            question=question,
            reason=reason,
            run=self._run,
        )

    def release(self, target: str, kinds: Iterable[Kind]) -> int:
        """What such questions held of a target goes on; how many deliveries.

        By the target's id: its questions may have been asked under another name.
        """
        return sum(
            self._database.run(
                "release_target", target=target, kind=kind.value, run=self._run
            )
            for kind in kinds
        )

    def due_now(self, delivery: DeliveryRecord) -> bool:
        """Try again now what waits, is held or was rejected."""
        with self._database.transaction():
            changed = self._database.run("due_now", id=delivery.id, run=self._run)
            if changed and not delivery.unknown:
                thaw(self._database, delivery.message)
            self._database.run("look_anew", post=delivery.post)
        return bool(changed)

    def anew(self, delivery: DeliveryRecord) -> None:
        """The owner says that nothing stands there: as if never tried."""
        updates = {"target": delivery.target, "post": delivery.post}
        with self._database.transaction():
            self._database.run("anew_message", id=delivery.message)
            thaw(self._database, delivery.message)  # of a digest: its posts too
            for query in (
                "drop_update_attempts",
                "drop_updates",
                "drop_update_messages",
            ):
                self._database.run(query, **updates)
            self._database.run("anew", id=delivery.id, run=self._run)

    def anew_recipient(self, delivery: DeliveryRecord) -> None:
        """The owner says that this recipient got nothing: as if never tried."""
        self._database.run("anew_recipient", id=delivery.id, run=self._run)

    def settle(
        self,
        delivery: DeliveryRecord,
        *,
        state: State,
        reason: str,
        receipt: Receipt | None = None,
        question: str | None = None,
    ) -> None:
        """The owner says what is true, or is asked once more."""
        self._database.run(
            "settle_by_owner",
            id=delivery.id,
            state=state.value,
            reason=reason,
            receipt=None if receipt is None else json.dumps(receipt.to_json()),
            question=question,
            run=self._run,
        )

    def skip(self, delivery: DeliveryRecord, *, reason: str) -> None:
        """The owner says that it is not to be sent; an edit is not asked for again."""
        with self._database.transaction():
            self.settle(delivery, state=State.SKIPPED, reason=reason)
            if delivery.action is not Action.CREATE:
                self._database.run(
                    "stand_as_is", target=delivery.target, post=delivery.post
                )
