"""When the periods of a digest end, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.config.digests import Digest, Every
from share_bridge.dispatch.when.periods import Periods

_MOMENTS = st.integers(0, 15 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
_LONGEST = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 31}


def periods(every: str, day: int, time: str, zone: str = "UTC") -> Periods:
    hour, minute = map(int, time.split(":"))
    rule = Digest(every=Every(every), day=day, minute=hour * 60 + minute)
    return Periods(rule, ZoneInfo(zone))


@pytest.mark.parametrize(
    "rule, zone, now, end",
    [
        ("week 0 08:00", "UTC", "2026-11-22T12:00", "2026-11-23T08:00"),
        ("week 0 08:00", "UTC", "2026-11-23T07:59", "2026-11-23T08:00"),
        ("week 0 08:00", "UTC", "2026-11-23T08:00", "2026-11-30T08:00"),
        ("week 6 00:00", "UTC", "2026-11-22T00:00", "2026-11-29T00:00"),
        ("day 0 18:30", "UTC", "2026-11-22T18:30", "2026-11-23T18:30"),
        ("month 1 08:00", "UTC", "2026-11-22T12:00", "2026-12-01T08:00"),
        ("month 31 08:00", "UTC", "2027-02-01T00:00", "2027-02-28T08:00"),
        ("month 31 08:00", "UTC", "2027-02-28T08:00", "2027-03-31T08:00"),
        ("month 29 08:00", "UTC", "2028-02-01T00:00", "2028-02-29T08:00"),
        # On the wall eight o'clock stays eight o'clock.
        ("day 0 08:00", "Europe/Berlin", "2026-03-28T08:00", "2026-03-29T06:00"),
        ("day 0 08:00", "Europe/Berlin", "2026-03-27T08:00", "2026-03-28T07:00"),
        # Skipped in spring: that much later. Shown twice in autumn: the first.
        ("day 0 02:30", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:30"),
        ("day 0 02:30", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("day 0 02:30", "Europe/Berlin", "2026-10-25T00:30", "2026-10-26T01:30"),
        # The day is that of the wall, not of UTC.
        ("week 0 08:00", "Pacific/Auckland", "2026-11-20T00:00", "2026-11-22T19:00"),
        ("day 0 00:00", "America/Santiago", "2026-09-05T12:00", "2026-09-06T04:00"),
    ],
)
def test_a_period_ends(rule: str, zone: str, now: str, end: str) -> None:
    every, day, time = rule.split()

    found = periods(every, int(day), time, zone).next(
        datetime.fromisoformat(now).replace(tzinfo=UTC)
    )

    assert found == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "zone, day",
    [("UTC", "2026-11-22"), ("Pacific/Auckland", "2026-11-23")],
)
def test_it_is_called_by_its_day_on_the_wall(zone: str, day: str) -> None:
    end = datetime(2026, 11, 22, 19, tzinfo=UTC)

    assert periods("week", 0, "08:00", zone).day(end).isoformat() == day


@given(
    every=st.sampled_from(["day", "week", "month"]),
    day=st.integers(1, 6),
    hour=st.integers(0, 23),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Gaza"]),
    now=_MOMENTS,
)
def test_one_follows_the_other(
    every: str, day: int, hour: int, zone: str, now: datetime
) -> None:
    """Every moment is in one period, and no two end on one day."""
    made = periods(every, day, f"{hour}:30", zone)

    last, end = made.last(now), made.next(now)

    assert last <= now < end
    assert made.last(end) == end
    assert made.next(last) == end
    assert made.day(last) < made.day(end)
    assert end - last <= timedelta(days=_LONGEST[made.rule.every], hours=2)
