"""What is taken back: posts that are gone, and the copies that are to follow them."""

from __future__ import annotations

from collections.abc import Mapping

from share_bridge.ledger.database import Database
from share_bridge.ledger.records import DeliveryRecord, PostRecord

__all__ = ["Retractions"]


class Retractions:
    """Posts that their author took back, by whatever sign."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark_gone(self, post: str, *, reason: str) -> None:
        """It is not to be seen any more, and why; empty: it is, after all."""
        with self._database.transaction():
            self._database.run("mark_gone", post=post, reason=reason)
            if not reason:
                self._database.run("plan_again", post=post)

    def mark_asked(self, post: str) -> None:
        """Its own address was asked once more, and answered."""
        self._database.run("mark_asked", post=post)

    def missing(self, source: str, *, most: int) -> list[PostRecord]:
        """Posts of a source that stand somewhere, asked fewer than `most` times."""
        rows = self._database.all("missing_posts", source=source, most=most)
        return [PostRecord.of(row) for row in rows]

    def due(self, target: str) -> list[PostRecord]:
        """Posts that are gone and of which this target was not told yet."""
        rows = self._database.all("gone_posts", target=target)
        return [PostRecord.of(row) for row in rows]

    def unsent(self, *, target: str, post: str) -> list[DeliveryRecord]:
        """Creates and updates of a post that surely never left."""
        rows = self._database.all("unsent", target=target, post=post)
        return [DeliveryRecord.of(row) for row in rows]

    def stands(self, *, target: str, post: str) -> bool:
        """Whether a copy stands, may stand, or is on its way."""
        return self._database.one("stands", target=target, post=post) is not None

    def is_retracted(self, *, target: str, post: str) -> bool:
        """Whether a deletion is on its way, or done."""
        return self._database.one("retracted", target=target, post=post) is not None

    def deletions(self, *, target: str, post: str = "") -> list[DeliveryRecord]:
        """Deletions that were asked for, in any state; empty means of any post."""
        rows = self._database.all("takes_back", target=target, post=post)
        return [DeliveryRecord.of(row) for row in rows]

    def last_run(self) -> str:
        """The newest run that sent something new, or empty."""
        row = self._database.one("last_run")
        return "" if row is None else str(row["run"])

    def sent_by(self, run: str) -> Mapping[str, list[str]]:
        """What a run sent that stands or may stand: posts by target, oldest first."""
        found: dict[str, list[str]] = {}
        for row in self._database.all("sent_by_run", run=run):
            found.setdefault(row["target"], []).append(row["id"])
        return found
