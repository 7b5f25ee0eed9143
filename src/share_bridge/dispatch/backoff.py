"""How long to wait: what the service asks for, else a growing time with jitter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from random import Random

__all__ = ["LONGEST", "backoff", "retry_after"]

#: No service is believed that asks for more.
LONGEST = timedelta(hours=24)

_FIRST = timedelta(seconds=5)
_GROWTH = 8
_CAP = timedelta(hours=1)
_DAY = 86_400


def backoff(failures: int, *, random: Random) -> timedelta:
    """Between half and all of 5 s, 40 s, 320 s … at most an hour.

    Args:
        failures: In a row, this one included; at least 1.
        random: Where the jitter comes from.

    """
    growth: int = _GROWTH ** min(failures - 1, 5)
    longest = min(_CAP, _FIRST * growth)
    return longest * random.uniform(0.5, 1.0)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """What `Retry-After` says, in seconds or as a date; at most 24 hours.

    None where it is absent or makes no sense (RFC 9110 §10.2.3, 2026-11-22).
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        wait = timedelta(seconds=min(int(value[:9]), _DAY))
    else:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        aware = date if date.tzinfo else date.replace(tzinfo=UTC)
        wait = aware - now
    return max(timedelta(0), min(wait, LONGEST))
