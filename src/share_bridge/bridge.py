"""The way of a post, on one page: read, plan, dispatch, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from share_bridge.dispatch.due import has_work
from share_bridge.dispatch.missing import ask_missing
from share_bridge.dispatch.planning import plan, planned_targets, retraction_at
from share_bridge.dispatch.questions import about_target
from share_bridge.dispatch.reading import Read, read_all
from share_bridge.dispatch.report import Report
from share_bridge.dispatch.reporting import make_report
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.ledger.records import PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.question import Kind

__all__ = ["publish", "retract", "seed"]


async def publish(runtime: Runtime, errand: Errand) -> Report:
    """Carry every new post of the sources to the targets, and say what happened."""
    reads = await _read(runtime, errand)
    asked = await ask_missing(runtime, reads)
    planned = plan(runtime, errand, reads, asked)
    busy = [target for target in planned.targets if has_work(runtime, target)]
    if busy and not runtime.dry:
        from share_bridge.dispatch.run import dispatch  # noqa: PLC0415 - with work only

        await dispatch(runtime, busy)
    return make_report(runtime, errand, reads, planned.absorbed)


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


async def seed(runtime: Runtime, errand: Errand) -> Report:
    """Count every post that is there now as sent before; send nothing."""
    reads = await _read(runtime, errand)
    planned = plan(runtime, errand, reads)
    given = {State.PLANNED, State.HELD, State.WAITING}
    with runtime.ledger.transaction():
        for target in planned.targets:
            asked = about_target(Kind.FIRST_RUN, target=target.config.name).id
            if runtime.ledger.is_asked(asked):
                runtime.ledger.targets.mark_adopted(target.record.id, now=runtime.now())
            for delivery in runtime.ledger.deliveries.of(target=target.record.id):
                if delivery.state in given:
                    runtime.ledger.holds.skip(delivery, reason="counted as sent before")
    return make_report(runtime, errand, reads, planned.absorbed)


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
    from share_bridge.dispatch.moved import follow_moved  # noqa: PLC0415 - with posts

    return await follow_moved(runtime, reads)
