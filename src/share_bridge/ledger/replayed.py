"""A ledger that is a list of facts: replayed in memory, every commit written back."""

from __future__ import annotations

import gc
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from secrets import token_hex
from typing import Any, Protocol

from share_bridge.ledger.database import Database
from share_bridge.ledger.facts import Commit, Fact, Key
from share_bridge.ledger.history import History
from share_bridge.ledger.ids import retired_name
from share_bridge.ledger.queries import migrations
from share_bridge.ledger.seal import Seal
from share_bridge.ledger.tables import Table, tables, watch
from share_bridge.ledger.truth import Values

__all__ = ["Log", "Replayed"]

#: What the program itself writes down of a database.
_OWN = ("meta", ("schema",))


class Log(Protocol):
    """Where commits are kept."""

    name: str

    def begin(self) -> list[Commit]:
        """Keep others out; the commits that this program does not know yet."""
        ...

    def append(self, commit: Commit) -> None:
        """Keep a commit for good, before this returns."""
        ...

    def end(self) -> None:
        """Let others in again."""
        ...

    def compact(self) -> tuple[int, int]:
        """Keep only what stands: how many lines there were, and how many there are."""
        ...

    def close(self) -> None:
        """Nothing more comes."""
        ...


class Replayed(Database):
    """A database in memory that is what the commits of a log make it.

    Which rows a transaction changed is found out by triggers, so that nothing of what
    runs above knows that there is a log.
    """

    has_histories = True

    def __init__(
        self,
        log: Log,
        *,
        key: bytes | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.history = History()
        self._seal = Seal(log.name, key)
        self.can_seal = key is not None
        self._log = log
        self._clock = clock
        self._tables: list[Table] = []
        super().__init__(_memory(), log.name)
        try:
            with _uncollected():
                self._replay(log.begin())
        finally:
            log.end()

    def close(self) -> None:
        """Close it; what was committed is in the log."""
        self._log.close()
        super().close()

    def run(self, query: str, /, **parameters: Any) -> int:
        """Run the named statement, as a transaction of its own where there is none."""
        with self.transaction():
            return super().run(query, **parameters)

    def run_many(self, query: str, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run the named statement for each row, as a transaction of its own."""
        with self.transaction():
            super().run_many(query, rows)

    def follow(self, commits: Iterable[Commit]) -> None:
        """Replay what others wrote meanwhile; never within a transaction."""
        self._connection.close()
        self._connection = _memory()
        self._connection.row_factory = sqlite3.Row
        self._replay(commits)

    @property
    def has_sealed(self) -> bool:  # type: ignore[override]  # known once it was read
        """Whether something in it is encrypted under a key that we do not have."""
        return self._seal.failed

    def twins(self) -> list[tuple[str, str]]:
        """Posts that two histories know by one address; the one that keeps it first."""
        pairs = set()
        for key, rows in self.history.disputed("alias"):
            kept = self.history.row("alias", key) or {}
            posts = {row["post"] for row in rows}
            pairs |= {(kept["post"], it) for it in posts if it != kept["post"]}
        return sorted(pairs)

    def compact(self) -> tuple[int, int]:
        """Leave out what later facts replaced: how many lines there were, and are."""
        return self._log.compact()

    def _begin(self) -> None:
        if self._tables and (news := self._log.begin()):
            self.follow(news)
        super()._begin()

    def _commit(self) -> None:
        facts = list(self._facts())
        if facts:
            schema = len(migrations())
            commit = Commit(token_hex(6), self._clock(), schema, facts)
            sealed = self._seal.close(commit)
            if sealed.facts:
                self._log.append(sealed)
            self.history.add([commit])
        super()._commit()

    def _end(self) -> None:
        if self._tables:
            self._log.end()

    def _replay(self, commits: Iterable[Commit]) -> None:
        self._tables = []
        self.history.add(map(self._seal.open, commits))
        self._migrate()
        connection = self._connection
        connection.execute("BEGIN")
        found = tables(connection)
        known: dict[str, set[Any]] = {}
        for table in found:
            rows = dict(self._rows(table))
            kept = {k: v for k, v in rows.items() if _refers(table, k, v, known)}
            known[table.name] = {key[0] for key in kept}
            connection.executemany(
                table.insert, (table.row(*it) for it in kept.items())
            )
        connection.execute("COMMIT")
        for table in found:
            watch(connection, table)
        connection.execute("PRAGMA foreign_keys = ON")
        self._tables = found

    def _rows(self, table: Table) -> Iterable[tuple[Key, Values]]:
        rows = self.history.rows(table.name)
        return _named_once(rows) if table.name == "target" else rows

    def _facts(self) -> Iterator[Fact]:
        """What this transaction changed."""
        for table in self._tables:
            changed = self._connection.execute(table.changed).fetchall()
            if not changed:
                continue
            self._connection.execute(f"DELETE FROM changed_{table.name}")  # noqa: S608 - a table of ours
            for row in changed:
                key = tuple(row[f"changed_{it}"] for it in table.key)
                gone = row[table.key[0]] is None
                values = None if gone else table.values(row)
                if values != self.history.row(table.name, key) and (
                    (table.name, key) != _OWN
                ):
                    over = self.history.over(table.name, key)
                    yield Fact(table.name, key, values, over)


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is read now is kept: looking through it for waste is half of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def _refers(table: Table, key: Key, values: Values, known: dict[str, set[Any]]) -> bool:
    """What belongs to a row that the other side removed goes with it."""
    for column, other in table.references.items():
        place = table.key.index(column) if column in table.key else None
        value = values.get(column) if place is None else key[place]
        if value is not None and value not in known[other]:
            return False
    return True


def _named_once(targets: Iterable[tuple[Key, Values]]) -> Iterator[tuple[Key, Values]]:
    """Of two targets of one name the one that was seen last has it."""
    named: dict[str, list[tuple[Key, Values]]] = defaultdict(list)
    for key, values in targets:
        named[values["name"]].append((key, values))
    for name, sharing in named.items():
        sharing.sort(key=_seen, reverse=True)
        yield sharing[0]
        for key, values in sharing[1:]:
            yield key, {**values, "name": retired_name(name, str(key[0]))}


def _seen(target: tuple[Key, Values]) -> tuple[bool, float, Key]:
    key, values = target
    return ("account" in values, values.get("checked_at") or 0.0, key)
