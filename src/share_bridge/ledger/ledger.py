"""The ledger: what was read, what was sent, what is asked."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Self

from share_bridge.ledger.approvals import Approvals
from share_bridge.ledger.claims import Claims
from share_bridge.ledger.database import Database
from share_bridge.ledger.deliveries import Deliveries
from share_bridge.ledger.filtered import Filtered
from share_bridge.ledger.holds import Holds
from share_bridge.ledger.hosts import Hosts
from share_bridge.ledger.locks import Lock, NoLock
from share_bridge.ledger.pages import Pages
from share_bridge.ledger.posts import Posts
from share_bridge.ledger.retractions import Retractions
from share_bridge.ledger.targets import Targets
from share_bridge.model.question import Kind, Question

if TYPE_CHECKING:
    from share_bridge.ledger.replayed import Replayed

__all__ = ["JOURNAL", "Ledger"]

#: What the name of a journal ends with; any other name is that of a SQLite file.
JOURNAL = ".jsonl"


class Ledger:
    """One ledger, opened for one run.

    Attributes:
        run: The run's id; what it touches is marked with it.
        posts, pages, targets, hosts, deliveries, claims: Its parts.
        holds, retractions, approvals, filtered: What owners decide.

    """

    def __init__(self, database: Database, path: Path | None) -> None:
        self.run = token_hex(6)
        self.posts = Posts(database)
        self.pages = Pages(database, self.run)
        self.targets = Targets(database)
        self.hosts = Hosts(database)
        self.deliveries = Deliveries(database, self.run)
        self.claims = Claims(database, self.run)
        self.holds = Holds(database, self.run)
        self.retractions = Retractions(database)
        self.approvals = Approvals(database)
        self.filtered = Filtered(database)
        self._database = database
        self._path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the ledger at `path`, make it when it is not there.

        Raises:
            LedgerError: Locked, damaged, newer, or the disk is full.

        """
        if path.suffix != JOURNAL:
            return cls(Database.open(path), path)
        from share_bridge.ledger.journal import Journal  # noqa: PLC0415 - if it is one
        from share_bridge.ledger.replayed import Replayed  # noqa: PLC0415 - if it is one

        return cls._replayed(Replayed(Journal(path)), path)

    @classmethod
    def in_memory(cls, copy_of: Path | None = None) -> Self:
        """A ledger that leaves no trace: for dry runs, as the file stands now."""
        if copy_of is None or copy_of.suffix != JOURNAL:
            return cls(Database.in_memory(copy_of), None)
        from share_bridge.ledger.journal import ReadOnlyJournal  # noqa: PLC0415 - if it is one
        from share_bridge.ledger.replayed import Replayed  # noqa: PLC0415 - if it is one

        return cls._replayed(Replayed(ReadOnlyJournal(copy_of)), None)

    @classmethod
    def _replayed(cls, database: Replayed, path: Path | None) -> Self:
        from share_bridge.ledger.reconcile import reconcile  # noqa: PLC0415 - if it is one

        ledger = cls(database, path)
        try:
            reconcile(ledger, database.twins())
        except BaseException:
            ledger.close()
            raise
        return ledger

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""
        return self._database.transaction()

    def lock(self, target: str) -> Lock:
        """The lock of a target, not taken yet."""
        return NoLock() if self._path is None else Lock(self._path, target)

    def ask(self, question: Question, *, now: datetime) -> str:
        """Keep a question until nothing is held by it any more; its id."""
        self._database.run(
            "ask",
            id=question.id,
            kind=question.kind.value,
            target=question.target,
            post=question.post,
            text=question.text,
            answers=json.dumps(question.answers),
            now=now.timestamp(),
        )
        return question.id

    def questions(self) -> list[Question]:
        """Every question that still holds something."""
        return [
            Question(
                id=row["id"],
                kind=Kind(row["kind"]),
                text=row["text"],
                answers=tuple(json.loads(row["answers"])),
                target=row["target"],
                post=row["post"],
            )
            for row in self._database.all("questions")
        ]

    def is_asked(self, question: str) -> bool:
        """Whether this question holds something."""
        return self._database.one("is_asked", question=question) is not None

    def kind(self, question: str | None) -> Kind | None:
        """What kind of question this is; None: nothing is asked."""
        row = self._database.one("question_kind", question=question)
        return None if row is None else Kind(row["kind"])

    def reason(self, question: str) -> str:
        """Why something is held by this question, or empty."""
        row = self._database.one("held_reason", question=question)
        return "" if row is None else str(row["reason"])

    def remember(self, key: str, value: str) -> None:
        """Keep one value under a name."""
        self._database.run("put_meta", key=key, value=value)

    def recall(self, key: str) -> str:
        """The value that `remember` kept, or empty."""
        row = self._database.one("meta", key=key)
        return "" if row is None else str(row["value"])

    def compact(self) -> tuple[int, int]:
        """Leave out of a journal what later lines replaced.

        Returns:
            How many lines there were, and how many there are.

        Raises:
            LedgerError: It is no journal.

        """
        return self._database.compact()

    def close(self) -> None:
        """Close it; what was committed stays."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
