"""Posts wait by their owner's own rules, and go out when these let them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dispatch_support import START, AfterError, World, make_post
from share_bridge.config.hours import parse_hours
from share_bridge.dispatch.report.report import Report
from share_bridge.errors import TransientError
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.receipt import Pending, Recipient

#: The clock of a World begins at noon, UTC.
QUIET = (parse_hours("11:00-14:00"),)


def pace(world: World, *numbers: int, **rules: Any) -> None:
    world.posts = [make_post(number) for number in numbers]
    world.configure(**{"zone": "UTC"} | rules)


def waiting(report: Report) -> list[tuple[str, str | None, str | None]]:
    """State, time and reason of what did not go out."""
    return [
        (
            message.state.value,
            message.due and f"{message.due:%H:%M}",
            message.reason,
        )
        for message in report.deliveries
        if message.state is not State.DELIVERED
    ]


def test_quiet_hours_hold_back_and_are_no_failure(world: World) -> None:
    """Exit 0, and the report says until when; nobody was asked anything."""
    pace(world, 1, quiet_hours=QUIET)

    quiet = world.run()
    world.clock.jump(hours=2)
    after = world.run()

    assert quiet.exit_code == 0
    assert waiting(quiet) == [("planned", "14:00", "quiet hours")]
    assert quiet.next_due == START + timedelta(hours=2)
    assert world.service.titles() == ["Post 1"]
    assert after.exit_code == 0
    assert world.service.calls.index("publish Post 1") > 0


def test_in_quiet_hours_the_service_is_not_asked(world: World) -> None:
    """A run every minute of the night costs nothing."""
    pace(world, 1, quiet_hours=QUIET)

    world.run()

    assert world.service.calls == []


def test_posts_drip_across_runs(world: World) -> None:
    """The interval counts from the last delivery in the ledger."""
    pace(world, 1, 2, 3, min_interval=timedelta(hours=1))

    first = world.run()
    soon = world.run()
    world.clock.jump(minutes=59, seconds=50)
    almost = world.run(max_seconds=5)
    world.clock.jump(seconds=15)
    second = world.run()

    assert waiting(first) == [
        ("planned", "13:00", "one post in 1h (min_interval)"),
        ("planned", "14:00", "one post in 1h (min_interval)"),
    ]
    assert [report.exit_code for report in (first, soon, almost, second)] == [0] * 4
    assert world.service.titles() == ["Post 1", "Post 2"]
    assert [report.totals["delivered"] for report in (soon, almost)] == [0, 0]


def test_a_long_run_keeps_sending_as_times_come(world: World) -> None:
    """With enough seconds, one run sends all of them, an hour apart."""
    pace(world, 1, 2, 3, min_interval=timedelta(hours=1), quiet_hours=QUIET)

    report = world.run(max_seconds=6 * 3600)

    assert report.totals["delivered"] == 3
    times = [remote.created - START for remote in world.service.standing]
    assert times == [timedelta(hours=hours) for hours in (2, 3, 4)]


def test_a_failed_attempt_does_not_restart_the_interval(world: World) -> None:
    """Only what the service has, or may have, counts."""
    pace(world, 1, 2, min_interval=timedelta(hours=1))
    world.service.script = [TransientError("no"), None]

    world.run(max_seconds=60)

    assert world.service.titles() == ["Post 1"]


def test_a_lost_attempt_counts_as_sent(world: World) -> None:
    """It may stand there since then."""
    pace(world, 1, 2, min_interval=timedelta(hours=1))
    world.service.script = [AfterError(ConnectionResetError())]

    world.run(max_seconds=7200)

    gap = world.service.standing[1].created - world.service.standing[0].created
    assert world.service.titles() == ["Post 1", "Post 2"]
    assert gap == timedelta(hours=1)


def test_a_retry_keeps_to_the_hours(world: World) -> None:
    """What failed before the quiet hours is tried again after them."""
    pace(world, 1, quiet_hours=(parse_hours("12:00-13:00"),))
    world.clock.jump(seconds=-2)
    world.service.script = [TransientError("no")]

    failed = world.run()
    still = world.run()
    world.clock.jump(hours=1, seconds=2)
    world.run()

    assert (failed.exit_code, still.exit_code) == (4, 4)
    assert [call for call in world.service.calls if "publish" in call] == [
        "publish Post 1",
        "publish Post 1",
    ]
    assert world.service.titles() == ["Post 1"]


def test_what_was_accepted_goes_on_in_quiet_hours(world: World) -> None:
    """A service that wants to be called again is."""
    pace(world, 1, quiet_hours=(parse_hours("12:00-13:00"),))
    world.clock.jump(seconds=-2)
    later = START + timedelta(seconds=5)
    world.service.script = [lambda *_: Pending(later)]

    world.run()

    assert world.service.titles() == ["Post 1"]


def test_one_message_to_many_is_one_post(world: World) -> None:
    """The interval is between posts, not between recipients."""
    world.install(fan_out=True)
    world.service.recipients = [Recipient(f"https://e.example/{n}") for n in range(3)]
    pace(world, 1, 2, min_interval=timedelta(hours=1))

    report = world.run()

    assert world.service.titles() == ["Post 1"] * 3
    assert [message.state for message in report.deliveries] == [
        State.DELIVERED,
        State.PLANNED,
    ]


def test_an_edit_waits_for_no_interval(world: World) -> None:
    """A mended typo is no new post; hours hold it back all the same."""
    world.install(edit=Support.FULL)
    pace(world, 1, min_interval=timedelta(hours=10))
    world.run()
    world.posts = [make_post(1, body="Mended.")]

    quiet = (parse_hours("12:00-12:30"),)
    world.configure(quiet_hours=quiet)
    held_back = world.run()
    world.clock.jump(minutes=31)
    sent = world.run()

    assert waiting(held_back) == [("planned", "12:30", "quiet hours")]
    assert len(world.service.edits) == sent.totals["delivered"] == 1


@pytest.mark.parametrize("how", ["one target", "the environment"])
def test_while_paused_nothing_is_sent_and_nothing_is_lost(
    world: World, how: str
) -> None:
    """Posts are planned meanwhile, and go out afterwards."""
    world.posts = [make_post(1)]
    if how == "one target":
        stop(world, stopped=True)

    paused = world.run(paused=how == "the environment")
    if how == "one target":
        stop(world, stopped=False)
    after = world.run()

    assert world.service.calls.count("publish Post 1") == 1
    assert [target.state for target in paused.targets] == ["paused"]
    assert paused.exit_code == after.exit_code == 0
    assert paused.totals["planned"] == after.totals["delivered"] == 1
    assert any("paused" in warning for warning in paused.warnings)


def test_what_waits_at_a_paused_target_is_no_failure(world: World) -> None:
    """It failed before; now its owner wants it to rest."""
    world.posts = [make_post(1)]
    world.service.script = [TransientError("no")]
    failed = world.run(max_seconds=1)

    stop(world, stopped=True)
    paused = world.run()

    assert failed.exit_code == 4
    assert paused.exit_code == 0


def test_a_pause_is_heard_while_a_run_goes_on(world: World) -> None:
    """What is being sent ends; what comes after it stays."""
    world.posts = [make_post(1), make_post(2)]

    def accept(message: Any, context: Any) -> Any:
        stop(world, stopped=True)
        raise TransientError("no")

    world.service.script = [accept]
    world.run(max_seconds=3600)

    assert world.service.calls.count("publish Post 1") == 1
    assert world.service.titles() == []


def stop(world: World, *, stopped: bool) -> None:
    with Ledger.open(world.ledger_path) as ledger:
        record = ledger.targets.named("home", "scripted")
        ledger.targets.stop(record.id, stopped=stopped)


def test_what_was_accepted_keeps_its_words(world: World) -> None:
    """However often the service is out of reach afterwards, and the post edited."""
    seen: list[str] = []

    def accepted(message: Any, context: Any) -> Any:
        seen.append(message.text)
        return Pending(world.clock.now() + timedelta(seconds=5))

    world.service.script = [accepted, TransientError("no"), TransientError("no")]
    world.run(max_seconds=30)
    world.posts = [make_post(1, body="Other words.")]
    world.clock.jump(hours=1)
    world.run()

    assert seen == [remote.text for remote in world.service.standing]
