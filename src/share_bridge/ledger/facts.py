"""The lines of a journal: what one commit made true, a fact for each row.

A line is whole or it was never committed, so that a commit is all or nothing. A fact
names the commits whose fact about the same row it replaces: of two facts that do not
know of each other, both stand until a rule decides (`truth`), in whatever order the
lines are found. That is what makes the union of two journals one journal.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from share_bridge.errors import LedgerError

__all__ = ["Commit", "Fact", "Key", "encode", "read"]

#: A table, and the values of its primary key.
Key = tuple[str | int, ...]


class Fact(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What is true of one row.

    Attributes:
        table: Its table.
        key: The values of its primary key.
        row: Its other columns, without those that have their default; None: it is
            gone.
        over: The commits whose fact about this row is replaced.

    """

    table: str
    key: tuple[str | int, ...]
    row: dict[str, Any] | None = None
    over: tuple[str, ...] = ()


class Commit(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line.

    Attributes:
        commit: Its id, the same in every copy of the journal.
        at: When it was made, seconds since 1970.
        schema: The number of the newest migration that its program knew.
        sealed: Something in it is encrypted.

    """

    commit: str
    at: float
    schema: int
    facts: list[Fact]
    sealed: bool = False


_decoder = msgspec.json.Decoder(Commit)


def encode(commit: Commit) -> bytes:
    """The line, with its end."""
    return msgspec.json.encode(commit) + b"\n"


def read(lines: bytes, name: str, *, schema: int, first: int = 1) -> Iterator[Commit]:
    """The commits of whole lines.

    Args:
        lines: Some lines of a journal; the last one may lack its end.
        name: What to call the journal in errors.
        schema: The number of the newest migration that this program knows.
        first: The number of the first of these lines.

    Raises:
        LedgerError: A line cannot be read, or is newer than this program.

    """
    for number, line in enumerate(lines.split(b"\n"), first):
        if not line.strip():
            continue
        try:
            commit = _decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise LedgerError(_unreadable(name, number, line)) from error
        if commit.schema > schema:
            raise LedgerError(
                f"{name}: line {number} was written by a newer share-bridge (schema "
                f"{commit.schema}, this one knows {schema}); upgrade share-bridge"
            )
        yield commit


def _unreadable(name: str, number: int, line: bytes) -> str:
    where = f"{name}: line {number} cannot be read, so nothing is sent"
    if line.startswith((b"<<<<<<<", b"=======", b">>>>>>>")):
        return (
            f"{where}: it marks a conflict of a git merge. Keep the lines of both "
            "sides, remove the marks, and put `*.jsonl merge=union` into .gitattributes"
        )
    return f"{where}: restore the file from a copy, such as its last git commit"
