"""One SQLite file, opened so that what is committed survives a power cut."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from share_bridge.errors import LedgerError
from share_bridge.ledger.queries import migrations, queries

if TYPE_CHECKING:
    from share_bridge.ledger.tables import Table

__all__ = ["Database", "Row"]

Row = sqlite3.Row

_BUSY = 10.0
_PAUSE = 0.02
#: KiB of pages that are kept in memory; while much is written, so that what stands
#: together is read and written once.
_PAGES, _MANY_PAGES = 2_000, 64_000


class Database:
    """Runs the named statements of `queries`, in transactions.

    Everything it raises is a `LedgerError` that names the file and what to do.
    """

    #: Whether others may send what is here, on a machine whose locks we do not see.
    is_shared = False
    #: How long it may take until a claim is ours, in time-outs of an attempt.
    slack = 0
    #: Whether it was made of what more than one wrote.
    has_histories = False
    #: Whether something in it is encrypted under a key that we do not have.
    has_sealed = False
    #: Whether it encrypts what strangers must not read.
    can_seal = False

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self._connection = connection
        self.name = name
        self._depth = 0
        connection.row_factory = sqlite3.Row

    @classmethod
    def open(cls, path: Path, *, busy: float = _BUSY) -> Self:
        """Open the file, make it when it is not there, bring it up to date.

        Args:
            path: The file.
            busy: How long another process may hold it before we give up, in seconds.

        """
        with _explained(str(path)):
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=busy, isolation_level=None)
        database = cls(connection, str(path))
        try:
            with database._explained():
                _use_write_ahead_log(connection, patience=busy)
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA foreign_keys = ON")
            database._migrate()
        except BaseException:
            connection.close()
            raise
        return database

    @classmethod
    def in_memory(cls, copy_of: Path | None = None) -> Self:
        """A database that leaves no trace, as the file stands now."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        name = str(copy_of or "the ledger in memory")
        database = cls(connection, name)
        if copy_of is not None and copy_of.exists():
            uri = f"{copy_of.resolve().as_uri()}?mode=ro"
            with (
                database._explained(),
                closing(sqlite3.connect(uri, uri=True, timeout=_BUSY)) as file,
            ):
                file.backup(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        database._migrate()
        return database

    def close(self) -> None:
        """Close the file; what was committed stays."""
        with suppress(sqlite3.Error):
            self._connection.close()

    @contextmanager
    def transaction(self, *, large: bool = False) -> Iterator[None]:
        """All or nothing; one inside another is part of it.

        Args:
            large: It may write many thousand rows.

        """
        if self._depth:
            yield
            return
        try:
            if large:
                self._statement(f"PRAGMA cache_size = -{_MANY_PAGES}", {})
            self._begin()
            self._depth += 1
            try:
                yield
                self._commit()
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1
        finally:
            if large:
                self._statement(f"PRAGMA cache_size = -{_PAGES}", {})
            self._end()

    def twins(self) -> list[tuple[str, str]]:
        """Posts that two histories know by one address; the one that keeps it first."""
        return []

    async def confirm(self, attempt: timedelta) -> bool:  # noqa: ARG002 - at once
        """Whether what was claimed is ours: here it was when it was committed."""
        return True

    def compact(self) -> tuple[int, int]:
        """For journals; a database makes room by itself."""
        raise LedgerError(f"{self.name}: only a journal grows: nothing to compact")

    def all(self, query: str, /, **parameters: Any) -> list[Row]:
        """Every row of the named query."""
        with self._explained():
            return self._statement(queries()[query], parameters).fetchall()

    def one(self, query: str, /, **parameters: Any) -> Row | None:
        """The first row of the named query, or None."""
        rows = self.all(query, **parameters)
        return rows[0] if rows else None

    def run(self, query: str, /, **parameters: Any) -> int:
        """Run the named statement; how many rows it changed."""
        return self._statement(queries()[query], parameters).rowcount

    def copy_row(self, table: str, row: str, /, **changes: Any) -> None:
        """Add a row like the one with that id, with every column but these the same."""
        found = self._statement(f"SELECT * FROM {table} WHERE id = :id", {"id": row})  # noqa: S608 - a table of ours
        values = {**dict(found.fetchone()), **changes}
        columns = ", ".join(values)
        places = ", ".join(f":{column}" for column in values)
        self._statement(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 - columns of ours

    def run_many(self, query: str, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Run the named statement for each of these rows."""
        with self._explained():
            self._connection.executemany(queries()[query], rows)

    def tables(self) -> list[Table]:
        """Every table, after those that it refers to."""
        from share_bridge.ledger.tables import tables  # noqa: PLC0415 - seldom

        with self._explained():
            return tables(self._connection)

    def rows(self, table: Table) -> list[Row]:
        """Every row of a table."""
        columns = ", ".join(table.columns)
        return self._statement(f"SELECT {columns} FROM {table.name}", {}).fetchall()  # noqa: S608 - a table of ours

    def add_rows(self, table: Table, rows: Iterable[Row]) -> None:
        """Add rows as `rows` gave them."""
        with self._explained():
            self._connection.executemany(table.insert, map(tuple, rows))

    def _statement(self, sql: str, parameters: dict[str, Any]) -> sqlite3.Cursor:
        with self._explained():
            return self._connection.execute(sql, parameters)

    def _begin(self) -> None:
        self._statement("BEGIN IMMEDIATE", {})

    def _commit(self) -> None:
        self._statement("COMMIT", {})

    def _end(self) -> None:
        """After every transaction, however it ended."""

    def _migrate(self) -> None:
        steps = migrations()
        if self._schema() == len(steps):
            return
        with self.transaction():
            done = self._schema()
            if done > len(steps):
                raise LedgerError(
                    f"{self.name}: made by a newer share-bridge (schema {done}, this "
                    f"one knows {len(steps)}); upgrade share-bridge"
                )
            for statements in steps[done:]:
                for statement in statements:
                    self._statement(statement, {})
            self.run("put_meta", key="schema", value=str(len(steps)))

    def _schema(self) -> int:
        with self._explained():
            tables = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall()
        names = {row["name"] for row in tables}
        if not names:
            return 0
        if not {"meta", "delivery"} <= names:
            raise LedgerError(
                f"{self.name}: this is not a ledger of share-bridge; "
                "name another file in `ledger`"
            )
        row = self.one("meta", key="schema")
        return int(row["value"]) if row else 0

    def _explained(self) -> Any:
        return _explained(self.name)


def _use_write_ahead_log(connection: sqlite3.Connection, *, patience: float) -> None:
    """Two that open a new file at once: SQLite lets neither wait for this by itself."""
    end = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc) or time.monotonic() >= end:
                raise
            time.sleep(_PAUSE)
        else:
            return


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        raise LedgerError(f"{name}: {_reason(exc)}; nothing more is sent") from exc


def _reason(exc: Exception) -> str:
    text = str(exc)
    for sign, reason in _REASONS:
        if sign in text:
            return reason
    return f"the ledger cannot be used ({text})"


_REASONS = (
    ("locked", "another share-bridge holds the ledger; try again when it has ended"),
    ("full", "the disk is full; make room and run again"),
    ("readonly", "the ledger may not be written; check who owns the file"),
    ("unable to open", "the ledger cannot be opened; check the folder and its rights"),
    ("Permission denied", "the folder may not be written; check who owns it"),
    ("Read-only file system", "the folder is read-only; name another in `ledger`"),
    ("malformed", "the ledger is damaged; restore it from a copy"),
    ("not a database", "this file is not a ledger; name another in `ledger`"),
    ("disk I/O error", "the disk fails or is full; check it and run again"),
)
