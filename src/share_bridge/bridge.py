"""The way of a post, on one page: read, plan, dispatch, write back, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from share_bridge.dispatch.plan.planning import plan, planned_targets, retraction_at
from share_bridge.dispatch.read.missing import ask_missing
from share_bridge.dispatch.read.reading import Read, read_all
from share_bridge.dispatch.report.report import Report
from share_bridge.dispatch.report.reporting import make_report
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.dispatch.send.due import with_work

if TYPE_CHECKING:
    from share_bridge.dispatch.plan.seeding import Seed, Sown
    from share_bridge.dispatch.settle.rebuild import Rebuilt
    from share_bridge.ledger.records import PostRecord
    from share_bridge.preview.cards import Preview
    from share_bridge.preview.looking import Wish

__all__ = ["prepare", "preview", "publish", "rebuild", "retract", "seed"]


async def publish(runtime: Runtime, errand: Errand) -> Report:
    """Carry every new post of the sources to the targets, and say what happened."""
    began = runtime.now()
    reads = await _read(runtime, errand)
    asked = await ask_missing(runtime, reads)
    waited = runtime.now() - began  # a source that hangs takes no target's time
    runtime = replace(runtime, deadline=runtime.deadline + waited)
    planned = plan(runtime, errand, reads, asked)
    busy = with_work(runtime, planned.targets)
    if busy and not runtime.dry:
        from share_bridge.dispatch.send.run import dispatch  # noqa: PLC0415 - with work only

        await dispatch(runtime, busy)
    unwritten = _write_back(runtime)
    return make_report(runtime, errand, reads, planned.absorbed, warnings=unwritten)


async def prepare(runtime: Runtime, errand: Errand) -> Report:
    """Let publishers get ready for what is new, and say what is; send nothing."""
    from share_bridge.dispatch.send.run import dispatch  # noqa: PLC0415 - as above

    reads = await _read(runtime, errand)
    planned = plan(runtime, errand, reads, await ask_missing(runtime, reads))
    await dispatch(runtime, planned.targets, sends=False)
    return make_report(runtime, errand, reads, planned.absorbed)


async def preview(runtime: Runtime, errand: Errand, wish: Wish) -> Preview:
    """Show every post as every target would; the runtime is a dry one."""
    from share_bridge.preview.looking import look  # noqa: PLC0415 - seldom

    reads = await _read(runtime, errand)
    plan(runtime, errand, reads)
    return await look(runtime, errand, wish, reads)


async def retract(
    runtime: Runtime,
    errand: Errand,
    posts: Mapping[str, Sequence[PostRecord]],
    *,
    ask_if_many: bool = True,
) -> Report:
    """Take the copies of these posts away, by name of the target; then what is due."""
    with runtime.ledger.transaction():
        for target in planned_targets(runtime, errand):
            retraction = retraction_at(runtime, target)
            retraction.plan(posts[target.config.name], ask_if_many=ask_if_many)
    return await publish(runtime, errand)


async def seed(runtime: Runtime, errand: Errand, sown: Seed) -> Sown:
    """Count posts as sent before; send nothing.

    Raises:
        SourceError: A source could not be read: nobody knows what is old.
        ConfigurationError: It names posts, and the sources have none of them.

    """
    from share_bridge.dispatch.plan.seeding import (  # noqa: PLC0415 - once in a life
        find_known,
        open_to_all,
        sow,
    )

    reads = await _read_all_of_it(runtime, errand)
    with runtime.ledger.transaction():
        plan(runtime, replace(errand, targets=()), reads)
        known = find_known(runtime, errand, sown)
        limited = sown.is_named or sown.before is not None
        planned = plan(runtime, open_to_all(errand) if limited else errand, ())
        return sow(runtime, planned.targets, sown, known)


def _write_back(runtime: Runtime) -> Sequence[str]:
    """Tell the site where the copies stand, where it wants to know; what failed."""
    config = runtime.config
    wanted = any(source.write_syndication for source in config.sources)
    if runtime.dry or not (wanted or config.site.syndication):
        return ()
    from share_bridge.dispatch.report.write_back import (  # noqa: PLC0415 - where asked for
        write_back,
    )

    return write_back(runtime)


async def rebuild(runtime: Runtime, errand: Errand) -> list[Rebuilt]:
    """Make a lost ledger again from what stands at the targets; send nothing.

    Raises:
        SourceError: A source could not be read: nobody knows what was sent.

    """
    from share_bridge.dispatch.settle.rebuild import rebuild  # noqa: PLC0415 - seldom

    planned = plan(runtime, errand, await _read_all_of_it(runtime, errand))
    return [await rebuild(runtime, target) for target in planned.targets]


async def _read_all_of_it(runtime: Runtime, errand: Errand) -> list[Read]:
    reads = await _read(runtime, errand)
    for read in reads:
        if read.error is not None:
            raise read.error
    return reads


async def _read(runtime: Runtime, errand: Errand) -> list[Read]:
    reads = await read_all(
        runtime.config,
        errand.sources,
        posts=runtime.ledger.posts,
        kinds=errand.kinds,
        now=runtime.now,
        transport=runtime.transport,
        stdin=errand.stdin,
    )
    if all(read.reading is None or not read.reading.posts for read in reads):
        return reads
    from share_bridge.dispatch.read.moved import follow_moved  # noqa: PLC0415 - with posts

    return await follow_moved(runtime, reads)
