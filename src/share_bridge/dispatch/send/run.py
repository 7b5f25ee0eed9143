"""Sends what is due at every target, side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.lane import Lane
from share_bridge.dispatch.send.live import LivePages

__all__ = ["dispatch"]


async def dispatch(
    runtime: Runtime, targets: Sequence[PlannedTarget], *, sends: bool = True
) -> None:
    """Run a lane for each target; one target's trouble never stops another.

    Without `sends`, publishers collect and prepare, and nothing leaves.
    """
    pages = LivePages(runtime)
    try:
        async with asyncio.TaskGroup() as group:
            for target in targets:
                group.create_task(Lane(runtime, target, pages, sends=sends).run())
    except BaseExceptionGroup as group_of_one:
        raise group_of_one.exceptions[0] from None
    finally:
        await pages.close()
