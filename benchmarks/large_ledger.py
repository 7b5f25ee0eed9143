"""Planning 1,000 posts × 10 targets, in a ledger of 1,000,000 deliveries or none."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import product
from pathlib import Path

from measure import interleaved, report

from share_bridge.config.model import SourceConfig, TargetConfig
from share_bridge.dispatch.plan.absorb import absorb
from share_bridge.dispatch.plan.plan import PlannedTarget, plan_new
from share_bridge.ledger.database import Database
from share_bridge.ledger.ids import delivery_id, message_id
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.message import Action
from share_bridge.model.post import Post, post_id
from share_bridge.plugin.source import Reading, ReadingState

ROUNDS = 5
NEW = 1_000
TARGETS = 10
LIMIT = 1.5
#: Old posts, and recipients of each at each target.
SHAPES = ((100_000, 1), (10_000, 10))

_NOW = datetime(2026, 11, 24, tzinfo=UTC)
_SOURCE = SourceConfig(name="blog", kind="feed")
_TARGETS = [TargetConfig(name=f"t{n}", publisher="p") for n in range(TARGETS)]

_FILL = {
    "post": """
        INSERT INTO post (
            id, source, identity, url, title, document, likeness, skip_reason,
            revision, ordered_at, sequence, seen_at
        ) VALUES (?, 'blog', ?, ?, ?, ?, ?, '', 1, ?, ?, 1)
    """,
    "alias": "INSERT INTO alias VALUES (?, ?)",
    "message": """
        INSERT INTO message (
            id, target, post, action, number, revision, document, standing_words,
            standing_revision
        ) VALUES (?, ?, ?, 'create', 0, 1, '{}', 'words', 1)
    """,
    "delivery": """
        INSERT INTO delivery (
            id, message, recipient, host, state, attempts, started_at, run
        ) VALUES (?, ?, ?, ?, 'delivered', 1, ?, ?)
    """,
}


def _post(number: int) -> Post:
    return Post(
        source="blog",
        identity=f"guid:blog:{number}",
        url=f"https://example.org/{number}/",
        title=f"Post {number}",
        content=f"<p>{'Some words. ' * 60}</p>",
        published=_NOW - timedelta(hours=300_000 - number),
    )


def _make(path: Path, posts: int, recipients: int) -> Path:
    """A ledger that has sent so many posts to every target."""
    with Ledger.open(path) as ledger, ledger.transaction():
        ids = [
            ledger.targets.named(target.name, target.publisher).id
            for target in _TARGETS
        ]
        for target in ids:
            ledger.targets.subscribe("blog", target=target, now=_NOW)
    if posts:
        _fill(path, ids, posts, recipients)
    return path


def _fill(path: Path, targets: list[str], posts: int, recipients: int) -> None:
    known = [post_id(f"guid:blog:{number}") for number in range(posts)]

    def deliveries() -> Iterator[tuple[object, ...]]:
        for (place, post), target in product(enumerate(known), targets):
            message = message_id(target, post, Action.CREATE, 0)
            for number in range(recipients):
                recipient = f"r{number}" if recipients > 1 else ""
                yield (
                    delivery_id(message, recipient),
                    message,
                    recipient,
                    f"host{number}",
                    float(place),
                    f"run{place // 5}",
                )

    document = '{"content": "' + "Some words. " * 60 + '"}'
    rows = {
        "post": (
            (
                post,
                f"guid:blog:{number}",
                f"https://example.org/{number}/",
                f"Post {number}",
                document,
                f"like {post}",
                float(number),
                number,
            )
            for number, post in enumerate(known)
        ),
        "alias": ((f"guid:blog:{it}", post) for it, post in enumerate(known)),
        "message": (
            (message_id(target, post, Action.CREATE, 0), target, post)
            for post, target in product(known, targets)
        ),
        "delivery": deliveries(),
    }
    database = Database.open(path)
    connection = database._connection  # noqa: SLF001 - to be filled before we are old
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    with database.transaction():
        for table, statement in _FILL.items():
            connection.executemany(statement, rows[table])
    database.close()
    with Ledger.open(path) as ledger:  # it was planned from before, as an old one was
        for target in targets:
            ledger.posts.unplanned("blog", target=target)


def _planning(path: Path) -> float:
    """Seconds of CPU to keep the new posts and plan them, as every run does first."""
    posts = tuple(_post(200_000 + number) for number in range(NEW))
    reading = Reading(
        state=ReadingState.READ,
        posts=posts,
        present=frozenset(post.identity for post in posts),
        validators={},
    )
    with Ledger.open(path) as ledger:
        with suppress(InterruptedError), ledger.transaction(large=True):
            start = time.process_time()
            targets = [
                PlannedTarget(it, ledger.targets.named(it.name, it.publisher))
                for it in _TARGETS
            ]
            absorb(ledger, _SOURCE, reading, configured=frozenset({"blog"}), now=_NOW)
            plan_new(ledger, _SOURCE, targets, language="en", now=_NOW)
            taken = time.process_time() - start
            raise InterruptedError  # the ledger is to stay as it was
        return taken


def main() -> None:
    """Print one row a shape; exit with 1 when one is over its limit."""
    kept = []
    for posts, recipients in SHAPES:
        with tempfile.TemporaryDirectory() as name:
            empty = _make(Path(name) / "empty.db", 0, 0)
            large = _make(Path(name) / "large.db", posts, recipients)
            measures = (partial(_planning, path) for path in (empty, large))
            least, most = interleaved(*measures, rounds=ROUNDS)
        kept.append(
            report(
                f"planning {NEW} posts × {TARGETS} targets, {posts} posts × "
                f"{TARGETS} × {recipients} in the ledger",
                most / least,
                LIMIT,
                f"{most * 1000:.0f} : {least * 1000:.0f} ms",
            )
        )
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    main()
