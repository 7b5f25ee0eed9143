"""What a publisher keeps open between messages is ended once, whatever happened."""

from __future__ import annotations

from typing import Any

import pytest

from dispatch_support import World, make_post


def closes(world: World, *, error: Exception | None = None) -> list[str]:
    """Let the publisher note when it is closed; gives all of its calls."""
    calls = world.service.calls

    class Closing(world.publishers.classes["scripted"]):  # type: ignore[misc,name-defined]
        async def close(self, context: Any) -> None:
            calls.append("close")
            if error is not None:
                raise error

    world.publishers.classes["scripted"] = Closing
    return calls


def test_it_is_closed_after_the_last_message(world: World) -> None:
    world.posts.append(make_post(2))
    calls = closes(world)

    world.run()

    assert calls[-3:] == ["publish Post 1", "publish Post 2", "close"]
    assert calls.count("close") == 1


def test_it_is_closed_after_a_failure(world: World) -> None:
    world.service.script = [RuntimeError("broken")]
    calls = closes(world)

    world.run(max_seconds=0)

    assert calls[-1] == "close"


@pytest.mark.parametrize("error", [OSError("gone"), RuntimeError("no")])
def test_a_failure_to_close_changes_nothing(world: World, error: Exception) -> None:
    closes(world, error=error)

    assert world.run().exit_code == 0
    assert world.states() == ["delivered"]
