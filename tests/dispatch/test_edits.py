"""Edits follow the author's words, one call a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch_support import AfterError, World, make_post
from share_bridge.errors import (
    ConflictError,
    GoneError,
    OutcomeUnknownError,
    TooLongError,
    TransientError,
)
from share_bridge.model.capabilities import Support
from share_bridge.model.question import Kind


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A service that can edit, with one post delivered."""
    world = World(tmp_path, edit=Support.FULL)
    world.posts = [make_post(1, body="First words.")]
    world.run()
    return world


def edit(world: World, body: str) -> None:
    world.posts = [make_post(1, body=body)]


def updates(world: World) -> list[str]:
    return [call for call in world.service.calls if call.startswith("update")]


def test_a_change_is_one_update(world: World) -> None:
    """And the next run sends nothing."""
    edit(world, "Second words.")

    first, second = world.run(), world.run()

    assert updates(world) == ["update 1 Second words."]
    assert first.deliveries[0].action == "update"
    assert second.deliveries == ()


def test_there_and_back_again_is_two_updates(world: World) -> None:
    """Each change has a key of its own."""
    edit(world, "Second words.")
    world.run()
    edit(world, "First words.")
    world.run()

    assert updates(world) == ["update 1 Second words.", "update 1 First words."]


def test_a_change_taken_back_before_it_was_sent_is_none(world: World) -> None:
    """A→B→A while the service was away."""
    edit(world, "Second words.")
    world.service.script = [TransientError("503")]
    world.run(max_seconds=1)
    edit(world, "First words.")
    world.clock.jump(hours=2)
    world.run()

    assert updates(world) == ["update 1 Second words."]


def test_words_that_were_not_used_change_nothing(world: World) -> None:
    """What readers over there do not see is no edit."""
    world.posts = [make_post(1, body="First words.", authors=("Somebody else",))]
    world.run()

    assert updates(world) == []


def test_an_edit_while_the_create_waits_goes_with_it(tmp_path: Path) -> None:
    """What surely never left is composed anew."""
    world = World(tmp_path, edit=Support.FULL)
    world.posts = [make_post(1, body="First words.")]
    world.service.script = [TransientError("503")]
    world.run(max_seconds=1)
    edit(world, "Second words.")
    world.clock.jump(hours=2)
    world.run()

    assert "Second words." in world.service.standing[0].text
    assert updates(world) == []


def test_an_edit_while_the_outcome_is_unknown_follows_it(tmp_path: Path) -> None:
    """What may have left is frozen; the edit comes after."""
    world = World(tmp_path, edit=Support.FULL)
    world.posts = [make_post(1, body="First words.")]
    world.service.script = [AfterError(OutcomeUnknownError("lost"))]
    world.run()
    edit(world, "Second words.")
    for _ in range(2):
        world.clock.jump(minutes=5)
        world.run()

    assert len(world.service.standing) == 1
    assert updates(world) == ["update 1 Second words."]


def test_a_copy_that_was_edited_over_there_is_held(world: World) -> None:
    """The owner decides whose words stand."""
    world.service.script = [ConflictError("edited at 12:00")]
    edit(world, "Second words.")

    report = world.run()

    assert report.questions[0].kind is Kind.EDITED_THERE
    assert report.exit_code == 1


def test_an_edit_that_its_owner_made_over_there_is_done(world: World) -> None:
    """After `ledger seed` it is not asked for again; the next edit is sent."""
    world.service.script = [ConflictError("edited at 12:00")]
    edit(world, "Second words.")
    world.run()

    world.seed()
    quiet = world.run()
    edit(world, "Third words.")
    world.run()

    assert quiet.deliveries == ()
    assert updates(world) == ["update 1 Second words.", "update 1 Third words."]


def test_a_refused_edit_is_not_tried_again(world: World) -> None:
    """Until the author writes something else."""
    world.service.script = [TooLongError("501 characters")]
    edit(world, "Second words.")
    world.run()

    quiet = world.run()
    edit(world, "Third words.")
    world.run()

    assert quiet.deliveries == ()
    assert updates(world) == ["update 1 Second words.", "update 1 Third words."]


def test_a_copy_that_is_gone_is_not_made_again(world: World) -> None:
    """Somebody took it away on purpose."""
    world.service.script = [GoneError("404")]
    edit(world, "Second words.")

    report = world.run()

    again = world.run()

    assert report.deliveries[0].state == "skipped"
    assert again.deliveries == ()
    assert len(world.service.standing) == 1


def test_services_that_cannot_edit_are_left_alone(tmp_path: Path) -> None:
    """An edit is never a second post."""
    world = World(tmp_path)
    world.posts = [make_post(1, body="First words.")]
    world.run()
    edit(world, "Second words.")

    report = world.run()

    assert report.deliveries == ()
    assert len(world.service.standing) == 1
