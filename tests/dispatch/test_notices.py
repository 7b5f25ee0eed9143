"""What a publisher tells that is about no post: before all else, until it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dispatch_support import World, make_post
from share_bridge.errors import (
    OutcomeUnknownError,
    PublishError,
    RateLimitedError,
    RejectedError,
    SkippedError,
    TransientError,
)
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.notice import Notice
from share_bridge.model.receipt import Recipient


def _notice(key: str = "accept 1", host: str = "social.example") -> Notice:
    recipient = Recipient(address=f"https://{host}/inbox", host=host)
    return Notice(
        key=key, title="Accept to alice", document={"n": 1}, recipient=recipient
    )


def _plan(world: World, *notices: Notice) -> None:
    with Ledger.open(world.ledger_path) as ledger:
        record = ledger.targets.named("home", "scripted")
        ledger.targets.documents(record.id).batch([("a", 1)], notices)


def _waiting(world: World) -> list[str]:
    with Ledger.open(world.ledger_path) as ledger:
        record = ledger.targets.named("home", "scripted")
        far = world.clock.now() + timedelta(days=400)
        return [it.notice.key for it in ledger.targets.notices(record.id).due(far)]


def _tells(
    world: World, *steps: PublishError | Callable[[], Any] | None
) -> list[Notice]:
    """Let the publisher notify, and fail as the steps say."""
    told: list[Notice] = []
    script = list(steps)

    class Telling(world.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def notify(self, notice: Notice, context: Any) -> None:
            assert context.recipient == notice.recipient
            world.service.calls.append(f"notify {notice.key}")
            step = script.pop(0) if script else None
            if isinstance(step, BaseException):
                raise step
            if step is not None:
                await step()
            told.append(notice)

    world.publishers.classes["scripted"] = Telling
    return told


@pytest.fixture
def known(world: World) -> World:
    """A target whose account is known, and a post that was sent."""
    world.run()
    world.service.calls.clear()
    return world


def test_a_notice_goes_out_before_any_post(known: World) -> None:
    told = _tells(known)
    _plan(known, _notice())
    known.posts.append(make_post(2))
    known.run()
    calls = known.service.calls
    assert calls.index("notify accept 1") < calls.index("publish Post 2")
    assert told == [_notice()]
    assert _waiting(known) == []


def test_a_notice_goes_out_where_there_is_nothing_else_to_do(known: World) -> None:
    told = _tells(known)
    _plan(known, _notice())
    known.run()
    assert len(told) == 1


def test_it_waits_for_no_limit_of_posts(known: World) -> None:
    """Not for `max_per_run`, nor for an hour to be quiet."""
    told = _tells(known)
    known.configure(max_per_run=1, min_interval=timedelta(days=1))
    _plan(known, *(_notice(f"accept {number}") for number in range(30)))
    known.run()
    assert len(told) == 30


@pytest.mark.parametrize(
    "error",
    [
        TransientError("503"),
        OutcomeUnknownError("no answer"),
        RuntimeError("broken"),
        RateLimitedError("429", retry_after=timedelta(minutes=5)),
    ],
)
def test_one_that_was_not_taken_is_told_again(
    known: World, error: PublishError
) -> None:
    told = _tells(known, error)
    _plan(known, _notice())
    known.run()
    assert told == []
    assert _waiting(known) == ["accept 1"]
    known.clock.jump(minutes=6)
    known.run()
    assert told == [_notice()]


def test_a_service_that_asks_to_wait_is_left_alone(known: World) -> None:
    _tells(known, RateLimitedError("429", retry_after=timedelta(hours=1)))
    _plan(known, _notice())
    known.run()
    known.clock.jump(minutes=50)
    known.run()
    assert known.service.calls == ["notify accept 1"]


def test_one_that_is_refused_is_not_told_again_and_reported(known: World) -> None:
    _tells(known, RejectedError("410 Gone"))
    _plan(known, _notice())
    report = known.run()
    assert _waiting(known) == []
    assert report.warnings == ("home: Accept to alice: given up: 410 Gone",)
    assert known.run().warnings == ()


def test_one_that_is_not_to_be_sent_any_more_is_dropped(known: World) -> None:
    """Without a word: nobody is owed it."""
    _tells(known, SkippedError("social.example is blocked"))
    _plan(known, _notice())
    assert known.run().warnings == ()
    assert _waiting(known) == []


def test_one_that_nobody_takes_for_days_is_given_up(known: World) -> None:
    _tells(known, *[TransientError("503")] * 200)
    _plan(known, _notice())
    warnings: list[str] = []
    for _ in range(60):
        warnings += known.run(max_seconds=0.5).warnings
        known.clock.jump(hours=2)
    assert _waiting(known) == []
    assert warnings == ["home: Accept to alice: given up: 503"]


def test_one_recipient_s_trouble_stops_no_other(known: World) -> None:
    async def never() -> None:
        await asyncio.sleep(0)
        raise TimeoutError

    told = _tells(known, never, None)
    _plan(known, _notice("a"), _notice("b", "other.example"))
    known.run()
    assert [notice.key for notice in told] == ["b"]


def test_the_same_notice_waits_once(known: World) -> None:
    told = _tells(known)
    _plan(known, _notice())
    _plan(known, _notice())
    known.run()
    assert len(told) == 1


def test_notices_are_none_of_a_plugin_s_documents(known: World) -> None:
    _plan(known, _notice())
    with Ledger.open(known.ledger_path) as ledger:
        documents = ledger.targets.documents(
            ledger.targets.named("home", "scripted").id
        )
        assert list(documents.scan()) == [("a", 1)]
        assert documents.count() == 1


def test_a_run_that_may_send_nothing_tells_nothing(known: World) -> None:
    told = _tells(known)
    _plan(known, _notice())
    known.run(paused=True)
    assert told == []
    assert _waiting(known) == ["accept 1"]
