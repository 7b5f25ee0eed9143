"""What filters keep from a target, and what they may still keep from it."""

from __future__ import annotations

from share_bridge.ledger.database import Database
from share_bridge.ledger.records import DeliveryRecord, Entry

__all__ = ["Filtered"]


class Filtered:
    """Posts that were not to be sent, and those that may turn out so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def untried(self, target: str) -> list[DeliveryRecord]:
        """Creates that are planned or held, and that no owner asked for."""
        rows = self._database.all("untried", target=target)
        return [DeliveryRecord.of(row) for row in rows]

    def reconsider(self, *, target: str, post: str) -> None:
        """What a filter kept from the target is looked at anew: it changed."""
        with self._database.transaction():
            if self._database.run("unfilter", target=target, post=post):
                self._database.run("withdraw_message", target=target, post=post)
                self._database.run("plan_again", post=post)

    def skipped(self, count: int) -> list[Entry]:
        """The newest posts that were not to be sent somewhere; `reason` says why."""
        rows = self._database.all("skipped", count=count)
        return [Entry.of(row) for row in rows]
