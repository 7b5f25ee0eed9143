"""Servers of recipients: which of them fail, and how long each is left alone."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from msgspec import Struct

from share_bridge.ledger.database import Database, Row
from share_bridge.ledger.records import moment, seconds

__all__ = ["HostRecord", "Hosts"]


class HostRecord(Struct, frozen=True):
    """A host that fails, or asked for rest.

    Attributes:
        failures: In a row, and times that it asked for rest once more.
        failed: When it first did neither take nor refuse anything.
        paused_until: It is left alone until then.
        reason: What it said last.

    """

    name: str
    failures: int = 0
    failed: datetime | None = None
    paused_until: datetime | None = None
    reason: str = ""

    @classmethod
    def of(cls, row: Row) -> Self:
        """From its row."""
        return cls(
            row["host"],
            row["failures"],
            moment(row["failed_at"]),
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
            paused_until=seconds(host.paused_until),
            reason=host.reason,
        )

    def free(self, target: str) -> None:
        """Let all of them be tried now."""
        self._database.run("free_hosts", target=target)
