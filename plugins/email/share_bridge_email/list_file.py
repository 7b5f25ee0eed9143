"""Reads a list of readers from a file, and says which of its lines are none.

One address or `Name <address>` a line, `#` begins a comment; or CSV with a header that
names a column of addresses, as newsletter services export it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from pathlib import Path

from share_bridge_email.addresses import parse

__all__ = ["Listed", "read_list"]

#: Names of columns, in lower case, without spaces, `_` and `-`.
_ADDRESS = frozenset({"email", "emailaddress", "mail", "address", "subscriberemail"})
_NAME = frozenset({"name", "fullname", "firstname", "displayname"})
_STATUS = frozenset({"status", "state", "subscriptionstatus"})
#: What services write beside those who are not to be written to.
_LEFT = frozenset(
    {"unsubscribed", "cleaned", "bounced", "complained", "blocklisted", "blocked"}
    | {"suppressed", "inactive", "disabled", "removed", "unconfirmed", "pending"}
)


@dataclass(slots=True)
class Listed:
    """What stands in a list.

    Attributes:
        readers: By address in lower case: that is how one person is known.
        wrong: What is no address, by its line; the text is not repeated.
        left: Rows of people whom the file itself says to have left.

    """

    readers: dict[str, Address] = field(default_factory=dict)
    wrong: list[tuple[int, str]] = field(default_factory=list)
    left: int = 0

    def add(self, text: str, line: int, *, name: str = "") -> None:
        """Take one address, or note that it is none."""
        try:
            reader = parse(text)
        except ValueError as error:
            self.wrong.append((line, str(error)))
            return
        if name and not reader.display_name and name.isprintable():
            reader = Address(name, reader.username, reader.domain)
        self.readers.setdefault(reader.addr_spec.lower(), reader)


def read_list(path: Path) -> Listed:
    """Everyone in the file, once.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not UTF-8, or a CSV without a column of addresses.

    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text: save it once more as UTF-8") from error
    lines = text.splitlines()
    listed = Listed()
    start = next((n for n, line in enumerate(lines) if _says_something(line)), 0)
    if lines and _is_header(lines[start]):
        _read_table(lines, start, listed)
        return listed
    for number, line in enumerate(lines, start=1):
        if _says_something(line):
            listed.add(line.partition(" #")[0].strip(), number)
    return listed


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_header(line: str) -> bool:
    """A line without an address that names columns."""
    cells = {_plain(cell) for cell in _row(line)}
    if "@" in line:
        return False
    if len(cells) > 1 and not cells & _ADDRESS:
        raise ValueError("has a header, but no column is called email")
    return bool(cells & _ADDRESS)


def _read_table(lines: list[str], start: int, listed: Listed) -> None:
    for number, row in _rows(lines, start):
        if not any(cell.strip() for cell in row.values()):
            continue
        if _cell(row, _STATUS).lower() in _LEFT:
            listed.left += 1
            continue
        listed.add(_cell(row, _ADDRESS), number, name=_cell(row, _NAME))


def _rows(lines: list[str], start: int) -> Iterator[tuple[int, Mapping[str, str]]]:
    table = csv.reader(lines[start:], delimiter=_delimiter(lines[start]))
    names = [_plain(name) for name in next(table)]
    for cells in table:
        yield start + table.line_num, dict(zip(names, cells, strict=False))


def _row(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=_delimiter(line)), [])


def _delimiter(header: str) -> str:
    return max(",;\t", key=header.count)


def _cell(row: Mapping[str, str], names: frozenset[str]) -> str:
    return next((row[name].strip() for name in row if name in names), "")


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "").replace("_", "").replace("-", "")
