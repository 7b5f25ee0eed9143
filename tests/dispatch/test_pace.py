"""The rules of time: a moment that is permitted, and none before it, in any zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from share_bridge.config.hours import Hours, parse_hours
from share_bridge.dispatch.when.pace import Pace

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Casablanca",  # winter time in Ramadan
    "UTC",
)
MINUTE = timedelta(minutes=1)


def hours(*texts: str) -> tuple[Hours, ...]:
    found = tuple(parse_hours(text) for text in texts)
    assert all(found)
    return found  # type: ignore[return-value]  # none is None


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@st.composite
def spans(draw: st.DrawFn) -> Hours:
    start = draw(st.integers(0, 24 * 60 - 1))
    end = draw(st.integers(1, 24 * 60).filter(lambda end: end != start))
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Hours(start, end, days)


@st.composite
def near_a_change_of_clocks(draw: st.DrawFn) -> tuple[ZoneInfo, datetime]:
    """A moment within two days of a change of clocks, where the zone has one."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    day = datetime(draw(st.integers(2024, 2029)), 1, 1, tzinfo=UTC)
    changes = [
        day + timedelta(days=number)
        for number in range(365)
        if (day + timedelta(days=number)).astimezone(zone).utcoffset()
        != (day + timedelta(days=number + 1)).astimezone(zone).utcoffset()
    ] or [day]
    near = draw(st.sampled_from(changes))
    return zone, near + timedelta(seconds=draw(st.integers(-172_800, 172_800)))


def first_by_the_minute(pace: Pace, now: datetime) -> datetime | None:
    """The slow way: look at the clock on the wall every minute for three days."""

    def permitted(moment: datetime) -> bool:
        local = moment.astimezone(pace.zone)
        time = (local.weekday(), local.hour * 60 + local.minute)
        in_window = not pace.windows or any(time in span for span in pace.windows)
        return in_window and not any(time in span for span in pace.quiet)

    if permitted(now):
        return now
    moment = now.replace(second=0, microsecond=0)
    for _ in range(3 * 24 * 60):
        moment += MINUTE
        if permitted(moment):
            return moment
    return None


@given(
    near_a_change_of_clocks(),
    st.lists(spans(), max_size=2),
    st.lists(spans(), max_size=2),
)
def test_the_first_permitted_moment_and_none_before(
    where: tuple[ZoneInfo, datetime], windows: list[Hours], quiet: list[Hours]
) -> None:
    """What looking at the clock every minute finds, also when clocks change."""
    zone, now = where
    pace = Pace(windows=tuple(windows), quiet=tuple(quiet), zone=zone)

    slot = pace.next(now)
    slow = first_by_the_minute(pace, now)

    assert slot.at == slow or (slow is None and slot.at > now + timedelta(days=2))
    assert bool(slot.reason) == (slot.at > now)


@given(
    near_a_change_of_clocks(),
    st.lists(spans(), max_size=2),
    st.integers(1, 200_000),
    st.integers(0, 400_000),
)
def test_posts_keep_their_interval(
    where: tuple[ZoneInfo, datetime], quiet: list[Hours], seconds: int, ago: int
) -> None:
    """However the clock on the wall jumps: intervals are of real time."""
    zone, now = where
    interval = timedelta(seconds=seconds)
    pace = Pace(interval=interval, quiet=tuple(quiet), zone=zone)
    assume(pace.next(now).at < now + timedelta(days=14))  # some time is left to send

    last = now - timedelta(seconds=ago)
    times = [slot.at for slot in islice(pace.queue(now, last), 4)]

    assert times[0] >= now
    assert all(b - a >= interval for a, b in pairwise([last, *times]))
    assert [pace.next(time).at for time in times] == times


@pytest.mark.parametrize(
    "quiet, now, then",
    [
        ("22:00-07:00", "2026-11-24T23:15+01:00", "2026-11-25T07:00+01:00"),
        ("22:00-07:00", "2026-11-24T07:00+01:00", "2026-11-24T07:00+01:00"),
        # 02:00 to 03:00 is skipped: quiet until 02:30 ends when the clock says 03:00
        ("22:00-02:30", "2027-03-28T01:10+01:00", "2027-03-28T03:00+02:00"),
        # 02:00 to 03:00 comes twice: what begins at 02:30 pauses and begins again
        ("02:30-07:00", "2026-10-25T02:45+02:00", "2026-10-25T02:00+01:00"),
        ("02:30-07:00", "2026-10-25T02:30+01:00", "2026-10-25T07:00+01:00"),
        # the night of the change is an hour longer, or shorter
        ("22:00-07:00", "2026-10-24T22:00+02:00", "2026-10-25T07:00+01:00"),
        ("22:00-07:00", "2027-03-27T22:00+01:00", "2027-03-28T07:00+02:00"),
        ("sat,sun 00:00-24:00", "2026-11-21T12:00+01:00", "2026-11-23T00:00+01:00"),
        ("fri 20:00-08:00", "2026-11-21T07:59+01:00", "2026-11-21T08:00+01:00"),
        ("fri 20:00-08:00", "2026-11-22T07:59+01:00", "2026-11-22T07:59+01:00"),
    ],
)
def test_quiet_hours_in_berlin(quiet: str, now: str, then: str) -> None:
    """Cases that people ask about."""
    pace = Pace(quiet=hours(quiet), zone=ZoneInfo("Europe/Berlin"))

    assert pace.next(at(now)).at == at(then)


def test_a_window_that_a_changing_clock_skips_comes_a_week_later() -> None:
    """There is no 02:15 on that Sunday."""
    pace = Pace(windows=hours("sun 02:10-02:50"), zone=ZoneInfo("Europe/Berlin"))

    slot = pace.next(at("2027-03-27T12:00+01:00"))

    assert slot.at == at("2027-04-04T02:10+02:00")
    assert slot.reason == "outside its windows"


def test_interval_and_hours_together() -> None:
    """The interval ends at night: the post goes out in the morning."""
    berlin = ZoneInfo("Europe/Berlin")
    pace = Pace(interval=timedelta(hours=3), quiet=hours("22:00-07:00"), zone=berlin)

    slot = pace.next(at("2026-11-24T20:30+01:00"), last=at("2026-11-24T20:00+01:00"))

    assert slot.at == at("2026-11-25T07:00+01:00")
    assert slot.reason == "quiet hours"


def test_a_clock_that_was_years_ahead_does_not_stop_everything() -> None:
    """A last delivery further in the future than the interval does not count."""
    pace = Pace(interval=timedelta(hours=2))
    now = datetime(2026, 11, 24, tzinfo=UTC)

    assert pace.next(now, last=now + timedelta(days=900)).at == now
    assert pace.next(now, last=now + timedelta(minutes=3)).at == now + timedelta(
        hours=2, minutes=3
    )


@pytest.mark.parametrize(
    "text", ["25:00-07:00", "7-8", "08:00", "08:00-08:00", "xyz 08:00-09:00", ""]
)
def test_what_is_no_span(text: str) -> None:
    assert parse_hours(text) is None


@pytest.mark.parametrize(
    "text, shown",
    [
        ("22:00–7:00", "22:00-07:00"),
        ("mon-FRI 09:00 - 17:00", "mon,tue,wed,thu,fri 09:00-17:00"),
        ("sat-mon,wed 00:00-24:00", "mon,wed,sat,sun 00:00-24:00"),
    ],
)
def test_how_hours_may_be_written(text: str, shown: str) -> None:
    """As people do, and shown one way."""
    assert str(*hours(text)) == shown
