"""Dates are right, or absent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.sources.dates import is_ahead, read_date, sane
from sources_support import NOW


def _utc(text: str) -> str:
    date = read_date(text)
    return f"{date.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if date else ""


@pytest.mark.parametrize(
    "written, expected",
    [
        ("2026-06-01T10:00:00Z", "2026-06-01 10:00:00"),
        ("2026-06-01T10:00:00.123+02:00", "2026-06-01 08:00:00"),
        ("2026-06-01 10:00 +0200", "2026-06-01 08:00:00"),
        ("2026-06-01", "2026-06-01 00:00:00"),
        ("2026-6-1", "2026-06-01 00:00:00"),
        ("2026/06/01 10:00:00", "2026-06-01 10:00:00"),
        ("20260601", "2026-06-01 00:00:00"),
        ("2026-06", "2026-06-01 00:00:00"),
        ("2026-12-31T24:00:00Z", "2027-01-01 00:00:00"),
        ("2026-06-01T10:00:60Z", "2026-06-01 10:00:59"),
        ("Mon, 01 Jun 2026 10:00:00 GMT", "2026-06-01 10:00:00"),
        ("Mon, 1 Jun 26 10:00 EST", "2026-06-01 15:00:00"),
        ("Mon, 01 Jun 2026 10:00:00 CEST", "2026-06-01 08:00:00"),
        ("Mon, 01 Jun 2026 10:00:00 BST", "2026-06-01 09:00:00"),
        ("Mon, 01 Jun 2026 10:00:00 +0200 (CEST)", "2026-06-01 08:00:00"),
        ("Mon, 01 Jun 2026 10:00:00 GMT+0200", "2026-06-01 08:00:00"),
        ("01 June 2026", "2026-06-01 00:00:00"),
        ("Jul 01 2022", "2022-07-01 00:00:00"),
        ("July 1st, 2022", "2022-07-01 00:00:00"),
        ("1780308000", "2026-06-01 10:00:00"),
        ("1780308000123", "2026-06-01 10:00:00"),
    ],
)
def test_what_people_write_is_read(written: str, expected: str) -> None:
    assert _utc(written) == expected


def test_a_region_is_a_zone() -> None:
    pytest.importorskip("zoneinfo").ZoneInfo("America/New_York")

    assert _utc("2026-06-01 10:00:00 America/New_York") == "2026-06-01 14:00:00"


@pytest.mark.parametrize(
    "written",
    [
        "2026-06-31",
        "2026-W23-1",
        "0000-00-00",
        "2026-13-01T00:00:00Z",
        "Mon, 01 Foo 2026 10:00:00 GMT",
        "2026-06-01 10:00 Nowhere/Town",
        "2026-06-01 10:00 +99:00",
        "yesterday",
        "",
    ],
)
def test_what_is_no_day_is_no_date(written: str) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize(
    "written", ["1780-01-01", "1989-12-31", "2099-01-01", "9999-12-31", "0001-01-01"]
)
def test_what_no_blog_can_have_is_no_date(written: str) -> None:
    assert sane(read_date(written), now=NOW) is None


@given(st.text(max_size=60))
def test_nothing_raises(text: str) -> None:
    date = sane(read_date(text), now=NOW)

    assert date is None or date.tzinfo is UTC


@given(
    st.datetimes(
        min_value=datetime(1990, 1, 2),  # noqa: DTZ001 - hypothesis wants it bare
        max_value=datetime(2027, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_a_date_comes_back_as_it_was_written(date: datetime) -> None:
    assert read_date(date.isoformat(timespec="seconds")) == date.replace(microsecond=0)


def test_a_clock_that_runs_fast_is_no_plan() -> None:
    assert not is_ahead(NOW + timedelta(minutes=3), now=NOW)
    assert is_ahead(NOW + timedelta(hours=1), now=NOW)
    assert not is_ahead(None, now=NOW)
