"""A target that wants a digest: posts collect, and go out together, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from msgspec.structs import replace

from digest_support import MONDAY, Step, begin, collects, live, publish, steps, told
from dispatch_support import START, AfterError, World, make_post
from git_support import make_clones
from share_bridge.bridge import retract
from share_bridge.config.digests import Digest, Every
from share_bridge.config.filters import Filters
from share_bridge.config.hours import parse_hours
from share_bridge.config.model import DeleteRule, FirstRun
from share_bridge.dispatch.report.report import Report
from share_bridge.errors import AuthExpiredError, RejectedError, TransientError
from share_bridge.ledger.place import Branch
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.digest import is_digest
from share_bridge.model.receipt import Receipt, Recipient, RemotePost


@pytest.fixture
def digest(world: World) -> World:
    """A world that ran once, on Sunday at noon; its digest goes on Monday at eight."""
    return begin(world)


def to_monday(world: World, **more: float) -> None:
    """Until the next Monday, eight o'clock."""
    now = world.clock.time
    days = (7 - now.weekday()) % 7 or 7
    world.clock.time = (now + timedelta(days=days)).replace(hour=8)
    world.clock.jump(**more)


def rows(report: Report) -> list[tuple[str, str, str | None]]:
    """Title, state and reason of every message."""
    return [(it.title, it.state.value, it.reason) for it in report.deliveries]


def test_posts_collect_until_the_time_has_come(digest: World) -> None:
    """Nothing is sent, the report says when, and the service is not even asked."""
    publish(digest, 1, 2)

    report = digest.run()

    assert rows(report) == [
        ("Post 1", "planned", "goes with the digest"),
        ("Post 2", "planned", "goes with the digest"),
    ]
    assert report.next_due == START.replace(day=23, hour=8)
    assert report.exit_code == 0
    assert digest.service.calls == []


def test_then_they_go_out_together_newest_first(digest: World) -> None:
    publish(digest, 1)
    digest.clock.jump(hours=1)
    publish(digest, 2)
    digest.run()
    to_monday(digest)

    report = digest.run()

    assert [it.text for it in digest.service.standing] == [
        """Example blog: new posts

Post 2
The words of post 2.
Read more: https://example.org/2

Post 1
The words of post 1.
Read more: https://example.org/1"""
    ]
    assert rows(report) == [
        ("Post 1", "skipped", "in the digest of 2026-11-23"),
        ("Post 2", "skipped", "in the digest of 2026-11-23"),
        ("Example blog: new posts", "delivered", None),
    ]


def test_and_never_again(digest: World) -> None:
    publish(digest, 1, 2)
    to_monday(digest)
    digest.run()

    digest.run()
    to_monday(digest)
    last = digest.run()

    assert told(digest) == [[1, 2]] or told(digest) == [[2, 1]]
    assert rows(last) == []


def test_an_empty_period_sends_nothing(digest: World) -> None:
    to_monday(digest)
    report = digest.run()
    digest.clock.jump(days=14)
    digest.run()

    assert rows(report) == []
    assert digest.service.standing == []


def test_a_late_run_sends_one_digest_of_all_that_was_missed(digest: World) -> None:
    """Three periods went by: readers get one message, not three."""
    publish(digest, 1)
    digest.clock.jump(days=7)
    publish(digest, 2)
    digest.clock.jump(days=7, hours=3)
    publish(digest, 3, published=digest.clock.time - timedelta(hours=30))

    digest.run()

    assert [sorted(it) for it in told(digest)] == [[1, 2]]
    to_monday(digest)
    digest.run()
    assert [sorted(it) for it in told(digest)] == [[1, 2], [3]]


def test_a_weekly_job_tells_of_its_own_week(digest: World) -> None:
    """It looks for the first time after the time has come: the dates tell."""
    publish(digest, 1)
    to_monday(digest, minutes=5)
    publish(digest, 2, published=digest.clock.time - timedelta(minutes=2))

    digest.run()
    assert told(digest) == [[1]]
    to_monday(digest, minutes=5)
    digest.run()
    assert told(digest) == [[1], [2]]


def test_a_post_without_a_date_is_told_of_soon(digest: World) -> None:
    publish(digest, 1, published=None)
    to_monday(digest, minutes=5)

    digest.run()

    assert told(digest) == [[1]]


def test_a_date_of_yesterday_does_not_open_a_period_that_is_over(
    digest: World,
) -> None:
    """Monday's digest had nothing to tell; Tuesday is no day for it."""
    to_monday(digest)
    digest.run()
    digest.clock.jump(days=1)
    publish(digest, 1, published=digest.clock.time.replace(day=22))

    report = digest.run()

    assert told(digest) == []
    assert report.next_due == START.replace(day=30, hour=8)


def test_what_was_seen_too_late_goes_with_the_next(digest: World) -> None:
    """The feed failed when its digest went out: a period has one digest."""
    publish(digest, 1)
    digest.run()
    to_monday(digest)
    digest.source = replace(digest.source, kind="nothing")
    digest.run()
    digest.source = replace(digest.source, kind="list")
    digest.clock.jump(hours=1)
    publish(digest, 2, published=digest.clock.time.replace(hour=7))

    report = digest.run()

    assert told(digest) == [[1]]
    assert report.next_due == START.replace(day=30, hour=8)


def test_an_edit_counts_until_it_went_out(digest: World) -> None:
    publish(digest, 1)
    digest.run()
    digest.posts = [replace(digest.posts[0], title="A better title")]
    to_monday(digest)

    digest.run()

    assert "A better title" in digest.service.standing[0].text


def test_an_edit_after_that_changes_nothing(tmp_path: Path) -> None:
    """A digest that readers have is no copy of the post."""
    world = begin(World(tmp_path, edit=Support.FULL))
    publish(world, 1)
    to_monday(world)
    world.run()
    world.posts = [replace(world.posts[0], title="A better title")]

    report = world.run()

    assert rows(report) == []
    assert world.service.edits == {}


@pytest.mark.parametrize("way", ["withdrawn", "tombstone", "retract", "filtered"])
def test_a_post_that_went_before_is_not_told_of(digest: World, way: str) -> None:
    publish(digest, 1, 2)
    digest.run()
    if way == "withdrawn":
        own = replace(digest.posts[0].override, skip=True)
        digest.posts = [replace(digest.posts[0], override=own), digest.posts[1]]
    elif way == "tombstone":
        digest.tombstones = {digest.posts.pop(0).identity}
    elif way == "retract":
        with digest.open() as ledger:
            record = ledger.posts.find([digest.posts[0].identity])
        assert record is not None
        digest.run(do=partial(retract, posts={"home": [record]}))
    else:
        digest.configure(filters=Filters(not_title=("post 1",)))
    to_monday(digest)

    digest.run()

    assert told(digest) == [[2]]


def test_nothing_is_sent_when_all_of_it_went(digest: World) -> None:
    """The digest was planned, and held back by the hours; then its post went."""
    digest.configure(quiet_hours=(parse_hours("07:00-10:00"),), zone="UTC")
    publish(digest, 1)
    to_monday(digest)
    held_back = digest.run()
    digest.tombstones = {digest.posts.pop(0).identity}
    digest.clock.jump(hours=3)

    report = digest.run()

    assert held_back.deliveries[-1].reason == "quiet hours"
    assert digest.service.standing == []
    assert ("Example blog: new posts", "skipped", "nothing is left to tell") in rows(
        report
    )


def test_a_target_with_a_history_tells_of_what_is_new(world: World) -> None:
    """It sent each post by itself until now; none of these is told of again."""
    world.run()
    collects(world, MONDAY)
    world.posts = [make_post(1)]
    publish(world, 2)
    world.run()
    to_monday(world)

    world.run()

    assert world.service.titles() == ["Post 1", "Example blog: new posts"]
    assert told(world) == [[1], [2]]


def test_what_waits_for_its_hours_collects_when_a_digest_is_turned_on(
    world: World,
) -> None:
    world.configure(quiet_hours=(parse_hours("00:00-20:00"),), zone="UTC")
    world.run()
    world.configure(digest=MONDAY, quiet_hours=())

    world.run()
    to_monday(world)
    world.run()

    assert told(world) == [[1]]


def test_turned_off_one_post_goes_by_itself(digest: World) -> None:
    publish(digest, 1)
    digest.run()
    digest.configure(digest=None)

    digest.run()

    assert digest.service.titles() == ["Post 1"]


def test_turned_off_several_posts_are_one_question(digest: World) -> None:
    """Never a flood: their owner says whether each goes, or none."""
    publish(digest, 1, 2, 3)
    digest.run()
    digest.configure(digest=None)

    report = digest.run()

    assert digest.service.standing == []
    assert [it.state for it in report.deliveries] == [State.HELD] * 3
    (question,) = report.questions
    assert "3 posts were collected" in question.text


def test_turned_off_by_mistake_and_on_again(digest: World) -> None:
    publish(digest, 1, 2)
    to_monday(digest, hours=-1)
    digest.run()
    digest.configure(digest=None)
    digest.run()
    digest.configure(digest=MONDAY)

    report = digest.run()
    to_monday(digest)
    digest.run()

    assert report.questions == ()
    assert [sorted(it) for it in told(digest)] == [[1, 2]]


def test_a_digest_that_is_planned_goes_when_it_is_turned_off(digest: World) -> None:
    digest.configure(quiet_hours=(parse_hours("07:00-10:00"),), zone="UTC")
    publish(digest, 1)
    to_monday(digest)
    digest.run()
    digest.configure(digest=None, quiet_hours=())

    digest.run()

    assert digest.service.titles() == ["Post 1"]


def test_turned_off_with_nothing_left_to_tell(digest: World) -> None:
    """It was planned; then its one post was taken back, and the digest given up."""
    digest.configure(quiet_hours=(parse_hours("07:00-10:00"),), zone="UTC")
    publish(digest, 1)
    to_monday(digest)
    digest.run()
    digest.configure(digest=None, quiet_hours=())
    digest.tombstones = {digest.posts.pop().identity}

    report = digest.run()

    assert digest.service.standing == []
    assert report.totals["planned"] == 0


def test_another_day_loses_nothing(digest: World) -> None:
    """Monday's digest waits for the hours when its owner prefers Fridays."""
    digest.configure(quiet_hours=(parse_hours("07:00-10:00"),), zone="UTC")
    publish(digest, 1)
    to_monday(digest)
    digest.run()
    digest.configure(digest=replace(MONDAY, day=4), quiet_hours=())
    digest.clock.jump(hours=1)

    changed, later = digest.run(), digest.run()
    digest.clock.jump(days=4)
    digest.run()

    assert changed.next_due == later.next_due == START.replace(day=27, hour=8)
    assert told(digest) == [[1]]


def test_a_post_that_comes_back_is_told_of(digest: World) -> None:
    """Its digest had nothing else to tell, and was never sent."""
    digest.configure(quiet_hours=(parse_hours("07:00-10:00"),), zone="UTC")
    publish(digest, 1)
    (post,) = digest.posts
    to_monday(digest)
    digest.run()
    digest.posts = [replace(post, override=replace(post.override, skip=True))]
    digest.clock.jump(hours=3)
    digest.run()
    digest.posts = [post]

    for _ in range(2):
        digest.run()
        to_monday(digest, hours=3)
    digest.run()

    assert told(digest) == [[1]]


def test_a_token_that_ended_makes_it_late_by_that_alone(digest: World) -> None:
    """It is held with its target, and goes when that is free again."""
    publish(digest, 1, 2)
    to_monday(digest)
    digest.service.script = [AuthExpiredError("401")]
    blocked = digest.run()
    digest.run()
    digest.clock.jump(days=1)
    with digest.open() as ledger:
        for it in ledger.deliveries.of():
            if it.state is State.HELD:
                ledger.holds.due_now(it)

    digest.run()

    assert blocked.exit_code == 1
    assert [sorted(it) for it in told(digest)] == [[1, 2]]


def test_a_digest_is_one_message(digest: World) -> None:
    """Of `max_per_run`, and of `min_interval`."""
    digest.configure(max_per_run=1, min_interval=timedelta(days=1))
    publish(digest, *range(1, 9))
    to_monday(digest)

    digest.run()

    assert [len(it) for it in told(digest)] == [8]


def test_many_posts_of_one_month_are_no_flood(digest: World) -> None:
    """Twelve new ones in a monthly run are what a digest is for."""
    digest.configure(digest=Digest(every=Every.MONTH, day=1, minute=480, zone="UTC"))
    digest.run()
    for day in range(12):
        publish(digest, day + 1, published=START + timedelta(days=1, hours=day))
    digest.clock.jump(days=12)

    report = digest.run()

    assert report.questions == ()
    assert [sorted(it) for it in told(digest)] == [list(range(1, 13))]


def test_many_old_posts_are_a_flood_here_too(digest: World) -> None:
    """A site that moved gives all its posts new ids: no digest of them goes out."""
    publish(digest, *range(1, 15), published=START - timedelta(days=400))

    report = digest.run()

    assert "14 new posts at once" in report.questions[0].text
    assert {it.state for it in report.deliveries} == {State.HELD}


def test_it_can_be_held_for_approval(digest: World) -> None:
    """It is the digest that is read, not each of its posts."""
    digest.configure(approve=True)
    publish(digest, 1, 2)
    collecting = digest.run()
    to_monday(digest)

    report = digest.run()

    assert collecting.questions == ()
    assert rows(report)[-1][:2] == ("Example blog: new posts", "held")
    assert len(report.questions) == 1
    assert digest.service.standing == []


def test_its_owner_never_wants_it(digest: World) -> None:
    """Then its posts are in no other digest either."""
    digest.configure(approve=True)
    publish(digest, 1)
    to_monday(digest)
    digest.run()
    with digest.open() as ledger:
        (held,) = [it for it in ledger.deliveries.of() if it.state is State.HELD]
        ledger.holds.skip(held, reason="its owner did not approve it")

    digest.run()
    digest.configure(approve=False)
    digest.clock.jump(days=8)
    digest.run()
    unsent = told(digest), digest.states()
    with digest.open() as ledger:
        record = ledger.posts.find(["guid:blog:1"])
        assert record is not None
        (found,) = ledger.deliveries.of(post=record.id)
        ledger.holds.anew(found)  # `ledger forget`: they change their mind
    digest.run()
    digest.clock.jump(days=8)
    digest.run()

    assert unsent == ([], ["skipped"] * 3)
    assert told(digest) == [[1]]


def test_one_that_waits_for_a_yes_takes_what_comes_with_it(digest: World) -> None:
    """Two weeks without an answer are one digest, not two."""
    digest.configure(approve=True)
    publish(digest, 1)
    to_monday(digest)
    digest.run()
    publish(digest, 2)
    to_monday(digest, hours=1)
    digest.run()
    digest.configure(approve=False)
    with digest.open() as ledger:
        (held,) = [it for it in ledger.deliveries.of() if it.state is State.HELD]
        ledger.holds.due_now(held)

    digest.run()

    assert [sorted(it) for it in told(digest)] == [[1, 2]]


@pytest.mark.parametrize("asked", [True, False])
def test_a_lost_answer_is_settled_as_any_other(tmp_path: Path, asked: bool) -> None:
    recent = Support.FULL if asked else Support.UNSUPPORTED
    world = begin(World(tmp_path, recent=recent))
    publish(world, 1, 2)
    to_monday(world)
    world.service.script = [AfterError(ConnectionResetError())]

    world.run(max_seconds=300)
    report = world.run(max_seconds=300)

    assert len(world.service.standing) == 1
    states = {it.state for it in report.deliveries}
    assert states == (set() if asked else {State.HELD})


def test_a_digest_that_surely_never_left_is_made_anew(digest: World) -> None:
    """Its posts collect again meanwhile, so one that is taken back is left out."""
    publish(digest, 1, 2)
    to_monday(digest)
    digest.service.script = [TransientError("503")]
    failed = digest.run(max_seconds=1)
    digest.tombstones = {digest.posts.pop(0).identity}
    digest.clock.jump(minutes=5)

    digest.run()

    assert [it.state for it in failed.deliveries] == [
        State.PLANNED,
        State.PLANNED,
        State.WAITING,
    ]
    assert told(digest) == [[2]]


def test_one_that_is_refused_for_good_keeps_its_posts_until_it_is_retried(
    digest: World,
) -> None:
    publish(digest, 1)
    to_monday(digest)
    digest.service.script = [RejectedError("422")]
    digest.run()
    digest.clock.jump(days=7)
    digest.run()
    refused = told(digest)
    with digest.open() as ledger:
        (it,) = [it for it in ledger.deliveries.of() if it.state is State.REJECTED]
        ledger.holds.due_now(it)

    digest.run()

    assert refused == []
    assert told(digest) == [[1]]


def test_a_digest_that_stands_is_found_without_a_ledger(digest: World) -> None:
    """The ledger was lost; what the account's own list links to was told of."""
    digest.source = replace(digest.source, first_run=FirstRun.ALL)
    publish(digest, 1, 2)
    digest.service.standing.append(
        RemotePost(
            "7",
            "https://service.example/7",
            digest.clock.now(),
            links=("https://example.org/1", "https://example.org/2"),
            text="An older digest",
        )
    )
    publish(digest, 3)
    to_monday(digest)

    report = digest.run()

    assert told(digest)[1:] == [[3]]
    reason = "in a digest that stands there: https://service.example/7"
    assert ("Post 1", "skipped", reason) in rows(report)


def test_taking_a_digest_back_leaves_its_posts_told(tmp_path: Path) -> None:
    world = begin(World(tmp_path, delete=Support.FULL))
    world.configure(delete=DeleteRule.SEND)
    publish(world, 1)
    to_monday(world)
    world.run()
    with world.open() as ledger:
        posts = [ledger.posts.get(it.post) for it in ledger.deliveries.of()]
        (made,) = [post for post in posts if is_digest(post.source)]

    world.run(do=partial(retract, posts={"home": [made]}))
    world.clock.jump(days=8)
    world.run()

    assert world.service.deleted == ["1"]
    assert len(world.service.standing) == 1


def test_the_owner_may_have_one_post_told_of_again(digest: World) -> None:
    """`ledger forget`: with the next digest, not by itself."""
    publish(digest, 1, 2)
    to_monday(digest)
    digest.run()
    with digest.open() as ledger:
        record = ledger.posts.find(["guid:blog:1"])
        assert record is not None
        (found,) = ledger.deliveries.of(post=record.id)
        ledger.holds.anew(found)

    digest.run()
    to_monday(digest)
    digest.run()

    assert told(digest)[1:] == [[1]]


def test_every_reader_gets_it_once(tmp_path: Path) -> None:
    world = begin(World(tmp_path, fan_out=True, recent=Support.UNSUPPORTED))
    world.service.recipients = [Recipient(f"{it}@mail.example") for it in "abc"]
    publish(world, 1, 2)
    to_monday(world)

    world.run()
    world.run()

    assert [it.application for it in world.service.standing] == [
        f"{it}@mail.example" for it in "abc"
    ]
    assert [len(it) for it in told(world)] == [2] * 3


def test_it_waits_for_the_pages_of_its_posts(digest: World) -> None:
    """All that it links to is there when readers come."""
    digest.source = replace(digest.source, wait_until_live=timedelta(hours=1))
    publish(digest, 1, 2)
    digest.site.answers["https://example.org/1"] = httpx.Response(200, html="<p>1")
    to_monday(digest)
    waits = digest.run()
    digest.site.answers["https://example.org/2"] = httpx.Response(200, html="<p>2")
    digest.clock.jump(minutes=10)

    digest.run()

    assert waits.totals["delivered"] == 0
    assert [sorted(it) for it in told(digest)] == [[1, 2]]


def test_a_page_that_never_comes_does_not_hold_up_the_others(digest: World) -> None:
    digest.source = replace(digest.source, wait_until_live=timedelta(minutes=30))
    publish(digest, 1, 2)
    digest.site.answers["https://example.org/1"] = httpx.Response(200, html="<p>1")
    to_monday(digest)
    for _ in range(6):
        report = digest.run()
        digest.clock.jump(minutes=12)

    assert told(digest) == [[1]]
    assert [it.kind.value for it in report.questions] == ["not-live"]


@pytest.mark.parametrize("title", ["This week on {site}", "{count} posts, {date}"])
def test_the_owner_names_it(digest: World, title: str) -> None:
    digest.configure(digest=replace(MONDAY, title=title))
    publish(digest, 1, 2)
    to_monday(digest)

    digest.run()

    shown = title.format(site="Example blog", count=2, date="2026-11-23")
    assert digest.service.titles() == [shown]


def test_a_dry_run_shows_it_and_changes_nothing(digest: World) -> None:
    publish(digest, 1)
    to_monday(digest)

    dry = digest.run(dry=True)

    assert dry.deliveries[-1].text == (
        "Example blog: new posts\n\n"
        "Post 1\nThe words of post 1.\nRead more: https://example.org/1"
    )
    assert digest.states() == ["skipped"]


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(life=steps)
@example(life=[Step("publish"), Step("wait", 72), Step("killed"), Step("run", 1)])
def test_whatever_happens_each_post_is_told_of_once(life: list[Step]) -> None:
    """Random lives: posts come and go, runs are late, cut off, and lose answers."""
    with TemporaryDirectory() as folder:
        live([begin(World(Path(folder)))], life)


@settings(max_examples=6, deadline=None)
@given(life=steps)
def test_also_in_a_journal(life: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        world.place = Path(folder) / "ledger.jsonl"
        live([begin(world)], life)


_CLONES = [
    [Step("publish"), Step("run"), Step("wait", 24), Step("killed"), Step("run", 1)],
    [
        *(Step("publish"), Step("run", 1), Step("publish"), Step("wait", 21)),
        *(Step("lost", 1), Step("run"), Step("publish", 3), Step("wait", 200)),
        *(Step("cut", 9), Step("run", 1), Step("withdraw"), Step("run")),
    ],
    [Step("publish"), Step("wait", 21), *(Step("cut", it) for it in range(3, 30, 4))],
]


@pytest.mark.parametrize("life", _CLONES)
def test_also_from_two_clones(
    tmp_path: Path, requires: Callable[[str], str], life: list[Step]
) -> None:
    """They share a branch, and nothing else."""
    requires("git")
    one, other = collects(World(tmp_path)), collects(World(tmp_path))
    other.service, other.clock = one.service, one.clock
    other.publishers = one.publishers
    first, second = make_clones(tmp_path, 2)
    one.place, other.place = Branch(first, "state"), Branch(second, "state")

    live([begin(one), other], life)


def test_two_machines_at_once_send_one(tmp_path: Path) -> None:
    """While one sends, the other plans the same digest, and finds it sent."""
    one, other = begin(World(tmp_path)), collects(World(tmp_path))
    other.service, other.clock = one.service, one.clock
    other.publishers = one.publishers
    publish(one, 1, 2)
    to_monday(one)
    other.posts = one.posts

    def meanwhile(message: Any, context: Any) -> Receipt:
        with other.open() as ledger:
            states = {it.state for it in ledger.deliveries.of()}
        assert states == {State.SENDING, State.SKIPPED}
        remote = one.service.accept(message, context.key())
        return Receipt(remote.id, remote.url)

    one.service.script = [meanwhile]
    one.run()
    other.run()

    assert [len(it) for it in told(one)] == [2]
