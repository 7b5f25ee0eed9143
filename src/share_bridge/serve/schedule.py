"""Publishes again and again, in a thread of its own, until the server stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

__all__ = ["Schedule"]

#: What is asked for many times at once is done once.
_GATHER = 0.5


class Schedule:
    """When to publish: at once, every so often, and when something is to be told.

    Args:
        publish: Reads, plans and sends.
        tell: Sends what waits, and reads nothing.
        every: Seconds from one `publish` to the next.

    """

    def __init__(
        self, publish: Callable[[], None], tell: Callable[[], None], *, every: float
    ) -> None:
        self._publish = publish
        self._tell = tell
        self._every = every
        self._wanted = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = False

    def wake(self) -> None:
        """There is something to tell; said from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wanted.set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep to it as long as the block lasts.

        The work is done in a thread: a feed that takes its time to parse keeps no
        request waiting. What is under way when the block ends is waited for, so that
        no delivery is cut off.
        """
        self._loop = asyncio.get_running_loop()
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._stopped = True
            self.wake()
            await task

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        while not self._stopped:
            await asyncio.to_thread(self._publish)
            until = clock() + self._every
            while not self._stopped and await self._woken(until - clock()):
                await asyncio.sleep(_GATHER)
                self._wanted.clear()
                if not self._stopped:
                    await asyncio.to_thread(self._tell)

    async def _woken(self, seconds: float) -> bool:
        """Wait that long; whether something was wanted before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), max(0.0, seconds))
            return True
        return False
