"""When a target is asked again what was said: seldom, and more so where it fails."""

from __future__ import annotations

from datetime import datetime, timedelta

from share_bridge.conversation.gather import Gathered

__all__ = ["Patience"]

_LONGEST = timedelta(days=1)


class Patience:
    """Remembers, as long as a process lives, when each target may be asked.

    Args:
        every: From one time to the next where all goes well. After a failure it is
            twice that, then four times, up to a day.

    """

    def __init__(self, every: timedelta) -> None:
        self._every = every
        self._failures: dict[str, int] = {}
        self._not_before: dict[str, datetime] = {}

    def is_due(self, target: str, *, now: datetime) -> bool:
        """Whether it is time; one that was never asked may be."""
        return target not in self._not_before or self._not_before[target] <= now

    def asked(self, target: str, came: Gathered, *, now: datetime) -> None:
        """What it came to; a service that wants rest gets it."""
        failures = self._failures.get(target, 0) + 1 if came.problem else 0
        self._failures[target] = failures
        wait = self._every
        for _ in range(failures):
            wait = max(self._every, min(wait * 2, _LONGEST))
        self._not_before[target] = now + max(wait, came.rest)
