"""A server that took nothing on seven days is left alone, until it shows that it lives.

Its followers stay: a house that burnt down may be built again.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crowd_support import Crowd, at
from dispatch_support import make_post
from ledger_acts import KEY
from share_bridge.cli.standing import lines, standing
from share_bridge.dispatch.report.report import Report
from share_bridge.errors import OutcomeUnknownError, RateLimitedError, TransientError
from share_bridge.ledger.hosts import HostRecord
from share_bridge.serve.metrics import Metrics

A, B = "a.example", "b.example"


@pytest.fixture
def crowd(tmp_path: Path) -> Crowd:
    """Two servers with two people each."""
    crowd = Crowd(tmp_path)
    crowd.people = at(A, B, each=2)
    crowd.posts = []
    return crowd


def write(crowd: Crowd) -> Report:
    """One more post, and the run that carries it."""
    crowd.posts = [*crowd.posts, make_post(len(crowd.posts) + 1)]
    return crowd.run()


def bury(crowd: Crowd, *, days: int = 7) -> None:
    """So many days with a post each, none of which A takes."""
    crowd.behaviour = {A: TransientError("cannot be reached")}
    for _ in range(days):
        write(crowd)
        crowd.clock.jump(days=1)


def tried(crowd: Crowd) -> int:
    """How often A was asked since this was last called."""
    count = sum(address.endswith(A) for _, address in crowd.log)
    crowd.log.clear()
    return count


def known(crowd: Crowd) -> HostRecord | None:
    """What is remembered of A."""
    with crowd.open() as ledger:
        target = ledger.targets.named("home", "scripted").id
        return {it.name: it for it in ledger.hosts.of(target)}.get(A)


def hear(crowd: Crowd) -> None:
    """Something came in from A."""
    with crowd.open() as ledger:
        target = ledger.targets.named("home", "scripted").id
        ledger.hosts.heard_from(target, A)


@pytest.mark.parametrize("place", ["ledger.db", "ledger.jsonl"])
def test_seven_days_of_failures_are_the_end(crowd: Crowd, place: str) -> None:
    """What is planned is skipped, unasked, and says why; what waited, too."""
    crowd.place, crowd.key = crowd.folder / place, KEY
    crowd.configure(give_up_after=timedelta(days=30))
    bury(crowd)
    tried(crowd)

    report = write(crowd)

    assert tried(crowd) == 0
    row = report.deliveries[-1]
    assert row.recipients == {"delivered": 2, "skipped": 2}
    assert report.exit_code == 0
    with crowd.open() as ledger:
        lost = [it for it in ledger.deliveries.of() if it.host == A]
    assert [it.state for it in lost] == ["skipped"] * 16
    (reason,) = {it.reason for it in lost}
    assert reason.startswith("a.example has not taken anything since 2026-")
    assert reason.endswith(": cannot be reached")


def test_six_days_are_not(crowd: Crowd) -> None:
    bury(crowd, days=6)
    tried(crowd)
    write(crowd)
    assert tried(crowd) > 0


def test_many_failures_on_one_day_are_one(crowd: Crowd) -> None:
    crowd.behaviour = {A: TransientError("cannot be reached")}
    for _ in range(9):
        write(crowd)
        crowd.clock.jump(hours=1)
    found = known(crowd)
    assert found is not None
    assert found.days in {1, 2}
    assert not found.is_dead


@pytest.mark.parametrize(
    "error",
    [
        TransientError("cannot be reached"),
        RateLimitedError("no such name"),
        OutcomeUnknownError("500"),
    ],
    ids=["unreachable", "asks for rest", "500"],
)
def test_a_day_on_which_it_takes_something_starts_anew(
    tmp_path: Path, error: Exception
) -> None:
    crowd = Crowd(tmp_path)
    crowd.people = at(A, B)
    crowd.posts = []
    for day in range(12):
        crowd.behaviour = {A: None if day == 6 else error}
        write(crowd)
        crowd.clock.jump(days=1)
    found = known(crowd)
    assert found is not None
    assert not found.is_dead


def test_it_is_tried_once_a_week(crowd: Crowd) -> None:
    """With one delivery; what else waits for it goes with that."""
    bury(crowd)
    tried(crowd)
    counts = []
    for _ in range(15):
        write(crowd)
        counts.append(tried(crowd))
        crowd.clock.jump(days=1)

    assert counts == [0] * 6 + [1] + [0] * 6 + [1, 0]
    assert set(crowd.counts()) == {"delivered", "rejected", "skipped"}


def test_one_that_takes_the_weekly_try_has_all_that_comes(crowd: Crowd) -> None:
    bury(crowd)
    crowd.clock.jump(days=7)
    crowd.behaviour = {}
    crowd.got.clear()

    report = write(crowd)

    assert report.deliveries[-1].recipients == {"delivered": 4}
    assert known(crowd) is None


def test_one_that_is_heard_from_lives(crowd: Crowd) -> None:
    """At once, though its week is not over, and with no other day counted."""
    bury(crowd)
    hear(crowd)
    tried(crowd)

    write(crowd)

    assert tried(crowd) > 0
    found = known(crowd)
    assert found is not None
    assert found.days == 1


def test_what_it_asked_for_stays_when_it_is_heard_from(crowd: Crowd) -> None:
    """It may speak, and want to be left alone all the same."""
    crowd.behaviour = {A: RateLimitedError("429")}
    write(crowd)
    before = known(crowd)
    hear(crowd)
    after = known(crowd)
    assert before is not None
    assert after is not None
    assert after.paused_until == before.paused_until


def test_an_edit_that_only_the_dead_have_is_asked_for_once(crowd: Crowd) -> None:
    """It is skipped, and no run plans it again."""
    crowd.people = at(A)
    write(crowd)
    first = crowd.posts[0]
    bury(crowd)
    crowd.posts = [make_post(1, body="Other words."), *crowd.posts[1:]]
    assert first != crowd.posts[0]

    crowd.run()
    counts = crowd.counts()
    crowd.run()

    assert crowd.counts() == counts
    assert not crowd.changed


def test_its_owner_may_have_it_tried_now(crowd: Crowd) -> None:
    """`ledger retry`"""
    bury(crowd)
    crowd.behaviour = {}
    with crowd.open() as ledger:
        ledger.hosts.free(ledger.targets.named("home", "scripted").id)

    report = write(crowd)

    assert report.deliveries[-1].recipients == {"delivered": 4}


def test_status_and_metrics_tell_of_it(crowd: Crowd) -> None:
    bury(crowd, days=1)
    assert _status(crowd) == "home: scripted blog, 1 server is failing"
    bury(crowd, days=6)
    assert _status(crowd) == "home: scripted blog, 1 server is dead"

    metrics = Metrics()
    report = crowd.run()
    metrics.ran(report.to_json(), exit_code=0, at=crowd.clock.now())
    assert 'share_bridge_hosts{target="home",state="dead"} 1' in metrics.exposition()
    assert report.targets[0].to_json()["hosts"] == {"failing": 0, "dead": 1}


def _status(crowd: Crowd) -> str:
    with crowd.open(dry=True) as ledger:
        found = standing(
            ledger,
            crowd.config,
            crowd.publishers,
            count=20,
            now=crowd.clock.now(),
            paused=False,
        )
    return next(
        it.strip() for it in lines(found, width=100) if it.strip().startswith("home:")
    )
