"""What was taken back is taken away once, and only when that is sure."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch_support import AfterError, World, make_post
from share_bridge import bridge
from share_bridge.config.model import DeleteRule
from share_bridge.dispatch.report.report import Report
from share_bridge.errors import (
    GoneError,
    OutcomeUnknownError,
    PermissionDeniedError,
    TransientError,
)
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import PostRecord
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.post import post_id
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Recipient

FIRST = post_id("guid:blog:1")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A service that can edit and delete, with two posts delivered."""
    world = World(tmp_path, edit=Support.FULL, delete=Support.FULL)
    world.posts = [make_post(1), make_post(2)]
    world.run()
    return world


def bury(world: World, *numbers: int) -> None:
    """Their source says that they are deleted."""
    world.posts = [
        post for post in world.posts if post.title not in {f"Post {n}" for n in numbers}
    ]
    world.tombstones |= {f"guid:blog:{number}" for number in numbers}


def retract(world: World, *numbers: int, ask_if_many: bool = True) -> Report:
    """Their owner takes them back."""
    with Ledger.open(world.ledger_path) as ledger:
        posts: list[PostRecord] = [
            ledger.posts.get(post_id(f"guid:blog:{number}")) for number in numbers
        ]
    take_away = partial(bridge.retract, posts={"home": posts}, ask_if_many=ask_if_many)
    return world.run(do=take_away)


def deletes(world: World) -> list[str]:
    return [call for call in world.service.calls if call.startswith("delete")]


def test_a_tombstone_is_a_question_by_default(world: World) -> None:
    """Nothing is taken away before its owner says so."""
    bury(world, 1)

    report = world.run()

    assert deletes(world) == []
    assert report.exit_code == 1
    assert report.questions[0].kind is Kind.TAKEN_BACK
    assert f"share-bridge retract {FIRST} --target home" in report.questions[0].answers


def test_a_tombstone_takes_its_copy_away_where_that_is_the_rule(world: World) -> None:
    """Once, however often the source is read."""
    world.configure(delete=DeleteRule.SEND)
    bury(world, 1)

    first, second = world.run(), world.run()

    assert deletes(world) == ["delete 1"]
    assert (first.deliveries[0].action, first.deliveries[0].state) == (
        "delete",
        "delivered",
    )
    assert second.deliveries == ()


def test_a_copy_stays_where_that_is_the_rule(world: World) -> None:
    world.configure(delete=DeleteRule.NEVER)
    bury(world, 1)

    report = world.run()

    assert deletes(world) == []
    assert report.deliveries == ()
    assert report.exit_code == 0


@pytest.mark.parametrize(
    "answer, taken",
    [(410, ["delete 1"]), (404, []), (200, []), (503, [])],
)
def test_only_its_own_410_takes_a_missing_post_away(
    world: World, answer: int, taken: list[str]
) -> None:
    """A feed that drops old entries deletes nothing."""
    world.configure(delete=DeleteRule.SEND)
    world.posts = [make_post(2)]
    world.site.answers["https://example.org/1"] = httpx.Response(answer)

    world.run()

    assert deletes(world) == taken


def test_a_410_of_another_page_takes_nothing_away(world: World) -> None:
    """An old address that leads to a page that is gone says nothing of the post."""
    world.configure(delete=DeleteRule.SEND)
    world.posts = [make_post(2)]
    world.site.answers["https://example.org/1"] = httpx.Response(
        302, headers={"Location": "https://example.org/elsewhere"}
    )
    world.site.answers["https://example.org/elsewhere"] = httpx.Response(410)

    world.run()

    assert deletes(world) == []


def test_a_missing_post_is_not_asked_about_for_ever(world: World) -> None:
    """Every old entry leaves its feed one day."""
    world.posts = [make_post(2)]

    for _ in range(6):
        world.run()

    assert world.site.asked.count("https://example.org/1") == 3


@pytest.mark.parametrize(
    "posts", [[], [make_post(2)], [make_post(1, skip_reason="a draft"), make_post(2)]]
)
def test_missing_empty_or_draft_takes_nothing_away(
    world: World, posts: list[Any]
) -> None:
    """Those are accidents more often than deletions."""
    world.configure(delete=DeleteRule.SEND)
    world.posts = posts

    world.run()

    assert deletes(world) == []


def test_the_owners_word_takes_a_copy_away_at_once(world: World) -> None:
    """Also where the rule is to hold; it stays away though its source has it."""
    report = retract(world, 1)
    quiet = world.run()
    world.posts[0] = make_post(1, body="Other words.")
    after = world.run()

    assert deletes(world) == ["delete 1"]
    assert report.exit_code == 0
    assert quiet.deliveries == after.deliveries == ()
    assert len(world.service.standing) == 2


def test_more_than_three_at_once_are_held(tmp_path: Path) -> None:
    """A whole archive does not vanish by one mistake; the answer takes it away."""
    world = World(tmp_path, delete=Support.FULL)
    world.configure(delete=DeleteRule.SEND, max_per_run=50)
    world.posts = [make_post(number) for number in range(1, 7)]
    world.run()
    bury(world, 1, 2, 3, 4)

    held = world.run()
    before = deletes(world)
    retract(world, 1, 2, 3, 4, ask_if_many=False)

    assert held.totals["held"] == 4
    assert [question.kind for question in held.questions] == [Kind.TAKEN_BACK]
    assert before == []
    assert deletes(world) == [f"delete {number}" for number in (1, 2, 3, 4)]


def test_what_surely_never_left_is_not_sent(tmp_path: Path) -> None:
    """There is nothing to take away then."""
    world = World(tmp_path, delete=Support.FULL)
    world.posts = [make_post(1)]
    world.service.script = [TransientError("503")]
    world.run(max_seconds=1)
    bury(world, 1)
    world.clock.jump(hours=2)

    world.run()
    world.tombstones.clear()
    world.posts = [make_post(1)]
    world.run()

    assert world.service.standing == []
    assert deletes(world) == []
    assert world.states() == ["skipped"]


def test_a_lost_create_is_settled_before_it_is_taken_away(tmp_path: Path) -> None:
    """Who knows what stands knows what to delete."""
    world = World(tmp_path, delete=Support.FULL)
    world.configure(delete=DeleteRule.SEND)
    world.posts = [make_post(1)]
    world.service.script = [AfterError(OutcomeUnknownError("lost"))]
    world.run()
    bury(world, 1)
    world.run()
    before = deletes(world)
    world.clock.jump(minutes=5)

    world.run()

    assert before == []
    assert deletes(world) == ["delete 1"]
    assert world.states() == ["delivered", "delivered"]


def test_a_lost_create_that_never_arrived_is_not_sent_again(tmp_path: Path) -> None:
    world = World(tmp_path, delete=Support.FULL)
    world.configure(delete=DeleteRule.SEND)
    world.posts = [make_post(1)]
    world.service.script = [OutcomeUnknownError("lost")]
    world.run()
    bury(world, 1)
    world.clock.jump(minutes=5)

    world.run()

    assert world.service.standing == []
    assert "delivered" not in world.states()


@pytest.mark.parametrize(
    "fault", [TransientError("503"), OutcomeUnknownError("lost")], ids=str
)
def test_a_deletion_that_fails_is_done_later(world: World, fault: Exception) -> None:
    """Deleting twice has the effect of once."""
    world.service.script = [fault]

    retract(world, 1)
    world.clock.jump(hours=2)
    world.run()

    assert world.service.deleted == ["1"]


def test_a_copy_that_is_gone_already_is_done(world: World) -> None:
    world.service.script = [GoneError("404")]

    report = retract(world, 1)

    assert report.deliveries[0].state == "delivered"
    assert report.exit_code == 0


def test_a_refused_token_keeps_the_deletion(world: World) -> None:
    world.service.script = [PermissionDeniedError("403")]

    report = retract(world, 1)

    assert report.targets[0].state == "blocked"
    assert "held" in world.states()


def test_a_deletion_cut_off_is_done_by_the_next_run(world: World) -> None:
    world.configure(delete=DeleteRule.SEND)
    bury(world, 1)
    world.kill()
    world.clock.jump(minutes=5)

    world.run()

    assert deletes(world) == ["delete 1", "delete 1"]
    assert set(world.states()) == {"delivered"}


def test_services_that_cannot_delete_say_so(tmp_path: Path) -> None:
    """Neither silently left nor tried."""
    world = World(tmp_path)
    world.posts = [make_post(1)]
    world.run()
    bury(world, 1)

    report = world.run()

    assert report.deliveries[0].state == "skipped"
    assert "cannot be taken back" in (report.deliveries[0].reason or "")
    assert deletes(world) == []


def test_an_edit_on_its_way_gives_way_to_the_deletion(world: World) -> None:
    """Nobody is to read the better words of what is deleted."""
    world.posts[0] = make_post(1, body="Better words.")
    world.service.script = [TransientError("503")]
    world.run(max_seconds=1)
    world.clock.jump(hours=2)

    retract(world, 1)

    assert world.service.calls[-1] == "delete 1"
    assert world.service.edits == {}


def test_everybody_who_received_it_is_told(tmp_path: Path) -> None:
    """And nobody else: who did not receive it yet gets neither."""
    world = World(tmp_path, delete=Support.FULL, fan_out=True)
    world.service.recipients = [
        Recipient(f"https://{name}.example/inbox") for name in ("a", "b", "c")
    ]
    world.posts = [make_post(1)]
    world.service.script = [None, None, TransientError("503")]
    world.run(max_seconds=1)

    retract(world, 1)
    world.clock.jump(hours=2)
    world.run()

    assert len(world.service.standing) == 2
    assert len(deletes(world)) == 2


@pytest.mark.parametrize("left_at_that", [False, True])
def test_who_may_have_received_it_is_asked_about(
    tmp_path: Path, *, left_at_that: bool
) -> None:
    """Also after its owner left the lost create at that; the others are told."""
    world = World(
        tmp_path, delete=Support.FULL, fan_out=True, recent=Support.UNSUPPORTED
    )
    world.service.recipients = [
        Recipient(f"https://{name}.example/inbox") for name in ("a", "b")
    ]
    world.posts = [make_post(1)]
    world.service.script = [AfterError(OutcomeUnknownError("lost"))]
    world.run(max_seconds=1)
    world.clock.jump(hours=2)
    world.run()
    if left_at_that:
        with Ledger.open(world.ledger_path) as ledger:
            for delivery in ledger.deliveries.of(post=FIRST):
                if delivery.state is State.HELD:
                    ledger.holds.skip(delivery, reason="left at that")

    report = retract(world, 1)

    asked = [it for it in report.questions if it.kind is Kind.TAKEN_BACK]
    assert [it.answers for it in asked] == [
        (f"share-bridge ledger keep {FIRST} --target home",)
    ]
    assert len(deletes(world)) == 1
    created = "skipped" if left_at_that else "held"
    assert sorted(world.states()) == sorted([created, "delivered", "delivered", "held"])


def test_a_new_target_does_not_get_what_is_gone(world: World) -> None:
    bury(world, 1)
    world.run()
    world.tombstones.clear()
    world.configure(name="other", settings={"account": "bob"})

    world.run()

    with Ledger.open(world.ledger_path) as ledger:
        planned = ledger.deliveries.of(post=FIRST)
    assert {delivery.action.value for delivery in planned} == {"create", "delete"}
    assert len({delivery.target for delivery in planned}) == 1


def test_forgotten_and_sent_anew_has_keys_of_its_own(world: World) -> None:
    """A service that keeps keys would else answer with what was deleted."""
    world.service.honours = True
    retract(world, 1)
    with Ledger.open(world.ledger_path) as ledger, ledger.transaction():
        target = ledger.targets.known("home")
        assert target is not None
        for delivery in ledger.deliveries.of(target=target.id, post=FIRST):
            if delivery.action == "create":
                ledger.holds.anew(delivery)

    world.run()

    assert len(world.service.standing) == 3
