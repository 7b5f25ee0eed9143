"""A lost ledger, made anew from what stands at the targets."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch_support import World, make_post
from share_bridge.bridge import rebuild
from share_bridge.config.model import FirstRun
from share_bridge.dispatch.settle.rebuild import Rebuilt
from share_bridge.errors import TransientError
from share_bridge.model.capabilities import Support


def _rebuild(world: World) -> Rebuilt:
    found: list[Rebuilt] = []

    async def do(runtime: object, errand: object) -> None:
        found.extend(await rebuild(runtime, errand))  # type: ignore[arg-type]

    world.run(do=do)
    (one,) = found
    return one


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.posts = [make_post(number) for number in (1, 2, 3)]
    world.run()
    return world


def test_what_stands_there_counts_as_sent(world: World) -> None:
    """Also to be edited later: the copies are ours."""
    world.lose_the_ledger()

    rebuilt = _rebuild(world)

    assert (rebuilt.standing, rebuilt.new) == (3, 0)
    assert world.states() == ["delivered"] * 3
    world.run()
    assert world.service.titles() == ["Post 1", "Post 2", "Post 3"]


def test_what_is_older_than_the_list_counts_as_seen(world: World) -> None:
    """A service that lists its newest posts only."""
    world.lose_the_ledger()
    del world.service.standing[0]

    rebuilt = _rebuild(world)

    assert rebuilt.standing == 2
    assert rebuilt.older == 1
    assert world.states() == ["skipped", "delivered", "delivered"]
    world.run()
    assert world.service.titles() == ["Post 2", "Post 3"]


def test_what_came_since_is_sent_by_the_next_run(world: World) -> None:
    world.lose_the_ledger()
    world.posts.append(make_post(24 * 40))

    rebuilt = _rebuild(world)

    assert (rebuilt.standing, rebuilt.new) == (3, 1)
    world.run()
    assert len(world.service.titles()) == 4


def test_a_first_run_sends_no_more_than_it_would(world: World) -> None:
    """Nothing stands there: what is new is decided by `first_run`, as ever."""
    world.lose_the_ledger()
    world.service.standing.clear()
    world.configure(first_run=FirstRun.NEWEST)

    assert _rebuild(world).new == 1


def test_a_target_that_cannot_be_asked_gets_nothing_until_its_owner_says_so(
    world: World,
) -> None:
    world.lose_the_ledger()
    world.install(recent=Support.UNSUPPORTED)

    rebuilt = _rebuild(world)

    assert "until `publish --first-run`" in rebuilt.reason
    world.run()
    assert world.states() == ["held"] * 3
    assert len(world.service.titles()) == 3
    world.run(first_run=True)
    assert world.states() == ["delivered"] * 3


def test_a_list_that_fails_says_so_and_nothing_is_believed(world: World) -> None:
    """The next run asks again before it sends anything."""
    world.lose_the_ledger()
    world.service.recent_error = TransientError("503")

    assert "could not be listed: 503" in _rebuild(world).reason
    world.service.recent_error = None
    world.run()
    assert world.service.titles() == ["Post 1", "Post 2", "Post 3"]


def test_it_sends_nothing_itself(world: World) -> None:
    world.lose_the_ledger()
    world.posts.append(make_post(24 * 40))
    before = [it for it in world.service.calls if it.startswith("publish")]

    _rebuild(world)

    assert [it for it in world.service.calls if it.startswith("publish")] == before
