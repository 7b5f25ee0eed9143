"""What the owner approved: the very message that they saw."""

from __future__ import annotations

import json

from msgspec import Struct

from share_bridge.ledger.database import Database
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Message

__all__ = ["Approval", "Approvals"]


class Approval(Struct, frozen=True):
    """A message as its owner saw it.

    Attributes:
        revision: The revision of the post that it was composed from.

    """

    message: Message
    revision: int


class Approvals:
    """Messages that wait for a yes, and those that have it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, message: str) -> Approval | None:
        """What was approved of this message, or None."""
        row = self._database.one("approval", message=message)
        if row is None or row["approved"] is None:
            return None
        document = json.loads(row["approved"])
        return Approval(Message.from_json(document["message"]), document["revision"])

    def give(self, message: str, approval: Approval) -> None:
        """Its owner saw it and said yes."""
        document = {
            "revision": approval.revision,
            "message": approval.message.to_json(),
        }
        text = json.dumps(document, ensure_ascii=False)
        self._database.run("approve", message=message, approved=text)

    def unsent(self, target: str) -> list[DeliveryRecord]:
        """What would go out at this target and surely never left."""
        rows = self._database.all("unsent_at", target=target)
        return [DeliveryRecord.of(row) for row in rows]

    def waiting(self, target: str) -> list[DeliveryRecord]:
        """What is held until its owner says yes, oldest post first."""
        rows = self._database.all("unapproved", target=target)
        return [DeliveryRecord.of(row) for row in rows]
