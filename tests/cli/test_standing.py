"""`status`: what went where, what waits until when and why, and what is asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from dispatch_support import AfterError, World, make_post
from share_bridge.cli.standing import document, lines, standing
from share_bridge.config.hours import parse_hours
from share_bridge.errors import TransientError
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Support

LONG = "A walk in the hills, and what the dog thought of the whole matter afterwards"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A target that is free, and one that is quiet from noon to two in Berlin."""
    world = World(tmp_path)
    world.posts = [make_post(1), make_post(2, title=LONG)]
    free = replace(world.target, settings={"account": "free"})
    drips = replace(
        world.target,
        name="drips",
        settings={"account": "drips"},
        zone="Europe/Berlin",
        min_interval=timedelta(hours=1),
        quiet_hours=(parse_hours("13:00-15:00"),),
    )
    world.targets = [free, drips]
    return world


def shown(world: World, *, width: int = 80, paused: bool = False) -> str:
    """The lines of `status`, now."""
    return "\n".join(lines(_standing(world, paused=paused), width=width))


def _standing(world: World, *, paused: bool = False) -> Any:
    with Ledger.in_memory(world.ledger_path) as ledger:
        return standing(
            ledger,
            world.config,
            world.publishers,
            count=20,
            now=world.clock.now(),
            paused=paused,
        )


def test_everything_at_a_glance(world: World) -> None:
    """By the clock of each target; nothing is wider than the terminal."""
    world.run()

    text = shown(world)

    assert (
        text
        == f"""\
Published
  {_id(world, 2)}  “A walk in the hills, and what the dog thought of the whole
                matter afterwards”
    home  https://service.example/2
  {_id(world, 1)}  “Post 1”
    home  https://service.example/1

Waiting
  drips (Europe/Berlin)
    Sun 22 Nov 15:00  “Post 1”
                      quiet hours
    Sun 22 Nov 16:00  “A walk in the hills, and what the dog thought of the
                      whole matter afterwards”
                      one post in 1h (min_interval)

Targets
  home: scripted @free
  drips: scripted, quiet 13:00-15:00"""
    )
    assert max(map(len, text.splitlines())) <= 80


def test_what_is_too_much_for_the_next_run_goes_later(world: World) -> None:
    """Two went with this run, and two more go with the next."""
    world.posts = [make_post(number) for number in range(1, 8)]
    world.targets = [replace(world.targets[0], max_per_run=2)]
    report = world.run()

    waiting = shown(world).partition("Waiting")[2].partition("Targets")[0]

    reasons = [row.reason for row in report.deliveries if row.reason]
    assert reasons == ["in 2 runs (max_per_run)"] * 2 + ["in 3 runs (max_per_run)"]
    assert [line.split()[0] for line in waiting.splitlines() if "“" in line] == [
        *("next", "next", "later", "later", "later")
    ]


def test_a_failure_says_how_often_and_what_is_behind_it(world: World) -> None:
    """What waits for its turn is not promised before."""
    world.targets = [world.target]
    world.service.script = [
        TransientError("no connection"),
        TransientError("still not"),
    ]
    world.run(max_seconds=10)

    text = shown(world)

    assert "tried 2 times: still not" in text
    assert text.count("Sun 22 Nov 1") == 2


def test_a_question_comes_last_with_its_commands_whole(world: World) -> None:
    """Ready to paste, however long they are."""
    world.install(recent=Support.UNSUPPORTED)
    world.targets = [world.target]
    world.posts = [make_post(2, title=LONG)]
    world.service.script = [AfterError(ConnectionResetError())]
    world.run(max_seconds=300)

    text = shown(world, width=40)
    question = text[text.index("\n?  ") :]
    command = f"     share-bridge ledger adopt {_id(world, 2)} home URL"

    assert "Held, until you answer a question below" in text
    assert question.splitlines()[1].startswith("?  Does “A walk in the hills")
    assert command in question.splitlines()
    assert text.endswith(f"     share-bridge ledger forget {_id(world, 2)} home")


@pytest.mark.parametrize("how", ["one", "all"])
def test_a_pause_is_said(world: World, how: str) -> None:
    """And no time is promised meanwhile."""
    world.run()
    with Ledger.open(world.ledger_path) as ledger:
        record = ledger.targets.named("drips", "scripted")
        ledger.targets.stop(record.id, stopped=how == "one")

    text = shown(world, paused=how == "all")

    assert "  drips, paused\n" in text
    assert "Sun 22 Nov" not in text
    assert ("`share-bridge resume drips`" in text) == (how == "one")
    assert ("SHARE_BRIDGE_PAUSE" in text) == (how == "all")


def test_the_document_has_the_same(world: World) -> None:
    """Times in UTC."""
    world.run()

    found = document(_standing(world))

    assert found["next_due"] == "2026-11-22T14:00:00+00:00"
    assert [row["due"] for row in found["open"]] == [
        "2026-11-22T14:00:00+00:00",
        "2026-11-22T15:00:00+00:00",
    ]
    assert [row["target"] for row in found["targets"]] == ["home", "drips"]
    assert len(found["published"]) == 2


def test_what_a_post_says_moves_no_cursor(world: World) -> None:
    """A title is text, not a command to the terminal."""
    world.posts = [make_post(1, title="Red \x1b[31m alert\nand a line")]
    world.run()

    assert "\x1b" not in shown(world)
    assert "alert and a line" in shown(world)


def _id(world: World, number: int) -> str:
    with Ledger.in_memory(world.ledger_path) as ledger:
        record = ledger.posts.find([f"guid:blog:{number}"])
    assert record is not None
    return record.id
