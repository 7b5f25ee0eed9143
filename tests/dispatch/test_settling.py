"""A lost attempt is settled by looking, never by hoping."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from dispatch_support import AfterError, World, make_post
from share_bridge.config.model import DeleteRule
from share_bridge.errors import (
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from share_bridge.model.capabilities import Support
from share_bridge.model.question import Kind

LOST = OutcomeUnknownError("no answer came")


def test_accepted_and_unanswered_stands_once(world: World) -> None:
    """It is found by its link and words, and counts as delivered."""
    world.service.script = [AfterError(LOST)]

    first = world.run()
    world.clock.jump(minutes=5)
    second = world.run()

    assert first.exit_code == 4
    assert first.deliveries[0].state == "waiting"
    assert second.exit_code == 0
    assert second.deliveries[0].url == "https://service.example/1"
    assert world.service.titles() == ["Post 1"]


def test_lost_before_acceptance_is_sent_again(world: World) -> None:
    """Where the service does not have it, it is sent under the same key."""
    world.service.script = [LOST]

    world.run()
    world.clock.jump(minutes=5)
    report = world.run()

    assert report.totals["delivered"] == 1
    assert world.service.titles() == ["Post 1"]


def test_it_is_not_settled_too_early(world: World) -> None:
    """Before deadline and settle_after have passed, nothing is asked or sent."""
    world.service.script = [AfterError(LOST)]
    world.run()
    world.service.calls.clear()

    world.clock.jump(seconds=30)
    report = world.run()

    assert world.service.calls == []
    assert report.exit_code == 4


def test_retry_does_not_shorten_the_wait(world: World) -> None:
    """`settle_after` is for the service's sake, not for the owner's."""
    world.service.script = [AfterError(LOST)]
    report = world.run()

    assert report.next_due is not None
    assert report.next_due - world.clock.now() >= timedelta(seconds=60)


def test_a_killed_run_is_settled(world: World) -> None:
    """What is found in `sending` has an unknown outcome."""
    world.kill()
    world.clock.jump(minutes=5)

    report = world.run()

    assert report.deliveries[0].state == "delivered"
    assert world.service.titles() == ["Post 1"]


def test_link_with_other_words_is_held(world: World) -> None:
    """Somebody else may have shared the link: the owner decides."""
    world.service.script = [AfterError(LOST)]
    world.run()
    other = world.service.standing[0]
    world.service.standing[0] = type(other)(
        other.id, other.url, other.created, links=other.links, text="Look at this!"
    )
    world.clock.jump(minutes=5)

    report = world.run()

    assert report.exit_code == 1
    assert report.questions[0].kind is Kind.OUTCOME_UNKNOWN
    assert report.questions[0].answers[0].startswith("share-bridge ledger adopt ")
    assert len(world.service.standing) == 1


def test_unaskable_service_is_held(tmp_path: Path) -> None:
    """Without a listing and without keys nobody can know."""
    world = World(tmp_path, recent=Support.UNSUPPORTED)
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [AfterError(LOST)]
    world.run()
    world.clock.jump(minutes=5)

    report = world.run()

    states = [message.state.value for message in report.deliveries]
    assert states == ["held", "delivered"]
    assert world.service.titles() == ["Post 1", "Post 2"]


@pytest.mark.parametrize(
    "age, standing",
    [(timedelta(minutes=5), 1), (timedelta(hours=2), 1)],
    ids=["within the key's life", "after it"],
)
def test_keys_are_trusted_within_their_life(
    tmp_path: Path, age: timedelta, standing: int
) -> None:
    """A service that honours keys may be sent the same again, for a while."""
    world = World(
        tmp_path, recent=Support.UNSUPPORTED, honours_keys=timedelta(minutes=55)
    )
    world.service.honours = True
    world.posts = [make_post(1)]
    world.service.script = [AfterError(LOST)]
    world.run()
    world.clock.jump(seconds=age.total_seconds())

    report = world.run()

    expected = "delivered" if age < timedelta(minutes=55) else "held"
    assert report.deliveries[0].state == expected
    assert len(world.service.standing) == standing


@pytest.mark.parametrize(
    "refusal",
    [
        RateLimitedError("429", retry_after=timedelta(hours=2)),
        PermissionDeniedError("403"),
        TransientError("503, surely"),
    ],
    ids=str,
)
def test_a_refused_replay_says_nothing_of_the_first_attempt(
    tmp_path: Path, refusal: Exception
) -> None:
    """The key has run out when it goes on: what stands is not sent again."""
    world = World(
        tmp_path, recent=Support.UNSUPPORTED, honours_keys=timedelta(minutes=55)
    )
    world.posts = [make_post(1)]
    world.service.script = [AfterError(LOST), refusal]
    world.run()
    world.clock.jump(minutes=5)
    world.run()
    world.clock.jump(hours=3)
    with world.open() as ledger:
        (target,) = ledger.targets.all()
        ledger.targets.recheck(target.id)
        ledger.holds.release(target.id, [Kind.TARGET_BLOCKED])

    report = world.run()

    assert world.service.titles() == ["Post 1"]
    assert report.questions[0].kind is Kind.OUTCOME_UNKNOWN
    assert report.exit_code == 1


def test_a_rejected_replay_is_asked_about(tmp_path: Path) -> None:
    """What was lost before may stand; to call it refused would hide it."""
    world = World(
        tmp_path, recent=Support.UNSUPPORTED, honours_keys=timedelta(minutes=55)
    )
    world.posts = [make_post(1)]
    world.service.script = [AfterError(LOST), RejectedError("422")]
    world.run()
    world.clock.jump(minutes=5)

    report = world.run()

    assert world.service.titles() == ["Post 1"]
    assert report.questions[0].kind is Kind.OUTCOME_UNKNOWN
    assert report.exit_code == 1


def test_the_first_of_several_attempts_in_doubt_is_found(tmp_path: Path) -> None:
    """The listing was out of reach when it was replayed, and the replay was refused."""
    world = World(tmp_path, honours_keys=timedelta(minutes=55))
    world.posts = [make_post(1)]
    refused = RateLimitedError("429", retry_after=timedelta(hours=2))
    world.service.script = [AfterError(LOST), refused]
    world.run()
    world.clock.jump(minutes=5)
    world.service.recent_error = TransientError("503")
    world.run()
    world.service.recent_error = None
    world.clock.jump(hours=3)

    report = world.run()

    assert world.service.titles() == ["Post 1"]
    assert report.deliveries[0].state == "delivered"


def test_what_may_stand_and_was_taken_back_is_asked_about(tmp_path: Path) -> None:
    """It is neither shown once more nor left standing in silence."""
    world = World(
        tmp_path,
        recent=Support.UNSUPPORTED,
        delete=Support.FULL,
        honours_keys=timedelta(days=1),
    )
    world.configure(delete=DeleteRule.SEND)
    world.posts = [make_post(1)]
    world.service.script = [AfterError(LOST)]
    world.run()
    world.posts, world.tombstones = [], {"guid:blog:1"}
    world.clock.jump(minutes=5)

    report = world.run()

    assert world.service.calls.count("publish Post 1") == 1
    assert report.questions[0].kind is Kind.OUTCOME_UNKNOWN
    assert report.exit_code == 1


def test_a_service_that_rounds_its_clock_is_asked_far_enough_back(
    world: World,
) -> None:
    """A copy that seems older than its attempt is listed all the same."""
    world.clock.jump(seconds=0.7)
    world.service.script = [AfterError(LOST)]
    world.run()
    copy = world.service.standing[0]
    world.service.standing[0] = replace(
        copy, created=copy.created.replace(microsecond=0)
    )
    world.service.strict = True
    world.clock.jump(minutes=5)

    world.run()

    assert world.service.titles() == ["Post 1"]


def test_a_service_whose_clock_is_behind_is_asked_far_enough_back(
    world: World,
) -> None:
    """Half an hour does not make a second copy."""
    world.service.script = [AfterError(LOST)]
    world.run()
    copy = world.service.standing[0]
    world.service.standing[0] = replace(
        copy, created=copy.created - timedelta(minutes=30)
    )
    world.service.strict = True
    world.clock.jump(minutes=5)

    world.run()

    assert world.service.titles() == ["Post 1"]


def test_a_refused_listing_proves_nothing(world: World) -> None:
    """A listing that may not be read blocks the target; nothing is sent twice."""
    world.service.script = [AfterError(LOST)]
    world.run()
    world.service.recent_error = PermissionDeniedError("no read scope")
    world.clock.jump(minutes=5)

    report = world.run()

    assert report.exit_code == 1
    assert report.targets[0].state == "blocked"
    assert len(world.service.standing) == 1


def test_later_posts_wait_for_an_unknown_one(world: World) -> None:
    """Order holds: what comes after a lost attempt is not sent before it."""
    world.posts = [make_post(1), make_post(2)]
    world.service.script = [AfterError(LOST)]

    world.run()
    before = world.service.titles()
    world.clock.jump(minutes=5)
    world.run()

    assert before == ["Post 1"]
    assert world.service.titles() == ["Post 1", "Post 2"]
