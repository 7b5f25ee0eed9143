"""When the owner lets a post go out: the next permitted moment, by pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo

from msgspec import Struct

from share_bridge.config.hours import Hours, is_open
from share_bridge.config.model import TargetConfig

__all__ = ["Pace", "Slot", "zone_of"]

#: Hours repeat every week; one of them may fall into a changing clock.
_HORIZON = timedelta(days=15)
_HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


class Slot(Struct, frozen=True):
    """The next permitted moment.

    Attributes:
        at: When (aware, UTC); the time that was asked about, where it is permitted.
        reason: Why not before, in one line; empty where nothing forbids it.

    """

    at: datetime
    reason: str = ""


class Pace(Struct, frozen=True):
    """The owner's rules of time for one target.

    Hours are those of the clock on the wall in `zone`: a time that the clock skips in
    spring does not come that day, one that it shows twice in autumn counts twice.

    Attributes:
        interval: At least so long after the last post before the next one.
        windows: Send within these only; empty: at any time.
        quiet: Never send within these.

    """

    interval: timedelta = timedelta(0)
    windows: tuple[Hours, ...] = ()
    quiet: tuple[Hours, ...] = ()
    zone: tzinfo = UTC

    @classmethod
    def of(cls, target: TargetConfig) -> Pace:
        """The rules of a configured target."""
        return cls(
            interval=target.min_interval,
            windows=target.windows,
            quiet=target.quiet_hours,
            zone=zone_of(target),
        )

    def __bool__(self) -> bool:
        """Whether there is any rule."""
        return bool(self.interval or self.windows or self.quiet)

    def next(self, now: datetime, last: datetime | None = None) -> Slot:
        """The first permitted moment from `now` on.

        Args:
            now: Aware.
            last: When another post went out there; a time further in the future than
                the interval is a clock that was wrong, and does not count.

        """
        earliest, reason = now, ""
        if last is not None and now < last + self.interval <= now + 2 * self.interval:
            earliest = last + self.interval
            reason = f"one post in {_span(self.interval)} (min_interval)"
        opens = self._next_open(earliest)
        if opens > earliest:
            reason = self._closed(earliest)
        return Slot(opens, reason)

    def queue(self, now: datetime, last: datetime | None = None) -> Iterator[Slot]:
        """When each of the posts that are next goes out at the earliest; endless."""
        while True:
            slot = self.next(now, last)
            yield slot
            now, last = slot.at, slot.at

    def _is_open(self, moment: datetime) -> bool:
        shown = self._shown(moment)
        return is_open(shown, windows=self.windows, quiet=self.quiet)

    def _closed(self, moment: datetime) -> str:
        shown = self._shown(moment)
        quiet = any(shown in hours for hours in self.quiet)
        return "quiet hours" if quiet else "outside its windows"

    def _shown(self, moment: datetime) -> tuple[int, int]:
        """Weekday and minute on the wall."""
        local = moment.astimezone(self.zone)
        return local.weekday(), local.hour * 60 + local.minute

    def _next_open(self, moment: datetime) -> datetime:
        if self._is_open(moment):
            return moment
        changes = sorted(
            change
            for change in {*self._boundaries(moment), *self._clock_changes(moment)}
            if change > moment
        )
        return next(filter(self._is_open, changes), moment + _HORIZON)

    def _boundaries(self, moment: datetime) -> Iterator[datetime]:
        """When the clock on the wall shows the start or the end of some hours."""
        spans = (*self.windows, *self.quiet)
        edges = {edge for span in spans for edge in (span.start, span.end)}
        today = moment.astimezone(self.zone).date()
        for days in range(_HORIZON.days):
            day = today + timedelta(days=days)
            for minute in edges:
                shown = time(minute // 60 % 24, minute % 60)
                for fold in (0, 1):
                    local = datetime.combine(day, shown, self.zone).replace(fold=fold)
                    yield local.astimezone(UTC)

    def _clock_changes(self, moment: datetime) -> Iterator[datetime]:
        """When the clock on the wall jumps: summer time and the like."""
        before = moment.astimezone(UTC).replace(microsecond=0)
        for _ in range(_HORIZON // _HOUR):
            after = before + _HOUR
            if self._offset(before) != self._offset(after):
                yield self._jump(before, after)
            before = after

    def _jump(self, before: datetime, after: datetime) -> datetime:
        old = self._offset(before)
        while after - before > _SECOND:
            middle = before + (after - before) // 2 // _SECOND * _SECOND
            if self._offset(middle) == old:
                before = middle
            else:
                after = middle
        return after

    def _offset(self, moment: datetime) -> timedelta | None:
        return moment.astimezone(self.zone).utcoffset()


def zone_of(target: TargetConfig) -> tzinfo:
    """The target's time zone; UTC where none is configured."""
    if not target.zone:
        return UTC
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - few targets have one

    return ZoneInfo(target.zone)


def _span(span: timedelta) -> str:
    """As people write it: `90s`, `5m`, `2h`, `3d`."""
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
