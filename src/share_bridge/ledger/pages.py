"""The pages of posts that wait until they are live: looked at once for all targets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from msgspec import Struct

from share_bridge.ledger.database import Database, Row
from share_bridge.ledger.records import moment

__all__ = ["PageRecord", "Pages"]


class PageRecord(Struct, frozen=True, kw_only=True):
    """What is known of the page of a post.

    Attributes:
        post, title: Whose page it is.
        url: The address that was looked at, or empty.
        within: How long after the first look it may take to be there.
        first: When it was first looked at, or None.
        due: When it is looked at again, or None.
        failures: Looks in vain.
        live: It is there.
        reason: Why it is not, in one line.
        gaps: What its link card lacks, in one line.

    """

    post: str
    title: str
    url: str
    within: timedelta
    first: datetime | None
    due: datetime | None
    failures: int
    live: bool
    reason: str
    gaps: str

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row."""
        return cls(
            post=row["post"],
            title=row["title"],
            url=row["url"],
            within=timedelta(seconds=row["within"]),
            first=moment(row["first_at"]),
            due=moment(row["next_at"]),
            failures=row["failures"],
            live=row["live_at"] is not None,
            reason=row["reason"],
            gaps=row["gaps"],
        )


class Pages:
    """Which posts wait for their page, and since when."""

    def __init__(self, database: Database, run: str) -> None:
        self._database = database
        self._run = run

    def expect(self, source: str, *, within: timedelta) -> None:
        """Send what is new in a source only when its page is there; 0: send it."""
        if within:
            self._database.run(
                "expect_pages", source=source, within=within.total_seconds()
            )
        else:
            self._database.run("waive_pages", source=source)

    def get(self, post: str) -> PageRecord | None:
        """What is known of the page of a post that waits for it, or waited."""
        row = self._database.one("page", post=post)
        return None if row is None else PageRecord.of(row)

    def open(self) -> list[PageRecord]:
        """Looked at in this run, or in vain so far while something waits for them."""
        rows = self._database.all("pages", run=self._run)
        return [PageRecord.of(row) for row in rows]

    def note_missing(
        self, post: str, url: str, *, now: datetime, due: datetime, reason: str
    ) -> None:
        """It is not there; it is looked at again then."""
        self._database.run(
            "page_missing",
            post=post,
            url=url,
            now=now.timestamp(),
            next=due.timestamp(),
            reason=reason,
            run=self._run,
        )

    def note_live(self, post: str, url: str, *, now: datetime, gaps: str) -> None:
        """It is there."""
        self._database.run(
            "page_found",
            post=post,
            url=url,
            now=now.timestamp(),
            gaps=gaps,
            run=self._run,
        )
