"""The same runs on every kind of ledger: each post once, whatever is cut off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dispatch_support import World, make_post
from git_support import make_clones
from ledger_acts import KEY
from share_bridge.errors import LedgerError, TransientError
from share_bridge.ledger.place import Branch
from share_bridge.model.message import Message
from share_bridge.model.receipt import Receipt

_KINDS = ["ledger.db", "ledger.jsonl", "git"]


@pytest.fixture(params=_KINDS)
def worlds(
    request: pytest.FixtureRequest, tmp_path: Path, requires: Callable[[str], str]
) -> tuple[World, World]:
    """Two machines that share a service, a clock, and a ledger."""
    one, other = World(tmp_path), World(tmp_path)
    other.service, other.clock, other.publishers = (
        one.service,
        one.clock,
        one.publishers,
    )
    if request.param == "git":
        requires("git")
        first, second = make_clones(tmp_path, 2)
        one.place, other.place = Branch(first, "state"), Branch(second, "state")
    else:
        one.place = other.place = tmp_path / request.param
    for world in (one, other):
        world.posts = [make_post(1), make_post(2), make_post(3)]
    return one, other


def test_what_one_sent_the_other_does_not(worlds: tuple[World, World]) -> None:
    one, other = worlds

    one.run()
    other.run()

    assert one.service.titles() == ["Post 1", "Post 2", "Post 3"]
    assert other.states() == ["delivered"] * 3


def test_what_one_was_cut_off_in_the_other_looks_for(
    worlds: tuple[World, World],
) -> None:
    """The post arrived, and nobody was there to hear it."""
    one, other = worlds
    one.kill()

    for _ in range(3):
        one.clock.jump(minutes=4)
        other.run()

    assert other.service.titles() == ["Post 1", "Post 2", "Post 3"]
    assert other.states() == ["delivered"] * 3


def test_what_may_still_be_under_way_is_left_alone(worlds: tuple[World, World]) -> None:
    one, other = worlds
    one.kill()

    other.run(max_seconds=0.5)

    assert other.service.titles() == ["Post 1"]


def test_a_failure_here_is_tried_again_there(worlds: tuple[World, World]) -> None:
    one, other = worlds
    one.service.script.append(TransientError("503"))
    one.run(max_seconds=0.5)

    one.clock.jump(minutes=1)
    other.run()

    assert other.service.titles() == ["Post 1", "Post 2", "Post 3"]


@pytest.mark.parametrize("worlds", ["git"], indirect=True)
def test_a_run_that_may_not_push_sends_nothing(
    tmp_path: Path, worlds: tuple[World, World]
) -> None:
    """It ends before the first request."""
    hook = tmp_path / "site.git" / "hooks" / "update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)

    with pytest.raises(LedgerError, match="cannot be pushed"):
        worlds[0].run()

    assert worlds[0].service.titles() == []


@pytest.mark.parametrize("worlds", ["git"], indirect=True)
def test_a_run_that_could_not_tell_how_it_ended_sends_nothing_twice(
    tmp_path: Path, worlds: tuple[World, World]
) -> None:
    """The network is gone between the push of `sending` and the last push."""
    one, other = worlds
    site, away = tmp_path / "site.git", tmp_path / "away.git"

    def cut(message: Message, context: Any) -> Receipt:
        remote = one.service.accept(message, context.key())
        site.rename(away)
        return Receipt(remote.id, remote.url)

    one.service.script.append(cut)
    with pytest.raises(LedgerError, match="git:state"):
        one.run()
    away.rename(site)

    for _ in range(3):
        one.clock.jump(minutes=4)
        other.run()

    assert other.service.titles() == ["Post 1", "Post 2", "Post 3"]


@pytest.mark.parametrize("worlds", ["ledger.jsonl"], indirect=True)
def test_a_target_whose_state_cannot_be_read_is_held_until_the_key_is_there(
    worlds: tuple[World, World],
) -> None:
    """Nothing is sent on half of what is known, and the question says what to set."""
    world, _ = worlds
    world.key = KEY
    world.run()
    with world.open() as ledger:
        target = ledger.targets.named("home", "scripted").id
        ledger.targets.documents(target).put("cursor", 1)
    world.posts.append(make_post(4))
    world.key = bytes(32)

    report = world.run()

    assert world.service.titles() == ["Post 1", "Post 2", "Post 3"]
    assert report.exit_code == 1
    assert "SHARE_BRIDGE_KEY" in report.questions[0].text

    world.key = KEY
    world.run()

    assert world.service.titles()[-1] == "Post 4"


@pytest.mark.parametrize("worlds", ["ledger.jsonl"], indirect=True)
def test_a_publisher_that_keeps_something_needs_a_key(
    worlds: tuple[World, World],
) -> None:
    """Its target is held, with what to set; what it had sent is found, not repeated."""
    world, _ = worlds

    def keep(message: Message, context: Any) -> Receipt:
        remote = world.service.accept(message, context.key())
        context.state.put("cursor", 1)
        return Receipt(remote.id, remote.url)

    world.service.script.append(keep)
    report = world.run()

    assert report.exit_code == 1
    assert "SHARE_BRIDGE_KEY" in report.questions[0].text
    assert world.service.titles() == ["Post 1"]

    world.key = KEY
    world.clock.jump(minutes=5)
    world.run()

    assert world.service.titles() == ["Post 1", "Post 2", "Post 3"]
    assert world.states() == ["delivered"] * 3
