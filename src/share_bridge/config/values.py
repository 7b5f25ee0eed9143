"""One value of the configuration at a time: checked, and turned into what it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from msgspec import Struct

from share_bridge.config.hours import Hours, parse_hours

__all__ = [
    "InvalidError",
    "Parser",
    "Place",
    "address",
    "boolean",
    "choice",
    "count",
    "date_time",
    "duration",
    "globs",
    "hours",
    "language",
    "names",
    "networks",
    "not_built",
    "path",
    "paths",
    "some_time",
    "split_address",
    "text",
    "zone",
]


class InvalidError(Exception):
    """What is wrong with a value, and what to write instead."""


class Place(Struct, frozen=True):
    """Where relative paths, and those that start with `~`, lead.

    Attributes:
        folder: Of the configuration file, absolute.
        home: What `~` stands for.

    """

    folder: Path
    home: str = "~"

    def resolve(self, value: str) -> Path:
        """The absolute path that `value` means."""
        if value == "~" or value.startswith("~/"):
            return self.folder / (self.home + value[1:])
        return self.folder / value


Parser = Callable[[Any, Place], Any]

_DURATION = re.compile(r"(\d+(?:\.\d+)?) ?(s|m|h|d|w)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
#: Longer waits are typing errors, and overflow when added to a date.
_LONGEST = timedelta(days=3660)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def text(value: Any, place: Place) -> str:
    """A string with something in it."""
    del place
    if not isinstance(value, str) or not value.strip():
        raise InvalidError(f"write a text in quotes, not {_shown(value)}")
    return value


def boolean(value: Any, place: Place) -> bool:
    """`true` or `false`."""
    del place
    if not isinstance(value, bool):
        raise InvalidError(f"write true or false, not {_shown(value)}")
    return value


def count(*, least: int) -> Parser:
    """A whole number, `least` or more."""

    def parse(value: Any, place: Place) -> int:
        del place
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InvalidError(
                f"write a whole number from {least}, not {_shown(value)}"
            )
        return value

    return parse


def duration(value: Any, place: Place) -> timedelta:
    """Seconds as a number, or `"90s"`, `"5m"`, `"12h"`, `"3d"`, `"1w"`."""
    del place
    seconds = _seconds(value)
    if seconds is None or not 0 <= seconds <= _LONGEST.total_seconds():
        raise InvalidError(
            f'write seconds, or "90s", "5m", "12h", "3d"; not {_shown(value)}'
        )
    return timedelta(seconds=seconds)


def some_time(value: Any, place: Place) -> timedelta:
    """A duration of more than nothing."""
    if not (time := duration(value, place)):
        raise InvalidError("write more than 0 seconds")
    return time


def _seconds(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    return float(match[1]) * _SECONDS[match[2]] if match else None


def date_time(value: Any, place: Place) -> datetime:
    """A moment with its time zone; a day alone is its start in UTC."""
    del place
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidError(
                f"add the time zone: {value.isoformat()}Z, or {value.date()}"
            )
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise InvalidError("write a date such as 2027-01-31 or 2027-01-31T12:00:00Z")


def hours(value: Any, place: Place) -> tuple[Hours, ...]:
    """Spans such as `"22:00-07:00"` or `"mon-fri 09:00-17:00"`, one or a list."""
    items = _several(value)
    if not items:
        raise InvalidError('write hours such as "22:00-07:00"')
    return tuple(_hours(item, place) for item in items)


def _hours(value: Any, place: Place) -> Hours:
    parsed = parse_hours(text(value, place))
    if parsed is None:
        raise InvalidError(
            f'write hours such as "22:00-07:00" or "mon-fri 09:00-17:00", not "{value}"'
        )
    return parsed


def zone(value: Any, place: Place) -> str:
    """A time zone by its IANA name."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few configurations have one

    name = text(value, place)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise InvalidError(
            f'write a time zone such as "Europe/Berlin", not "{name}" (if this machine '
            "knows none: pip install tzdata)"
        ) from None
    return name


def choice(kind: type[StrEnum]) -> Parser:
    """One of the words of an enumeration."""

    def parse(value: Any, place: Place) -> StrEnum:
        del place
        try:
            return kind(value)
        except ValueError:
            words = ", ".join(f'"{member}"' for member in kind)
            raise InvalidError(f"write one of {words}, not {_shown(value)}") from None

    return parse


def language(value: Any, place: Place) -> str:
    """A language tag (BCP 47) such as `en` or `pt-BR`."""
    if not _LANGUAGE.fullmatch(text(value, place)):
        raise InvalidError(
            f'write a language tag such as "en" or "pt-BR", not "{value}"'
        )
    return str(value)


def address(value: Any, place: Place) -> str:
    """An absolute http or https address."""
    if (parts := split_address(text(value, place))) is None or not parts.hostname:
        raise InvalidError(
            f'write a whole address such as "https://example.org", not "{value}"'
        )
    return str(value)


def split_address(value: str) -> SplitResult | None:
    """The parts of an http or https address; None for anything else."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def path(value: Any, place: Place) -> Path:
    """A path, made absolute from the configuration's folder."""
    return place.resolve(text(value, place))


def paths(value: Any, place: Place) -> tuple[Path, ...]:
    """A list of paths."""
    return tuple(path(item, place) for item in _several(value))


def globs(value: Any, place: Place) -> tuple[str, ...]:
    """One file, folder or glob, or a list of them; left relative."""
    items = tuple(text(item, place) for item in _several(value))
    if not items:
        raise InvalidError('name a file, a folder or a glob such as "posts/**/*.md"')
    return tuple(
        str(place.resolve(item)) if item.startswith("~") else item for item in items
    )


def names(value: Any, place: Place) -> frozenset[str]:
    """A list of names."""
    return frozenset(text(item, place) for item in _several(value))


def networks(value: Any, place: Place) -> tuple[IPv4Network | IPv6Network, ...]:
    """A list of networks such as `"127.0.0.0/8"`."""
    return tuple(_network(text(item, place)) for item in _several(value))


def _network(value: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(value)
    except ValueError:
        raise InvalidError(
            f'write networks such as "127.0.0.0/8" or "::1/128", not "{value}"'
        ) from None


def not_built(value: Any, place: Place) -> None:
    """Refuse a key that is designed and not built: ignoring it would be a lie."""
    del value, place
    raise InvalidError("not built yet in this version: take it out")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f'"{value}"' if isinstance(value, str) else str(value)
