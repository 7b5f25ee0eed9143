"""The way of a post, on one page: read, plan, dispatch, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from share_bridge.dispatch.due import has_work
from share_bridge.dispatch.missing import Asked, ask_missing, note_asked
from share_bridge.dispatch.plan import (
    Absorbed,
    PlannedTarget,
    absorb,
    plan_edits,
    plan_new,
)
from share_bridge.dispatch.questions import about_target
from share_bridge.dispatch.reading import Read, read_all
from share_bridge.dispatch.report import Report
from share_bridge.dispatch.reporting import compose_as_known, make_report
from share_bridge.dispatch.retract import Retraction
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.errors import PluginError
from share_bridge.ledger.records import PostRecord
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.delivery import State
from share_bridge.model.question import Kind
from share_bridge.plugin.source import ReadingState

__all__ = ["publish", "retract", "seed"]


async def publish(runtime: Runtime, errand: Errand) -> Report:
    """Carry every new post of the sources to the targets, and say what happened."""
    reads = await _read(runtime, errand)
    asked = await ask_missing(runtime, reads)
    targets, absorbed = _plan(runtime, errand, reads, asked)
    busy = [target for target in targets if has_work(runtime, target)]
    if busy and not runtime.dry:
        from share_bridge.dispatch.run import dispatch  # noqa: PLC0415 - with work only

        await dispatch(runtime, busy)
    return make_report(runtime, errand, reads, absorbed)


async def retract(
    runtime: Runtime,
    errand: Errand,
    posts: Mapping[str, Sequence[PostRecord]],
    *,
    ask_if_many: bool = True,
) -> Report:
    """Take the copies of these posts away, by name of the target; then what is due."""
    with runtime.ledger.transaction():
        for target in _planned_targets(runtime, errand):
            retraction = _retraction(runtime, target)
            retraction.plan(posts[target.config.name], ask_if_many=ask_if_many)
    return await publish(runtime, errand)


async def seed(runtime: Runtime, errand: Errand) -> Report:
    """Count every post that is there now as sent before; send nothing."""
    reads = await _read(runtime, errand)
    targets, absorbed = _plan(runtime, errand, reads)
    given = {State.PLANNED, State.HELD, State.WAITING}
    with runtime.ledger.transaction():
        for target in targets:
            asked = about_target(Kind.FIRST_RUN, target=target.config.name).id
            if runtime.ledger.is_asked(asked):
                runtime.ledger.targets.mark_adopted(target.record.id, now=runtime.now())
            for delivery in runtime.ledger.deliveries.of(target=target.record.id):
                if delivery.state in given:
                    runtime.ledger.holds.skip(delivery, reason="counted as sent before")
    return make_report(runtime, errand, reads, absorbed)


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


def _planned_targets(runtime: Runtime, errand: Errand) -> list[PlannedTarget]:
    targets = runtime.ledger.targets
    return [
        PlannedTarget(target, targets.named(target.name, target.publisher))
        for target in errand.targets
    ]


def _plan(
    runtime: Runtime,
    errand: Errand,
    reads: Sequence[Read],
    asked: Sequence[Asked] = (),
) -> tuple[list[PlannedTarget], list[Absorbed]]:
    """Validators, posts and plan in one transaction: all of it or nothing."""
    ledger, now = runtime.ledger, runtime.now()
    configured = frozenset(source.name for source in runtime.config.sources)
    absorbed: list[Absorbed] = []
    with ledger.transaction():
        targets = _planned_targets(runtime, errand)
        for read in reads:
            _remember_failure(runtime, read)
            if read.reading is None or read.reading.state is ReadingState.UNCHANGED:
                absorbed.append(Absorbed())
                continue
            absorbed.append(
                absorb(
                    ledger, read.source, read.reading, configured=configured, now=now
                )
            )
        note_asked(ledger, asked)
        for source in errand.sources:
            if ledger.posts.was_read(source.name):
                plan_new(ledger, source, targets, now=now)
        for target in targets:
            _retraction(runtime, target).plan_gone()
            _plan_edits(runtime, target)
    return targets, absorbed


def _remember_failure(runtime: Runtime, read: Read) -> None:
    """A server that said when to come back is not asked before."""
    if read.error is not None and read.error.validators is not None:
        runtime.ledger.posts.save_failure(
            read.source.name, validators=read.error.validators, now=runtime.now()
        )


def _retraction(runtime: Runtime, target: PlannedTarget) -> Retraction:
    def support() -> Support:
        known = _capabilities(runtime, target)
        return Support.FULL if known is None else known.delete

    return Retraction(runtime.ledger, target, support, runtime.now())


def _capabilities(runtime: Runtime, target: PlannedTarget) -> Capabilities | None:
    """What it can; None where its publisher does not load: that is said later."""
    from share_bridge.dispatch.opened import (  # noqa: PLC0415 - with work only
        capabilities_of,
    )

    try:
        return capabilities_of(runtime.publishers, target.config, target.record)
    except PluginError:
        return None


def _plan_edits(runtime: Runtime, target: PlannedTarget) -> None:
    if not runtime.ledger.deliveries.edited(target.record.id):
        return
    capabilities = _capabilities(runtime, target)
    if capabilities is not None and capabilities.edit is Support.FULL:
        plan_edits(
            runtime.ledger,
            target.record,
            compose=lambda post: compose_as_known(runtime, target.config, post),
        )
