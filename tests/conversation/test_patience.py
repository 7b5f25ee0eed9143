"""A service is asked now and then, and left alone where it fails or wants rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from share_bridge.conversation.gather import Gathered
from share_bridge.conversation.patience import Patience
from share_bridge.errors import PublishError, RateLimitedError, TransientError

_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_GOOD = Gathered(posts=3)
_BAD = Gathered.stopped(TransientError("it is down"))


def _wait(patience: Patience, *came: Gathered) -> timedelta:
    """How long after the last of these it may be asked again."""
    for one in came:
        patience.asked("home", one, now=_NOW)
    minutes = (timedelta(minutes=it) for it in range(60 * 24 * 3))
    return next(it for it in minutes if patience.is_due("home", now=_NOW + it))


@pytest.mark.parametrize(
    "came, hours",
    [
        ([], 0),
        ([_GOOD], 1),
        ([_GOOD, _GOOD], 1),
        ([_BAD], 2),
        ([_BAD, _BAD], 4),
        ([_BAD] * 9, 24),
        ([_BAD] * 9 + [_GOOD], 1),
    ],
)
def test_failures_make_it_seldom(came: list[Gathered], hours: int) -> None:
    assert _wait(Patience(_HOUR), *came) == hours * _HOUR


@pytest.mark.parametrize("every", [timedelta(minutes=5), _HOUR, timedelta(days=2)])
def test_it_is_never_asked_more_often_than_that(every: timedelta) -> None:
    assert _wait(Patience(every), _GOOD) == every
    assert _wait(Patience(every), _BAD) >= every


@pytest.mark.parametrize(
    "error, hours",
    [
        (RateLimitedError("slowly", retry_after=5 * _HOUR), 5),
        (RateLimitedError("slowly", retry_after=timedelta(seconds=1)), 2),
        (RateLimitedError("slowly"), 2),
    ],
)
def test_a_service_that_wants_rest_gets_it(error: PublishError, hours: int) -> None:
    assert _wait(Patience(_HOUR), Gathered.stopped(error)) == hours * _HOUR


def test_one_that_rests_holds_up_no_other() -> None:
    patience = Patience(_HOUR)
    patience.asked("home", _BAD, now=_NOW)
    assert patience.is_due("work", now=_NOW)
