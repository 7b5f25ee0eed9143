"""When the server publishes: at once, every so often, and when something waits."""

from __future__ import annotations

import asyncio
import threading

from share_bridge.serve.schedule import Schedule


def _keep(schedule: Schedule, until: threading.Event) -> None:
    """Run until then, with an end in any case."""

    async def run() -> None:
        async with schedule.running():
            assert await asyncio.to_thread(until.wait, 5)

    asyncio.run(run())


def test_it_publishes_at_once_and_again() -> None:
    ran: list[int] = []
    enough = threading.Event()

    def publish() -> None:
        ran.append(1)
        if len(ran) == 3:
            enough.set()

    _keep(Schedule(publish, lambda: None, every=0.01), enough)
    assert len(ran) >= 3


def test_what_is_to_be_told_does_not_wait_for_the_next_time() -> None:
    told = threading.Event()
    schedule: Schedule

    def publish() -> None:
        schedule.wake()

    schedule = Schedule(publish, told.set, every=3600)
    _keep(schedule, told)


def test_many_wishes_at_once_are_one() -> None:
    told: list[int] = []
    enough = threading.Event()
    schedule: Schedule

    def publish() -> None:
        for _ in range(100):
            schedule.wake()

    def tell() -> None:
        told.append(1)
        enough.set()

    schedule = Schedule(publish, tell, every=3600)
    _keep(schedule, enough)
    assert told == [1]


def test_a_run_that_is_under_way_is_waited_for() -> None:
    """Else a delivery would be cut off, and its outcome unknown."""
    begun, may_end = threading.Event(), threading.Event()
    ended: list[int] = []

    def publish() -> None:
        begun.set()
        may_end.wait(5)
        ended.append(1)

    threading.Timer(0.2, may_end.set).start()
    _keep(Schedule(publish, lambda: None, every=3600), begun)
    assert ended == [1]
