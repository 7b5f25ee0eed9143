"""The border to plugins: what is called of one ends, whatever it does about it.

A call that is told to stop and does not is abandoned: nobody waits for it any more,
neither a run nor the end of the program. One that never gives the event loop back, as
`time.sleep` does, cannot be told anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from contextvars import copy_context
from threading import Thread
from typing import Any, TypeVar

__all__ = ["LateError", "StuckError", "bounded", "in_thread", "run"]

_T = TypeVar("_T")

#: How long a call that was told to stop may take for that, in seconds.
_GRACE = 5.0


class LateError(TimeoutError):
    """A call gave nothing in time."""


class StuckError(LateError):
    """Nor did it stop when told to: what it does still, nobody knows."""


async def bounded(call: Awaitable[_T], *, seconds: float) -> _T:
    """What a call of a plugin gives, within so many seconds and a short grace.

    Raises:
        LateError: It gave nothing in time, and stopped.
        StuckError: Nor did it stop when told to, and is abandoned.
        RuntimeError: It left the program, or cancelled itself.

    """
    task = asyncio.create_task(_contained(call))
    grace = min(_GRACE, seconds)
    try:
        await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        await _stop({task}, seconds=grace)
        raise
    late = not task.done()
    reason = f"it gave nothing within {seconds:g} s"
    if late and not await _stop({task}, seconds=grace):
        raise StuckError(f"{reason}, and did not stop when told to")
    if late and task.cancelled():
        raise LateError(reason)
    if task.cancelled():
        raise RuntimeError("it cancelled itself")
    return task.result()


def run(main: Coroutine[Any, Any, _T]) -> _T:
    """As `asyncio.run`, but what plugins left behind has an end here, too."""
    with asyncio.Runner() as runner:
        try:
            return runner.run(main)
        finally:
            runner.run(_leave())


async def in_thread(function: Callable[..., _T], *args: Any) -> _T:
    """As `asyncio.to_thread`, but the program ends without a thread that hangs."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[_T] = loop.create_future()

    def tell(settle: Callable[[Any], None], it: object) -> None:
        if not answer.done():
            settle(it)

    def work() -> None:
        settle: Callable[[Any], None] = answer.set_result
        try:
            said: Any = context.run(function, *args)
        except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
            settle, said = answer.set_exception, error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(tell, settle, said)

    context = copy_context()
    Thread(target=work, daemon=True).start()
    return await answer


async def _contained(call: Awaitable[_T]) -> _T:
    """A task that raises `SystemExit` would end the event loop, and all the others."""
    try:
        return await call
    except SystemExit as error:
        raise RuntimeError("it wanted to end the program") from error


async def _leave() -> None:
    """End what is left, in silence: it is of no use to anybody any more."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        await _stop(left, seconds=_GRACE)
    await bounded(loop.shutdown_asyncgens(), seconds=_GRACE)


async def _stop(tasks: Iterable[asyncio.Task[Any]], *, seconds: float) -> bool:
    """Tell them to stop; False where one goes on, which is abandoned."""
    going = set(tasks)
    for task in going:
        task.cancel()
        task.add_done_callback(_hear)
    try:
        _, going = await asyncio.wait(going, timeout=seconds)
    finally:
        for task in going:
            if not task.done():
                _abandon(task)
    return not going


def _abandon(task: asyncio.Task[Any]) -> None:
    """Let the event loop end without it, and in silence, as it does with its own."""
    asyncio.tasks._unregister_task(task)  # noqa: SLF001 - public, "Extending asyncio"
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001


def _hear(task: asyncio.Task[Any]) -> None:
    """What it raised at last is of no use to anybody."""
    if not task.cancelled():
        task.exception()
