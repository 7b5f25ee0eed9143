"""Hours of the week as people write them: `"22:00-07:00"`, `"mon-fri 09:00-17:30"`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from share_bridge.text.pattern import pattern

__all__ = ["DAYS", "Hours", "is_open", "parse_hours"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = 24 * 60
_TIME = r"(\d{1,2}):(\d{2})"
_HOURS = pattern(rf"(?:([a-z,-]+) )?{_TIME} ?[-–] ?{_TIME}", re.IGNORECASE)


class Hours(Struct, frozen=True):
    """A span of the clock on the wall, on some days of the week.

    Attributes:
        start, end: Minutes since midnight, half-open; where `end` is not after
            `start`, it is on the next day.
        days: Days on which it starts, Monday is 0.

    """

    start: int
    end: int
    days: frozenset[int] = frozenset(range(7))

    def __contains__(self, time: tuple[int, int]) -> bool:
        """Whether a weekday and a minute of it are within."""
        day, minute = time
        if self.start < self.end:
            return day in self.days and self.start <= minute < self.end
        return (day in self.days and minute >= self.start) or (
            (day - 1) % 7 in self.days and minute < self.end
        )

    def __str__(self) -> str:
        times = f"{_clock(self.start)}-{_clock(self.end)}"
        if len(self.days) == len(DAYS):
            return times
        return f"{','.join(DAYS[day] for day in sorted(self.days))} {times}"


def is_open(
    time: tuple[int, int], *, windows: Sequence[Hours], quiet: Iterable[Hours]
) -> bool:
    """Whether a weekday and a minute of it are in a window and in no quiet hours."""
    if windows and not any(time in hours for hours in windows):
        return False
    return not any(time in hours for hours in quiet)


def parse_hours(text: str) -> Hours | None:
    """The hours that a text such as `"mon-fri 22:00-07:00"` means, or None."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        return None
    days = _days(match[1] or "mon-sun")
    start, end = _minute(match[2], match[3]), _minute(match[4], match[5])
    if days is None or start is None or end is None or start in {end, _DAY}:
        return None
    return Hours(start, end, days)


def _days(text: str) -> frozenset[int] | None:
    found: set[int] = set()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last or first) not in DAYS:
            return None
        start, end = DAYS.index(first), DAYS.index(last or first)
        found |= {day % 7 for day in range(start, end + (7 if end < start else 0) + 1)}
    return frozenset(found)


def _minute(hour: str, minute: str) -> int | None:
    time = int(hour) * 60 + int(minute)
    return time if int(minute) < 60 and time <= _DAY else None  # noqa: PLR2004


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
