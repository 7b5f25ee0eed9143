"""`digest = { every = "week", at = "Mon 08:00" }`: several posts in one message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from share_bridge.config import values
from share_bridge.config.hours import DAYS
from share_bridge.config.tables import TableReader
from share_bridge.config.values import InvalidError, Parser, Place
from share_bridge.text.pattern import pattern
from share_bridge.text.suggest import suggestion

__all__ = ["DIGEST_TITLES", "Digest", "Every", "parse_digest"]

_AT = pattern(r"(?:([a-z]+|\d{1,2}) )?(\d{1,2}):(\d{2})", re.IGNORECASE)
_HOURS, _MINUTES, _LONGEST_MONTH = 24, 60, 31
_NAMED = pattern(r"\{([^{}]*)\}")
#: What a title may show, between braces.
DIGEST_TITLES = frozenset({"site", "date", "count"})


class Every(StrEnum):
    """How long a digest collects."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_EXAMPLES = {
    Every.DAY: "08:00",
    Every.WEEK: "Mon 08:00",
    Every.MONTH: "1 08:00",
}


class Digest(Struct, frozen=True, kw_only=True):
    """When a target's digest goes out, by the clock on the wall.

    Attributes:
        every: How long it collects.
        day: Of the week, Monday is 0; or of the month, from 1; 0 for every day. A
            month that is shorter has it on its last day.
        minute: Since midnight.
        zone: An IANA name; empty: the target's.
        title: With `{site}`, `{date}` and `{count}`; None: in the language of its
            posts.

    """

    every: Every
    day: int = 0
    minute: int = 0
    zone: str = ""
    title: str | None = None

    def __str__(self) -> str:
        time = f"{self.minute // _MINUTES:02}:{self.minute % _MINUTES:02}"
        if self.every is Every.WEEK:
            return f"every week, {DAYS[self.day]} {time}"
        if self.every is Every.MONTH:
            return f"every month, on day {self.day}, {time}"
        return f"every day, {time}"


def parse_digest(value: Any, place: Place) -> Digest:
    """When the digest of a target goes out."""
    if not isinstance(value, dict):
        raise InvalidError('write a table: { every = "week", at = "Mon 08:00" }')
    reader = TableReader(place)
    found = reader.read(value, _KEYS, "")
    if reader.problems:
        raise InvalidError("; ".join(reader.problems))
    if "every" not in found:
        raise InvalidError('needs every = "day", "week" or "month"')
    every = found["every"]
    if "at" not in found:
        raise InvalidError(f'needs at = "{_EXAMPLES[every]}"')
    day, minute = _moment(every, found.pop("at"))
    return Digest(day=day, minute=minute, **found)


def _moment(every: Every, text: str) -> tuple[int, int]:
    """Day and minute of a text such as `Mon 08:00`."""
    match = _AT.fullmatch(text.strip())
    day = None if match is None else _day(every, match[1] or "")
    if match is None or day is None or not _is_time(match[2], match[3]):
        wanted = _EXAMPLES[every]
        raise InvalidError(f'at: for a {every} write "{wanted}" or so, not "{text}"')
    return day, int(match[2]) * _MINUTES + int(match[3])


def _day(every: Every, word: str) -> int | None:
    if every is Every.DAY:
        return None if word else 0
    if every is Every.WEEK:
        name = word.lower()
        return DAYS.index(name) if name in DAYS else None
    number = int(word) if word.isdecimal() else 0
    return number if 1 <= number <= _LONGEST_MONTH else None


def _is_time(hour: str, minute: str) -> bool:
    return int(hour) < _HOURS and int(minute) < _MINUTES


def _title(value: Any, place: Place) -> str:
    """A title with the names that it may show."""
    text = values.text(value, place)
    for name in _NAMED.findall(text):
        if name not in DIGEST_TITLES:
            shown = suggestion(name, DIGEST_TITLES)
            raise InvalidError(f"nothing is called {{{name}}} here{shown}")
    return text


_KEYS: Mapping[str, Parser] = {
    "every": values.choice(Every),
    "at": values.text,
    "zone": values.zone,
    "title": _title,
}
