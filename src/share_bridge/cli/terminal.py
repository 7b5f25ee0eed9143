"""Writes lines and tables for people; whatever a post says, the terminal obeys none."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from textwrap import wrap

import click

from share_bridge.text.escape import for_line, for_terminal

__all__ = ["clipped", "complain", "say", "show", "table", "warn", "wrapped"]

_GAP = 2
_LEAST_LAST = 24


def show(text: str) -> None:
    """A result, on stdout."""
    click.echo(for_terminal(text))


def say(text: str) -> None:
    """What is said beside results, on stderr."""
    click.echo(for_terminal(text), err=True)


def warn(text: str) -> None:
    """One warning, on stderr."""
    for line in text.splitlines():
        click.secho(f"warning: {for_line(line)}", fg="yellow", err=True)


def complain(text: str) -> None:
    """One line of an error, on stderr."""
    click.echo(f"share-bridge: {for_terminal(text)}", err=True)


def table(
    rows: Sequence[Sequence[str]],
    *,
    headers: Sequence[str] = (),
    indent: int = 0,
    width: int | None = None,
) -> Iterator[str]:
    """The lines of a table.

    On a terminal the last column is wrapped to fit it; elsewhere every row is one
    line.

    Args:
        rows: Cells; made safe here.
        headers: Of the columns, where they need any.
        indent: Columns left empty before each line.
        width: Instead of the terminal's.

    """
    if width is None and sys.stdout.isatty():
        width = shutil.get_terminal_size().columns
    cells = [[for_line(cell) for cell in row] for row in rows]
    if headers:
        cells.insert(0, list(headers))
    if not cells:
        return
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    before = indent + sum(widths[:-1]) + _GAP * (len(widths) - 1)
    room = None if width is None else max(width - before, _LEAST_LAST)
    for row in cells:
        start = " " * indent + "".join(
            _padded(cell, size + _GAP)
            for cell, size in zip(row[:-1], widths[:-1], strict=True)
        )
        last = [row[-1]] if room is None else wrap(row[-1], room) or [""]
        yield (start + last[0]).rstrip()
        yield from (" " * before + line for line in last[1:])


def clipped(text: str, room: int) -> str:
    """As much of a line as fits so many columns."""
    text = text[:room]
    while _width(text) > room:
        text = text[:-1]
    return text


def wrapped(text: str, room: int) -> list[str]:
    """The lines of a text, each within so many columns; its own line ends stay.

    Addresses are not broken: a line that is one may be longer. Scripts without
    spaces break between characters as readers see them.
    """
    found: list[str] = []
    for line in text.split("\n"):
        found += _wrapped(line, room)
    return found


def _wrapped(line: str, room: int) -> list[str]:
    if _width(line) <= room:
        return [line]
    done, current = [], ""
    for piece in line.split(" "):
        joined = f"{current} {piece}" if current else piece
        if _width(joined) <= room:
            current = joined
            continue
        if current:
            done.append(current)
        *whole, current = _broken(piece, room)
        done += whole
    return [*done, current]


def _broken(word: str, room: int) -> list[str]:
    """A word in pieces that fit, unless it is an address."""
    if _width(word) <= room or "://" in word:
        return [word]
    from share_bridge.text.measure import cluster_ends

    pieces, begin, last = [], 0, 0
    for end in cluster_ends(word):
        if _width(word[begin:end]) > room:
            pieces.append(word[begin:last])
            begin = last
        last = end
    return [*pieces, word[begin:]]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Columns on a terminal: East Asian wide characters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(
        2
        if unicodedata.east_asian_width(character) in "WF"
        else not unicodedata.combining(character)
        for character in text
    )
