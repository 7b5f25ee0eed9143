"""Sources and posts: what was read, under which names it is known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from share_bridge.ledger.database import Database
from share_bridge.ledger.records import PostRecord, SourceRecord
from share_bridge.model.post import Post, post_id

__all__ = ["NEVER_READ", "Posts", "document"]

#: State of a source that failed whenever it was read.
NEVER_READ = "failed"


class Posts:
    """The posts of all sources, each under one short id for ever."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def source(self, name: str) -> SourceRecord | None:
        """What the last reading of this source left, or None."""
        row = self._database.one("source", name=name)
        return None if row is None else SourceRecord.of(row)

    def save_source(
        self, name: str, *, validators: Mapping[str, Any], state: str, now: datetime
    ) -> None:
        """Keep what the next reading wants to know."""
        self._database.run(
            "save_source",
            name=name,
            validators=json.dumps(validators, separators=(",", ":")),
            state=state,
            now=now.timestamp(),
        )

    def save_failure(
        self, name: str, *, validators: Mapping[str, Any], now: datetime
    ) -> None:
        """Keep when to come back; what was read before is what is known."""
        known = self.source(name)
        state = NEVER_READ if known is None else known.state
        self.save_source(name, validators=validators, state=state, now=now)

    def was_read(self, name: str) -> bool:
        """Whether this source was ever read as a whole."""
        known = self.source(name)
        return known is not None and known.state != NEVER_READ

    def find(self, aliases: Iterable[str]) -> PostRecord | None:
        """The post that the first known alias means, or None."""
        for alias in aliases:
            row = self._database.one("post_by_alias", alias=alias)
            if row is not None:
                return PostRecord.of(row)
        return None

    def like(self, likeness: str) -> PostRecord | None:
        """The first post that looks just like it, or None."""
        row = self._database.one("post_by_likeness", likeness=likeness)
        return None if row is None else PostRecord.of(row)

    def count(self, source: str) -> int:
        """How many posts a source owns."""
        row = self._database.one("count_posts", source=source)
        return 0 if row is None else int(row["count"])

    def of(self, source: str, *, count: int) -> list[PostRecord]:
        """The newest posts of a source, newest first; not those that are gone."""
        rows = self._database.all("posts_of", source=source, count=count)
        return [PostRecord.of(row) for row in rows]

    def titled(self, title: str) -> list[PostRecord]:
        """The posts of that title, newest first; three at most."""
        return [
            PostRecord.of(row)
            for row in self._database.all("posts_titled", title=title)
        ]

    def get(self, post: str) -> PostRecord:
        """The post with this short id."""
        row = self._database.one("post", id=post)
        if row is None:
            raise KeyError(post)
        return PostRecord.of(row)

    def named(self, text: str) -> list[PostRecord]:
        """The posts that a person may mean: by URL or the start of a short id."""
        prefix = text if text.isalnum() else "\0"
        rows = self._database.all("posts_like", prefix=prefix, text=text)
        return [PostRecord.of(row) for row in rows]

    def add(self, post: Post, *, likeness: str, now: datetime) -> PostRecord:
        """Keep a post that was never seen."""
        self._database.run(
            "add_post",
            id=post_id(post.identity),
            identity=post.identity,
            now=now.timestamp(),
            **_columns(post, likeness),
        )
        self.add_aliases(post_id(post.identity), (post.identity, *post.aliases))
        return self.get(post_id(post.identity))

    def change(self, known: PostRecord, post: Post, *, likeness: str) -> PostRecord:
        """Keep what a known post says now."""
        self._database.run("change_post", id=known.id, **_columns(post, likeness))
        self._database.run("plan_again", post=known.id)
        return self.get(known.id)

    def add_aliases(self, post: str, aliases: Iterable[str]) -> None:
        """Other names of a post; one that means another already stays with it."""
        for alias in aliases:
            self._database.run("add_alias", alias=alias, post=post)

    def unplanned(self, source: str, *, target: str) -> list[PostRecord]:
        """Posts that this target has no create for, oldest first.

        Up to where all have one is kept, so that a ledger may grow old.
        """
        pair = {"source": source, "target": target}
        known = self._database.one("planned", **pair)
        after = 0 if known is None else int(known["sequence"])
        if after:
            rows = self._database.all("unplanned_since", after=after, **pair)
        else:
            rows = self._database.all("unplanned_posts", **pair)
        if rows:
            done = min(row["sequence"] for row in rows) - 1
        else:
            done = int(self._database.all("last_sequence")[0]["sequence"])
        if done > after:
            self._database.run("note_planned", sequence=done, **pair)
        return [PostRecord.of(row) for row in rows]

    def newest(self, source: str) -> str | None:
        """Short id of the newest post; undated ones count oldest."""
        row = self._database.one("newest_post", source=source)
        return None if row is None else str(row["id"])


def document(post: Post) -> str:
    """The text that a change of the post is told by."""
    return json.dumps(
        post.to_json(), ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def _columns(post: Post, likeness: str) -> dict[str, Any]:
    return {
        "source": post.source,
        "url": post.url,
        "title": post.title,
        "document": document(post),
        "likeness": likeness,
        "skip_reason": post.skip_reason,
        "ordered_at": 0.0 if post.published is None else post.published.timestamp(),
    }
