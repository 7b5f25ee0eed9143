"""Worlds whose target gets its posts in a digest, and random lives of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from dispatch_support import AfterError, Killed, SiteConfig, World, make_post
from share_bridge.config.digests import Digest, Every
from share_bridge.config.model import FirstRun
from share_bridge.model.delivery import State

__all__ = ["MONDAY", "Step", "begin", "collects", "live", "publish", "steps", "told"]

#: Worlds begin on a Sunday, at noon.
MONDAY = Digest(every=Every.WEEK, day=0, minute=8 * 60, zone="UTC")
_LINK = re.compile(r"https://example\.org/(\d+)")


def collects(world: World, digest: Digest | None = MONDAY) -> World:
    """The world, with a digest at its target, and one post from before that."""
    world.site_config = SiteConfig(
        url="https://example.org/", title="Example blog", language="en"
    )
    world.source = replace(world.source, first_run=FirstRun.NONE)
    world.configure(digest=digest)
    world.posts = [make_post(0)]
    return world


def begin(world: World) -> World:
    """A world that ran once: what it had before is old, and its digest is empty."""
    collects(world).run()
    world.posts = []
    return world


def publish(world: World, *numbers: int, **values: object) -> None:
    """New posts, dated now, unless they say otherwise."""
    world.posts += [
        make_post(number, **{"published": world.clock.time, **values})
        for number in numbers
    ]


def told(world: World) -> list[list[int]]:
    """The posts of each message that stands, as it shows them."""
    return [
        [int(number) for number in _LINK.findall(remote.text)]
        for remote in world.service.standing
    ]


class Step(NamedTuple):
    """One thing that happens, and to whom or for how long."""

    name: str
    value: int = 0


#: What happens to authors, machines and services; a run is on one of two machines.
_STEPS = st.one_of(
    st.builds(
        Step, st.sampled_from(["publish", "edit", "withdraw"]), st.integers(0, 5)
    ),
    st.builds(Step, st.just("run"), st.integers(0, 1)),
    st.builds(Step, st.just("wait"), st.sampled_from([1, 7, 21, 24, 72, 200])),
    st.builds(Step, st.just("cut"), st.integers(0, 40)),
    st.builds(Step, st.sampled_from(["lost", "killed"]), st.integers(0, 1)),
)
steps = st.lists(_STEPS, max_size=20)


def live(worlds: Sequence[World], life: Sequence[Step], *, days: int = 28) -> None:
    """Play it, then let the machines run now and then for three weeks, and look.

    Whatever happened: no post is told of twice, none that stayed is missing, and
    nobody has to be asked whether something stands.
    """
    one, *_ = worlds
    alive: set[int] = set()
    gone: set[int] = set()
    for step in life:
        _play(worlds, step, alive, gone)
    one.service.script.clear()
    for _ in range(7):
        for world in worlds:
            _share(worlds)
            world.run()
            _answer(world)
        one.clock.jump(days=3, hours=1)
    counts = Counter(number for message in told(one) for number in message)
    assert max(counts.values(), default=1) == 1
    assert alive <= counts.keys() <= alive | gone


def _play(worlds: Sequence[World], step: Step, alive: set[int], gone: set[int]) -> None:
    one = worlds[0]
    numbers = sorted(alive)
    if step.name == "publish":
        number = len(alive | gone) + 1
        alive.add(number)
        publish(one, number, published=one.clock.time - timedelta(hours=9 * step.value))
    elif step.name == "edit" and numbers:
        number = numbers[step.value % len(numbers)]
        one.posts = [
            replace(post, content="<p>Other words of it.</p>")
            if post.title == f"Post {number}"
            else post
            for post in one.posts
        ]
    elif step.name == "withdraw" and numbers:
        number = numbers[step.value % len(numbers)]
        alive.discard(number)
        gone.add(number)
        one.posts = [it for it in one.posts if it.title != f"Post {number}"]
        one.tombstones.add(f"guid:blog:{number}")
    elif step.name == "wait":
        one.clock.jump(hours=step.value)
    elif step.name in {"run", "cut", "lost", "killed"}:
        _run(worlds, step)


def _run(worlds: Sequence[World], step: Step) -> None:
    """A run that may end anywhere, or lose its answer."""
    world = worlds[step.value % len(worlds)]
    _share(worlds)
    if step.name == "cut":
        world.clock.fuse = step.value
    elif step.name != "run":
        error = Killed() if step.name == "killed" else ConnectionResetError()
        world.service.script = [AfterError(error)]
    with suppress(Killed):
        world.run()
    world.clock.fuse = None
    world.service.script.clear()


def _share(worlds: Sequence[World]) -> None:
    for world in worlds:
        world.posts, world.tombstones = worlds[0].posts, worlds[0].tombstones


def _answer(world: World) -> None:
    """What failed too often is tried again; nothing is in doubt."""
    with world.open() as ledger:
        for delivery in ledger.deliveries.of():
            if delivery.state is State.HELD:
                assert not delivery.unknown
                ledger.holds.due_now(delivery)
