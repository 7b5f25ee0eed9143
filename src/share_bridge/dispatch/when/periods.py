"""When the periods of a digest end: the same days and hours on the wall, for ever."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from msgspec import Struct

from share_bridge.config.digests import Digest, Every
from share_bridge.config.model import TargetConfig

__all__ = ["Periods"]

_DAY = timedelta(days=1)


class Periods(Struct, frozen=True):
    """One period after the other.

    A time that the clock skips in spring comes that much later, on the same day; of
    one that it shows twice in autumn the first counts.
    """

    rule: Digest
    zone: tzinfo = UTC

    @classmethod
    def of(cls, target: TargetConfig) -> Periods | None:
        """Those of a configured target; None: it has no digest."""
        if target.digest is None:
            return None
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - few targets have one

        name = target.digest.zone or target.zone
        return cls(target.digest, ZoneInfo(name) if name else UTC)

    def last(self, now: datetime) -> datetime:
        """The last end of a period that is not after `now`, in UTC."""
        return max(end for end in self._ends(now) if end <= now)

    def next(self, moment: datetime) -> datetime:
        """The end of the period that a moment is in, in UTC."""
        return min(end for end in self._ends(moment) if end > moment)

    def day(self, end: datetime) -> date:
        """On which day on the wall a period ends: what it is called by."""
        return end.astimezone(self.zone).date()

    def _ends(self, moment: datetime) -> Iterator[datetime]:
        """Some before and some after a moment."""
        shown = time(self.rule.minute // 60, self.rule.minute % 60)
        for day in self._days(moment.astimezone(self.zone).date()):
            yield datetime.combine(day, shown, self.zone).astimezone(UTC)

    def _days(self, today: date) -> Iterator[date]:
        if self.rule.every is Every.MONTH:
            first = today.replace(day=1)
            before = (first - _DAY).replace(day=1)
            after = (first + 31 * _DAY).replace(day=1)
            for month in (before, first, after):
                longest = monthrange(month.year, month.month)[1]
                yield month.replace(day=min(self.rule.day, longest))
            return
        reach = 8 if self.rule.every is Every.WEEK else 2
        for days in range(-reach, reach + 1):
            day = today + days * _DAY
            if self.rule.every is Every.DAY or day.weekday() == self.rule.day:
                yield day
