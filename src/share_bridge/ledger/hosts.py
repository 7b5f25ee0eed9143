"""Servers of recipients: which of them fail, and how long each is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.ledger.database import Database, Row
from share_bridge.ledger.records import moment, seconds

__all__ = ["PROBE", "HostRecord", "Hosts"]

#: Days of failures alone after which a host is dead, as Mastodon counts them
#: (https://github.com/mastodon/mastodon/blob/main/app/lib/delivery_failure_tracker.rb,
#: 2026-11-24).
_DEADLY = 7
#: How often a dead one is tried.
PROBE = timedelta(days=7)


class HostRecord(Struct, frozen=True):
    """A host that fails, or asked for rest.

    Attributes:
        failures: In a row, and times that it asked for rest once more.
        failed: When it first did neither take nor refuse anything.
        last_failed: When it last did not.
        days: On how many days, with nothing else in between.
        paused_until: It is left alone until then.
        reason: What it said last.

    """

    name: str
    failures: int = 0
    failed: datetime | None = None
    last_failed: datetime | None = None
    days: int = 0
    paused_until: datetime | None = None
    reason: str = ""

    @property
    def is_dead(self) -> bool:
        """It gets nothing more but a try every week, until it shows that it lives."""
        return self.days >= _DEADLY and bool(self.name)

    @property
    def obituary(self) -> str:
        """Since when it is dead, and of what, in one line."""
        since = "" if self.failed is None else f" since {self.failed:%Y-%m-%d}"
        return f"{self.name} has not taken anything{since}: {self.reason}"

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row."""
        return cls(
            row["host"],
            row["failures"],
            moment(row["failed_at"]),
            moment(row["last_failed_at"]),
            row["days"],
            moment(row["paused_until"]),
            row["reason"],
        )


class Hosts:
    """Only those that there is something to say about have a row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, target: str) -> list[HostRecord]:
        """Every host of a target's recipients that fails or rests."""
        return [
            HostRecord.of(row) for row in self._database.all("hosts", target=target)
        ]

    def in_trouble(self, target: str) -> tuple[int, int]:
        """How many fail, and how many are dead."""
        named = [it for it in self.of(target) if it.name and it.days]
        dead = sum(it.is_dead for it in named)
        return len(named) - dead, dead

    def save(self, target: str, host: HostRecord) -> None:
        """Keep what is known; one that answers is forgotten."""
        if not host.failures and host.paused_until is None:
            self._database.run("drop_host", target=target, host=host.name)
            return
        self._database.run(
            "put_host",
            target=target,
            host=host.name,
            failures=host.failures,
            failed_at=seconds(host.failed),
            last_failed_at=seconds(host.last_failed),
            days=host.days,
            paused_until=seconds(host.paused_until),
            reason=host.reason,
        )

    def heard_from(self, target: str, host: str) -> None:
        """It lives, whatever failed there; a rest that it asked for is left to it."""
        row = self._database.one("host", target=target, host=host)
        if row is None:
            return
        known = HostRecord.of(row)
        lives = replace(known, failed=None, last_failed=None, days=0)
        if known.is_dead:
            lives = replace(lives, paused_until=None)
        if lives != known:
            self.save(target, lives)

    def free(self, target: str) -> None:
        """Let all of them be tried now."""
        self._database.run("free_hosts", target=target)
