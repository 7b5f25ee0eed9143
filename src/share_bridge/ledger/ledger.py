"""The ledger: what was read, what was sent, what is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from share_bridge.ledger.approvals import Approvals
from share_bridge.ledger.claims import Claims
from share_bridge.ledger.copies import Copies
from share_bridge.ledger.database import Database
from share_bridge.ledger.deliveries import Deliveries
from share_bridge.ledger.digests import Digests
from share_bridge.ledger.filtered import Filtered
from share_bridge.ledger.holds import Holds
from share_bridge.ledger.hosts import Hosts
from share_bridge.ledger.locks import Lock, NoLock
from share_bridge.ledger.opening import copy, open_place
from share_bridge.ledger.pages import Pages
from share_bridge.ledger.place import Place
from share_bridge.ledger.posts import Posts
from share_bridge.ledger.retractions import Retractions
from share_bridge.ledger.targets import Targets
from share_bridge.model.question import Kind, Question

if TYPE_CHECKING:
    from share_bridge.ledger.vault import Vault

__all__ = ["Ledger"]


class Ledger:
    """One ledger, opened for one run.

    Attributes:
        run: The run's id; what it touches is marked with it.
        posts, pages, targets, hosts, deliveries, claims: Its parts.
        holds, retractions, approvals, filtered: What owners decide.
        copies: Where the copies stand.
        digests: Which posts go together.

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
        self.copies = Copies(database)
        self.filtered = Filtered(database)
        self.digests = Digests(database, self.run)
        self._database = database
        self._path = path

    @classmethod
    def open(
        cls,
        place: Place,
        *,
        key: bytes | None = None,
        environ: Mapping[str, str] = MappingProxyType({}),
    ) -> Self:
        """Open the ledger at a place, make it when it is not there.

        Args:
            place: A file, or a branch.
            key: What a journal is sealed under; None: there is none.
            environ: The environment variables, for git.

        Raises:
            LedgerError: Locked, damaged, newer, out of reach, or the disk is full.

        """
        database, path = open_place(place, key=key, environ=environ)
        ledger = cls(database, path)
        ledger.agree()
        return ledger

    @classmethod
    def in_memory(
        cls,
        copy_of: Place | None = None,
        *,
        key: bytes | None = None,
        environ: Mapping[str, str] = MappingProxyType({}),
    ) -> Self:
        """A ledger that leaves no trace: for dry runs, as it stands now."""
        ledger = cls(copy(copy_of, key=key, environ=environ), None)
        ledger.agree()
        return ledger

    def agree(self) -> None:
        """Two histories that became one may know one thing by two names."""
        if self._database.has_histories:
            from share_bridge.ledger.reconcile import reconcile  # noqa: PLC0415

            try:
                reconcile(self, self._database.twins())
            except BaseException:
                self.close()
                raise

    @property
    def vault(self) -> Vault | None:
        """Keeps credentials that rotate; None where they are safe on this machine."""
        if not self._database.can_seal:
            return None
        from share_bridge.ledger.vault import Vault  # noqa: PLC0415 - if it is used

        return Vault(self._database)

    @property
    def is_shared(self) -> bool:
        """Whether others send as well, on machines whose locks we do not see."""
        return self._database.is_shared

    async def confirm(self, attempt: timedelta) -> bool:
        """Make sure that what was claimed is ours alone, before it leaves.

        Args:
            attempt: How long one attempt of it may take.

        Returns:
            False: another clone was faster. Nothing that was claimed since this last
            came back is claimed any more, and what the other one did is known.

        Raises:
            LedgerError: It cannot be pushed: nothing may be sent.

        """
        if await self._database.confirm(attempt):
            return True
        self.agree()
        return False

    def is_sealed(self, target: str) -> bool:
        """Whether something of a target is encrypted under another key than ours."""
        if not self._database.has_sealed:
            return False
        from share_bridge.ledger.seal import SEALED  # noqa: PLC0415 - if there are any

        found = self._database.one(
            "sealed_of_target", target=target, sealed=f"{SEALED}%"
        )
        return found is not None

    def transaction(self, *, large: bool = False) -> AbstractContextManager[None]:
        """All or nothing; `large`: it may write many thousand rows."""
        return self._database.transaction(large=large)

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
        row = self._database.one("question", question=question)
        return None if row is None else Kind(row["kind"])

    def answers(self, question: str | None) -> list[str]:
        """The commands that answer a question; none where nothing is asked."""
        row = self._database.one("question", question=question)
        return [] if row is None else [*map(str, json.loads(row["answers"]))]

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

    def copy_to(
        self, place: Place, *, key: bytes | None, environ: Mapping[str, str]
    ) -> int:
        """Write all that is known to a place where nothing is yet; how many posts.

        Raises:
            LedgerError: Something is there, or it cannot be written.

        """
        from share_bridge.ledger.copying import carry  # noqa: PLC0415 - seldom

        return carry(self._database, place, key=key, environ=environ)

    def close(self) -> None:
        """Close it; what was committed stays."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()
