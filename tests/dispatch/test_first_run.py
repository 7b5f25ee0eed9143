"""An empty ledger does not prove a first run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch_support import START, World, make_post
from share_bridge.config.model import FirstRun, TargetConfig
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Support
from share_bridge.model.question import Kind
from share_bridge.model.receipt import RemotePost


@pytest.mark.parametrize(
    "rule, titles",
    [
        (FirstRun.NEWEST, ["Post 3"]),
        (FirstRun.NONE, []),
        (FirstRun.ALL, ["Post 1", "Post 2", "Post 3"]),
    ],
)
def test_first_run_picks_the_posts(
    world: World, rule: FirstRun, titles: list[str]
) -> None:
    """The rest counts as sent before, for ever."""
    world.posts = [make_post(number) for number in (3, 2, 1)]
    world.configure(first_run=rule)

    world.run()
    world.run()

    assert world.service.titles() == titles


def test_what_comes_later_is_sent(world: World) -> None:
    """`first_run` is about the first time only."""
    world.configure(first_run=FirstRun.NONE)
    world.run()
    world.posts.append(make_post(2))

    world.run()

    assert world.service.titles() == ["Post 2"]


def test_an_empty_reading_is_no_first_one(world: World) -> None:
    """A feed that a broken build emptied brings its archive back the next day."""
    world.posts = []
    world.configure(first_run=FirstRun.NEWEST)
    world.run()
    world.posts = [make_post(number) for number in (1, 2, 3)]

    world.run()

    assert world.service.titles() == ["Post 3"]


def test_what_was_shared_by_hand_is_not_sent_again(world: World) -> None:
    """Also long after the first run; the account is asked once a run."""
    world.run()
    by_hand = RemotePost("9", "u", world.clock.now(), ("https://example.org/2",), "Hi")
    world.service.standing.append(by_hand)
    world.posts += [make_post(2), make_post(3)]
    world.service.calls.clear()

    report = world.run()

    assert world.service.titles() == ["Post 1", "Hi", "Post 3"]
    assert world.service.calls.count("recent") == 1
    assert {row.title: row.reason for row in report.deliveries} == {
        "Post 2": "it stood there already",
        "Post 3": None,
    }


def test_what_its_owner_wants_twice_is_sent_twice(world: World) -> None:
    """The answer to a question is not asked about again."""
    world.run()
    with Ledger.open(world.ledger_path) as ledger:
        (delivery,) = ledger.deliveries.of()
        ledger.holds.anew(delivery)

    world.run()

    assert world.service.titles() == ["Post 1", "Post 1"]


def test_nothing_new_asks_nothing(world: World) -> None:
    world.run()
    world.service.calls.clear()

    world.run()

    assert world.service.calls == []


def test_a_target_added_later_gets_the_newest_only(world: World) -> None:
    """The archive is not poured over it."""
    world.posts = [make_post(1), make_post(2)]
    world.source = world.source.__class__(name="blog", kind="list")
    world.run()
    other = TargetConfig(name="away", publisher="scripted", settings={"account": "bob"})
    world.targets = [world.target, other]
    world.service.standing.clear()

    world.run()

    assert world.service.titles() == ["Post 2"]


def test_undated_posts_count_oldest(world: World) -> None:
    """A page without a date is not the newest post."""
    world.posts = [make_post(1, published=None), make_post(2)]
    world.configure(first_run=FirstRun.NEWEST)

    world.run()

    assert world.service.titles() == ["Post 2"]


def test_many_new_posts_at_once_are_one_question(world: World) -> None:
    """More than ten in a known source."""
    world.run()
    world.posts += [make_post(number) for number in range(2, 14)]

    report = world.run()

    assert world.service.titles() == ["Post 1"]
    assert [question.kind for question in report.questions] == [Kind.FLOOD]
    assert report.totals["held"] == 12


def test_ten_are_not_a_flood(world: World) -> None:
    """They go, as many in one run as `max_per_run` says."""
    world.run()
    world.posts += [make_post(number) for number in range(2, 12)]

    report = world.run()

    assert len(world.service.standing) == 6
    assert report.totals["planned"] == 5
    assert report.exit_code == 0


def test_lost_ledger_adopts_what_stands(world: World) -> None:
    """Nothing is posted twice, and edits go on."""
    world.posts = [make_post(1), make_post(2)]
    world.install(edit=Support.FULL)
    world.run()
    world.ledger_path.unlink()
    world.ledger_path.with_name("ledger.db-wal").unlink(missing_ok=True)
    world.ledger_path.with_name("ledger.db-shm").unlink(missing_ok=True)

    report = world.run()
    world.posts[0] = make_post(1, body="Other words.")
    world.run()

    assert world.service.titles() == ["Post 1", "Post 2"]
    assert report.exit_code == 0
    assert list(world.service.edits) == ["1"]


def test_a_post_shared_by_hand_is_respected(world: World) -> None:
    """It counts as delivered, and is never edited."""
    world.install(edit=Support.FULL)
    world.service.standing.append(
        RemotePost(
            "9",
            "https://service.example/9",
            START - timedelta(days=29),
            links=("https://example.org/1?utm_source=hand",),
            text="My new post!",
        )
    )

    report = world.run()
    world.posts[0] = make_post(1, body="Other words.")
    world.run()

    assert report.deliveries[0].url == "https://service.example/9"
    assert len(world.service.standing) == 1
    assert world.service.edits == {}


def test_in_ci_a_service_that_cannot_be_asked_is_held(tmp_path: Path) -> None:
    """Unless the owner says that the ledger is truly new."""
    world = World(tmp_path, recent=Support.UNSUPPORTED)
    world.posts = [make_post(1)]
    world.ci = True

    held = world.run()
    sent = world.run(first_run=True)

    assert held.questions[0].kind is Kind.FIRST_RUN
    assert held.exit_code == 1
    assert sent.exit_code == 0
    assert world.service.titles() == ["Post 1"]


def test_seed_sends_nothing(world: World) -> None:
    """For those who come from another tool."""
    world.posts = [make_post(1), make_post(2)]

    world.seed()
    world.posts.append(make_post(3))
    world.run()

    assert world.service.titles() == ["Post 3"]
