"""A call of a plugin ends in time, whatever the plugin does about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from dispatch_support import Publishers, World, make_post
from share_bridge.bridge import rebuild
from share_bridge.dispatch.border import LateError, StuckError, bounded
from share_bridge.model.capabilities import Support
from share_bridge.model.receipt import Receipt, Recipient

#: Too short for what never answers, on any machine.
SOON = 0.05
DEAF = "did not stop when told to"


async def deaf(*_: object, **__: object) -> Any:
    """Waits for ever, and cannot be told to stop."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            continue


async def deaf_list(*_: object, **__: object) -> AsyncIterator[Any]:
    yield await deaf()


def never() -> Any:
    return asyncio.Event().wait()


async def shielded() -> Any:
    await asyncio.shield(asyncio.ensure_future(never()))


async def answers_when_told() -> str:
    try:
        await never()
    except asyncio.CancelledError:
        return "at the last moment"
    raise AssertionError


async def refuses_when_told() -> None:
    try:
        await never()
    except asyncio.CancelledError:
        raise KeyError("at the last moment") from None


async def cancels_itself() -> None:
    raise asyncio.CancelledError


async def leaves_the_program() -> None:
    raise SystemExit(0)


@pytest.mark.parametrize(
    "call, error, said",
    [
        (never, LateError, "it gave nothing within 0.05 s"),
        (shielded, LateError, "it gave nothing within 0.05 s"),
        (deaf, StuckError, f"it gave nothing within 0.05 s, and {DEAF}"),
        (refuses_when_told, KeyError, "'at the last moment'"),
        (cancels_itself, RuntimeError, "it cancelled itself"),
        (leaves_the_program, RuntimeError, "it wanted to end the program"),
    ],
)
def test_every_call_ends(
    call: Callable[[], Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as caught:
        asyncio.run(bounded(call(), seconds=SOON))

    assert (type(caught.value), str(caught.value)) == (error, said)


def test_what_it_gives_when_told_to_stop_is_true() -> None:
    """A receipt that comes late is a receipt."""
    given = asyncio.run(bounded(answers_when_told(), seconds=SOON))

    assert given == "at the last moment"


def test_who_is_stopped_stops_the_call() -> None:
    """Ctrl-C while a plugin is called: it is told, and not waited for long."""
    told: list[str] = []

    async def call() -> None:
        try:
            await never()
        finally:
            told.append("stop")

    async def stopped() -> None:
        task = asyncio.create_task(bounded(call(), seconds=3600))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stopped())

    assert told == ["stop"]


def install(world: World, method: str, call: Callable[..., Any] = deaf) -> None:
    """One method of the publisher is as given; the others work."""
    world.configure(timeout=timedelta(seconds=SOON))
    made = world.publishers.classes["scripted"]
    world.publishers.classes["scripted"] = type("Deaf", (made,), {method: call})


@pytest.fixture
def crowd(world: World) -> World:
    world.install(fan_out=True)
    world.service.recipients = [Recipient("a@a.example", host="a.example")]
    return world


@pytest.mark.parametrize("method", ["check", "publish"])
def test_a_run_ends_and_says_who_does_not(world: World, method: str) -> None:
    install(world, method)

    report = world.run(max_seconds=1)

    assert report.exit_code == 4
    (row,) = report.deliveries
    assert (row.target, row.state) == ("home", "waiting")
    assert row.reason == f"it gave nothing within 0.05 s, and {DEAF}"


def test_what_was_abandoned_may_have_been_sent(world: World) -> None:
    """It is looked for, before it is sent again."""

    async def publish(self: Any, message: Any, context: Any) -> None:
        world.service.accept(message, context.key())
        await deaf()

    install(world, "publish", publish)

    world.run(max_seconds=1)
    world.clock.jump(minutes=10)
    world.run()

    assert world.states() == ["delivered"]
    assert world.service.titles() == ["Post 1"]


@pytest.mark.parametrize("method", ["update", "delete"])
def test_a_change_ends_too(world: World, method: str) -> None:
    world.install(edit=Support.FULL, delete=Support.FULL)
    world.run()
    if method == "update":
        world.posts = [make_post(1, body="Other words.")]
    else:
        world.tombstones = {"guid:blog:1"}
        world.configure(delete="send")
    install(world, method)

    report = world.run(max_seconds=1)

    assert world.states() == ["delivered", "waiting"]
    assert DEAF in report.deliveries[-1].reason


@pytest.mark.parametrize("method", ["prepare", "obstacle", "publish", "recipients"])
def test_a_fan_out_ends_too(crowd: World, method: str) -> None:
    install(crowd, method, deaf_list if method == "recipients" else deaf)
    crowd.configure(timeout=timedelta(seconds=SOON / 10))  # lists take ten times that

    report = crowd.run(max_seconds=1)

    assert report.deliveries[0].state == "waiting"
    assert DEAF in report.deliveries[0].reason


@pytest.mark.parametrize("method, declared", [("discover", True), ("close", False)])
def test_what_is_not_needed_changes_nothing(
    world: World, method: str, declared: bool
) -> None:
    world.install(discover=declared)
    install(world, method)

    assert world.run().exit_code == 0
    assert world.states() == ["delivered"]


def test_what_comes_in_is_not_waited_for(world: World) -> None:
    world.install(collect=True)
    install(world, "collect")
    world.configure(timeout=timedelta(seconds=SOON / 10))

    report = world.run()

    assert world.states() == ["delivered"]
    assert len(report.warnings) == 1
    assert report.warnings[0].startswith("home: ")
    assert DEAF in report.warnings[0]


def test_a_listing_ends_too(world: World) -> None:
    """Nothing is sent where nobody could read what stands there."""
    install(world, "recent", deaf_list)
    world.configure(timeout=timedelta(seconds=SOON / 10))

    report = world.run(max_seconds=1)
    (rebuilt,) = world.run(do=rebuild)

    assert world.service.titles() == []
    assert DEAF in report.deliveries[0].reason
    assert DEAF in rebuilt.reason


def with_another(world: World, method: str, call: Callable[..., Any] = deaf) -> None:
    """A second target whose publisher is as it was, and has all the time it wants."""
    well = world.publishers.classes["scripted"]
    install(world, method, call)
    world.publishers.classes["well"] = well
    away = replace(
        world.target,
        name="away",
        publisher="well",
        timeout=timedelta(hours=1),
        settings={"server": "other.example", "account": "bob"},
    )
    world.targets = [world.target, away]


def test_others_go_on(world: World) -> None:
    """One that is stuck keeps no other target from its posts."""
    with_another(world, "publish")

    report = world.run(max_seconds=1)

    states = {row.target: row.state.value for row in report.deliveries}
    assert states == {"away": "delivered", "home": "waiting"}


def test_what_was_abandoned_reaches_nobody_any_more(world: World) -> None:
    """It may wake up at any later time; nothing is sent behind the ledger's back."""
    woken, tried = asyncio.Event(), asyncio.Event()
    came: list[str] = []

    async def publish(self: Any, message: Any, context: Any) -> Receipt:
        try:
            await never()
        except asyncio.CancelledError:
            await woken.wait()
        try:
            await context.http.post("https://service.example/statuses")
        except RuntimeError as error:
            came.append(str(error))
        tried.set()
        return Receipt("1")

    async def close(self: Any, context: Any) -> None:
        await tried.wait()

    class Waking(Publishers):
        def delivery_failed(self, *_: object) -> None:
            woken.set()

    with_another(world, "publish", publish)
    made = world.publishers.classes["well"]
    world.publishers = Waking(world.publishers.classes)
    world.publishers.classes["well"] = type("Lasting", (made,), {"close": close})

    world.run(max_seconds=1)

    assert came == ["its time is over: nothing is sent any more"]
    assert world.site.asked == []
    assert sorted(world.states()) == ["delivered", "waiting"]
