"""The tables of a database as facts are made from and turned into."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from share_bridge.ledger.facts import Key
from share_bridge.ledger.truth import Values

__all__ = ["Table", "tables", "watch"]

#: What can be told from the other tables is no fact.
_DERIVED = frozenset({"planned"})


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        key: The columns of its primary key.
        defaults: Its other columns, each with its default.
        references: The table that a column of it points to.

    """

    name: str
    key: tuple[str, ...]
    defaults: Mapping[str, Any]
    references: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them, those of the key first."""
        return (*self.key, *self.defaults)

    def values(self, row: sqlite3.Row) -> dict[str, Any]:
        """What a row says beyond its key and the defaults."""
        return {
            column: row[column]
            for column, default in self.defaults.items()
            if row[column] != default
        }

    def row(self, key: Key, values: Values) -> tuple[Any, ...]:
        """The whole row; a column that a newer or older program had is left out."""
        return (
            *key,
            *(values.get(it, default) for it, default in self.defaults.items()),
        )

    @property
    def insert(self) -> str:
        """The statement that adds such a row."""
        places = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.name} ({', '.join(self.columns)}) VALUES ({places})"  # noqa: S608 - names of ours

    @property
    def changed(self) -> str:
        """The statement that gives each changed key, and the row if there is one."""
        same = " AND ".join(f"row.{it} = changed.{it}" for it in self.key)
        keys = ", ".join(f"changed.{it} AS changed_{it}" for it in self.key)
        return (
            f"SELECT {keys}, row.* "  # noqa: S608 - names of ours
            f"FROM (SELECT DISTINCT * FROM changed_{self.name}) AS changed "
            f"LEFT JOIN {self.name} AS row ON {same}"
        )


def tables(connection: sqlite3.Connection) -> list[Table]:
    """Every table of facts, after those that it refers to."""
    names = [
        row["name"]
        for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
        )
        if row["name"] not in _DERIVED
    ]
    found = {name: _table(connection, name) for name in names}
    ordered: list[Table] = []
    while len(ordered) < len(found):
        known = {table.name for table in ordered}
        ordered += [
            table
            for name, table in found.items()
            if name not in known and known.issuperset(table.references.values())
        ]
    return ordered


def watch(connection: sqlite3.Connection, table: Table) -> None:
    """Write down from now on which rows of a table change."""
    name, columns = table.name, ", ".join(table.key)
    connection.execute(f"CREATE TEMP TABLE changed_{name} ({columns})")
    for event, sides in (
        ("INSERT", ("NEW",)),
        ("UPDATE", ("OLD", "NEW")),
        ("DELETE", ("OLD",)),
    ):
        notes = " ".join(
            f"INSERT INTO changed_{name} VALUES "  # noqa: S608 - names of ours
            f"({', '.join(f'{side}.{it}' for it in table.key)});"
            for side in sides
        )
        connection.execute(
            f"CREATE TEMP TRIGGER watch_{name}_{event} AFTER {event} ON main.{name} "
            f"BEGIN {notes} END"
        )


def _table(connection: sqlite3.Connection, name: str) -> Table:
    columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
    key = sorted((row["pk"], row["name"]) for row in columns if row["pk"])
    defaults = {
        row["name"]: _value(connection, row["dflt_value"])
        for row in columns
        if not row["pk"]
    }
    foreign = connection.execute(f"PRAGMA foreign_key_list({name})").fetchall()
    references = {row["from"]: row["table"] for row in foreign}
    return Table(name, tuple(column for _, column in key), defaults, references)


def _value(connection: sqlite3.Connection, expression: str | None) -> Any:
    """The value of a default as the schema writes it."""
    if expression is None:
        return None
    return connection.execute(f"SELECT {expression}").fetchone()[0]
