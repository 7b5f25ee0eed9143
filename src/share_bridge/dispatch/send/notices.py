"""Sends what publishers have to tell that is not about a post; before all else.

A notice may be sent twice, so there is nothing to settle: one that was not surely
taken is tried again, until it is too old to matter.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.backoff import backoff
from share_bridge.dispatch.send.outcome import SOON
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import (
    PublishError,
    RateLimitedError,
    RejectedError,
    SkippedError,
)
from share_bridge.ledger.notices import Notices, Waiting, failing_since

__all__ = ["send_notices"]

_AT_ONCE = 8


async def send_notices(runtime: Runtime, opened: OpenedTarget) -> None:
    """Send those that are due, a few side by side, until the run's deadline."""
    notices = runtime.ledger.targets.notices(opened.record.id)
    due = list(notices.due(runtime.now()))
    if not due:
        return
    places = asyncio.Semaphore(_AT_ONCE)

    async def send(waiting: Waiting) -> None:
        async with places:
            if runtime.now() < runtime.deadline:
                await _send(runtime, opened, notices, waiting)

    async with asyncio.TaskGroup() as group:
        for waiting in due:
            group.create_task(send(waiting))


async def _send(
    runtime: Runtime, opened: OpenedTarget, notices: Notices, waiting: Waiting
) -> None:
    notice = waiting.notice
    context = opened.context(recipient=notice.recipient)
    try:
        await opened.call(lambda: opened.publisher.notify(notice, context), writes=True)
    except PublishError as error:
        if isinstance(error, SkippedError):
            notices.sent(waiting)
            return
        if isinstance(error, RejectedError) or _is_too_old(runtime, opened, waiting):
            name = opened.config.name
            runtime.warnings.append(f"{name}: {notice.title}: given up: {error}")
            notices.sent(waiting)
            return
        now = runtime.now()
        due = now + _wait(runtime, waiting, error)
        notices.failed(waiting, due=due, now=now)
    else:
        notices.sent(waiting)


def _wait(runtime: Runtime, waiting: Waiting, error: PublishError) -> timedelta:
    if isinstance(error, RateLimitedError) and error.retry_after is not None:
        return max(SOON, error.retry_after)
    return backoff(waiting.failures + 1, random=runtime.random)


def _is_too_old(runtime: Runtime, opened: OpenedTarget, waiting: Waiting) -> bool:
    since = failing_since(waiting)
    return since is not None and runtime.now() - since > opened.config.give_up_after
