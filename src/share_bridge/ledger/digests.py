"""Which posts go with a digest of their target, and which one told of them.

A post that collects is `planned`, and never sent by itself. What a digest tells of is
`skipped` in the transaction in which the digest is claimed: so the ranks of states
settle, also between two clones, that a post is in one digest at most; and one that
surely never left gives its posts back.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from msgspec import Struct

from share_bridge.ledger.database import Database
from share_bridge.ledger.records import DeliveryRecord, PostRecord, seconds
from share_bridge.model.digest import told_in
from share_bridge.model.post import Post, post_id

__all__ = ["Collected", "Digests", "Unsent", "can_tell", "tell", "thaw"]


class Collected(Struct, frozen=True):
    """A post that goes with a digest.

    Attributes:
        delivery: Of its create.
        identity: What the ledger knows the post by.
        post: As it was last read.
        since: From when on it counts.

    """

    delivery: DeliveryRecord
    identity: str
    post: Post
    since: datetime


class Unsent(Struct, frozen=True):
    """A digest of which nothing was sent.

    Attributes:
        open: It is still to be sent.

    """

    record: PostRecord
    open: bool


class Digests:
    """The digests of all targets."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run

    def uncollected(self, target: str) -> list[tuple[DeliveryRecord, float]]:
        """New posts that would go by themselves, with their dates (0: undated)."""
        rows = self._database.all("uncollected", target=target)
        return [(DeliveryRecord.of(row), row["ordered_at"]) for row in rows]

    def collect(self, message: str, *, since: datetime | None) -> None:
        """Let a post go with a digest; None: by itself."""
        self._database.run("collect", message=message, at=seconds(since))

    def collecting(self, target: str) -> list[Collected]:
        """What goes with a digest of the target, oldest post first."""
        return [
            Collected(
                DeliveryRecord.of(row),
                row["identity"],
                Post.from_json(json.loads(row["document"])),
                datetime.fromtimestamp(row["collected_at"], UTC),
            )
            for row in self._database.all("collecting", target=target)
        ]

    def unsent(self, target: str) -> list[Unsent]:
        """The newest digests of the target that were never sent, newest first."""
        rows = self._database.all("digests", target=target)
        return [Unsent(PostRecord.of(row), row["open"] > 0) for row in rows]

    def close(self, digest: PostRecord, *, target: str) -> None:
        """Its owner settled it unsent: what it tells of goes with no other."""
        tell(self._database, self._run, digest.post, target=target)

    def let_collect(self, question: str) -> None:
        """What this question held of posts goes with the next digest after all."""
        self._database.run("let_collect", question=question, run=self._run)


def can_tell(database: Database, digest: Post, *, target: str) -> bool:
    """Whether all of its posts are still to be told of, by no other digest."""
    return all(
        database.one("can_be_told", **pair) is not None
        for pair in _pairs(digest, target)
    )


def tell(database: Database, run: str, digest: Post, *, target: str) -> None:
    """Its posts go with this digest and no other; in a transaction of the caller's."""
    reason, pairs = told_in(digest), _pairs(digest, target)
    database.run_many("tell", pairs)
    database.run_many(
        "skip_told", [pair | {"reason": reason, "run": run} for pair in pairs]
    )


def thaw(database: Database, message: str) -> None:
    """What surely never left is composed anew, and told nobody of anything."""
    for query in ("thaw", "collect_again", "untell"):
        database.run(query, id=message)


def _pairs(digest: Post, target: str) -> list[dict[str, str]]:
    own = post_id(digest.identity)
    return [
        {"target": target, "post": post_id(post.identity), "digest": own}
        for post in digest.posts
    ]
