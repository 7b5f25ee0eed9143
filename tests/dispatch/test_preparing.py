"""What a publisher does once for a message, whoever it is for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dispatch_support import World, make_post
from share_bridge.errors import TransientError
from share_bridge.model.capabilities import Support
from share_bridge.model.message import Message
from share_bridge.model.receipt import Receipt, Recipient


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, fan_out=True, recent=Support.UNSUPPORTED, edit=Support.FULL)
    world.posts = [make_post(1)]
    return world


def _prepares(world: World, *steps: Exception | Receipt | None) -> list[str]:
    """Let the publisher prepare, as the steps say; the keys that it was given."""
    keys: list[str] = []
    script = list(steps)

    class Preparing(world.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def prepare(self, message: Message, context: Any) -> Receipt | None:
            keys.append(context.key())
            world.service.calls.append(f"prepare {message.title}")
            step = script.pop(0) if script else None
            if isinstance(step, Exception):
                raise step
            return step

    world.publishers.classes["scripted"] = Preparing
    return keys


def test_it_comes_once_before_all_recipients(world: World) -> None:
    world.service.recipients = [Recipient(f"{name}@x.example") for name in "abc"]
    _prepares(world)
    world.run()
    calls = [call for call in world.service.calls if "Post" in call]
    assert calls == ["prepare Post 1", *["publish Post 1"] * 3]


def test_a_message_without_recipients_may_stand_by_itself(world: World) -> None:
    """It is served somewhere: that is where it stands."""
    receipt = Receipt("post-1", "https://example.org/ap/1")
    _prepares(world, receipt)
    (row,) = world.run().deliveries
    assert (row.state, row.url) == ("delivered", receipt.url)


def test_an_edit_of_what_stands_by_itself_is_prepared_too(world: World) -> None:
    _prepares(world, Receipt("post-1"), Receipt("post-1"))
    world.run()
    world.posts = [make_post(1, body="Other words")]
    world.run()
    assert world.states() == ["delivered", "delivered"]
    assert world.service.calls.count("prepare Post 1") == 2


def test_without_recipients_and_without_a_place_it_is_skipped(world: World) -> None:
    _prepares(world)
    world.run()
    assert world.states() == ["skipped"]


def test_what_failed_to_get_ready_is_tried_again_under_the_same_key(
    world: World,
) -> None:
    world.service.recipients = [Recipient("a@x.example")]
    keys = _prepares(world, TransientError("disk full"))
    world.run(max_seconds=0)
    world.clock.jump(minutes=1)
    world.run()
    assert world.states() == ["delivered"]
    assert len(keys) == 2
    assert keys[0] == keys[1]
