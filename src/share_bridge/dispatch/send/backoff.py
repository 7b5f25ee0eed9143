"""How long to wait where the service does not say: a growing time with jitter."""

from __future__ import annotations

from datetime import timedelta
from random import Random

__all__ = ["backoff"]

_FIRST = timedelta(seconds=5)
_GROWTH = 8
_CAP = timedelta(hours=1)


def backoff(failures: int, *, random: Random) -> timedelta:
    """Between half and all of 5 s, 40 s, 320 s … at most an hour.

    Args:
        failures: In a row, this one included; at least 1.
        random: Where the jitter comes from.

    """
    growth: int = _GROWTH ** min(failures - 1, 5)
    longest = min(_CAP, _FIRST * growth)
    return longest * random.uniform(0.5, 1.0)
