"""The way of a post, on one page: read, plan, dispatch, report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import BinaryIO

from share_bridge.config.model import SourceConfig, TargetConfig
from share_bridge.dispatch.due import has_work
from share_bridge.dispatch.plan import (
    Absorbed,
    PlannedTarget,
    absorb,
    plan_edits,
    plan_new,
)
from share_bridge.dispatch.questions import BLOCKING, about_target
from share_bridge.dispatch.reading import Read, Sources, read_all
from share_bridge.dispatch.report import (
    MessageReport,
    Report,
    SourceReport,
    TargetReport,
    messages_of,
)
from share_bridge.dispatch.runtime import Runtime
from share_bridge.errors import PluginError
from share_bridge.model.capabilities import Support
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post, post_id
from share_bridge.plugin.source import ReadingState

__all__ = ["Errand", "publish", "seed"]

#: A token that ends within this time is warned about in every run.
EXPIRING = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What this run is about.

    Attributes:
        sources, targets: Those to read and to send to.
        kinds: Loads the sources that plugins bring.
        stdin: Where the source `-` reads.

    """

    sources: Sequence[SourceConfig]
    targets: Sequence[TargetConfig]
    kinds: Sources
    stdin: BinaryIO | None = None


async def publish(runtime: Runtime, errand: Errand) -> Report:
    """Carry every new post of the sources to the targets, and say what happened."""
    reads = await _read(runtime, errand)
    targets, absorbed = _plan(runtime, errand, reads)
    busy = [target for target in targets if has_work(runtime, target)]
    if busy and not runtime.dry:
        from share_bridge.dispatch.run import dispatch  # noqa: PLC0415 - with work only

        await dispatch(runtime, busy)
    return _report(runtime, errand, reads, absorbed)


async def seed(runtime: Runtime, errand: Errand) -> Report:
    """Count every post that is there now as sent before; send nothing."""
    reads = await _read(runtime, errand)
    targets, absorbed = _plan(runtime, errand, reads)
    with runtime.ledger.transaction():
        for target in targets:
            for delivery in runtime.ledger.deliveries.of(target=target.record.id):
                if delivery.state in {State.PLANNED, State.HELD}:
                    runtime.ledger.deliveries.settle_by_owner(
                        delivery, state=State.SKIPPED, reason="counted as sent before"
                    )
    return _report(runtime, errand, reads, absorbed)


async def _read(runtime: Runtime, errand: Errand) -> list[Read]:
    return await read_all(
        runtime.config,
        errand.sources,
        posts=runtime.ledger.posts,
        kinds=errand.kinds,
        now=runtime.now,
        transport=runtime.transport,
        stdin=errand.stdin,
    )


def _plan(
    runtime: Runtime, errand: Errand, reads: Sequence[Read]
) -> tuple[list[PlannedTarget], list[Absorbed]]:
    """Validators, posts and plan in one transaction: all of it or nothing."""
    ledger, now = runtime.ledger, runtime.now()
    configured = frozenset(source.name for source in runtime.config.sources)
    absorbed: list[Absorbed] = []
    with ledger.transaction():
        targets = [
            PlannedTarget(target, ledger.targets.named(target.name, target.publisher))
            for target in errand.targets
        ]
        for read in reads:
            if read.reading is None or read.reading.state is ReadingState.UNCHANGED:
                absorbed.append(Absorbed())
                continue
            absorbed.append(
                absorb(ledger, read.source, read.reading, configured=configured, now=now)
            )
        twins = frozenset().union(*(brought.twins for brought in absorbed))
        for source in errand.sources:
            if ledger.posts.source(source.name) is not None:
                plan_new(ledger, source, targets, twins=twins, now=now)
        for target in targets:
            _plan_edits(runtime, target)
    return targets, absorbed


def _plan_edits(runtime: Runtime, target: PlannedTarget) -> None:
    if not runtime.ledger.deliveries.edited(target.record.id):
        return
    from share_bridge.dispatch.opened import (  # noqa: PLC0415 - with work only
        capabilities_of,
    )

    try:
        capabilities = capabilities_of(
            runtime.publishers, target.config, target.record
        )
    except PluginError:
        return  # said when it is sent to
    if capabilities.edit is Support.FULL:
        plan_edits(
            runtime.ledger,
            target.record,
            compose=lambda post: _compose(runtime, target.config, post),
        )


def _compose(runtime: Runtime, target: TargetConfig, post: Post) -> Message:
    from share_bridge.dispatch.opened import (  # noqa: PLC0415 - with work only
        capabilities_of,
        compose_for,
    )

    record = runtime.ledger.targets.named(target.name, target.publisher)
    capabilities = capabilities_of(runtime.publishers, target, record)
    return compose_for(target, runtime.config, post, capabilities=capabilities)


def _report(
    runtime: Runtime,
    errand: Errand,
    reads: Sequence[Read],
    absorbed: Sequence[Absorbed],
) -> Report:
    names = {target.name for target in errand.targets}
    messages = [
        message
        for message in messages_of(runtime.ledger.deliveries.report())
        if message.target in names
    ]
    if runtime.dry:
        messages = [_with_text(runtime, errand, message) for message in messages]
    else:
        messages = [replace(message, text=None) for message in messages]
    targets = tuple(_target(runtime, target) for target in errand.targets)
    return Report(
        run=runtime.ledger.run,
        dry_run=runtime.dry,
        warnings=(
            *runtime.config.warnings,
            *(warning for read in reads for warning in _warnings(read)),
            *(f"{target.target}: {target.reason}" for target in targets if target.reason),
        ),
        sources=tuple(
            _source(read, brought)
            for read, brought in zip(reads, absorbed, strict=True)
        ),
        targets=targets,
        deliveries=(*messages, *_not_now(errand, absorbed)),
        questions=tuple(
            question
            for question in runtime.ledger.questions()
            if question.target in names
        ),
    )


def _source(read: Read, absorbed: Absorbed) -> SourceReport:
    if read.reading is None:
        return SourceReport(
            source=read.source.name, state="failed", error=str(read.error)
        )
    return SourceReport(
        source=read.source.name,
        state=read.reading.state.value,
        posts=read.reading.total or 0,
        new=len(absorbed.new),
    )


def _warnings(read: Read) -> tuple[str, ...]:
    return () if read.reading is None else read.reading.warnings


def _target(runtime: Runtime, target: TargetConfig) -> TargetReport:
    record = runtime.ledger.targets.known(target.name)
    now = runtime.now()
    expires = target.expires or (None if record is None else record.expires)
    report = TargetReport(
        target=target.name, publisher=target.publisher, expires=expires
    )
    for kind in BLOCKING:
        question = about_target(kind, target=target.name).id
        if runtime.ledger.is_asked(question):
            return replace(
                report, state="blocked", reason=runtime.ledger.reason(question)
            )
    if record is not None and record.paused_until and record.paused_until > now:
        return replace(report, state="paused", reason=record.pause_reason)
    if expires is not None and expires - now < EXPIRING:
        day = f"{expires:%Y-%m-%d}"
        return replace(
            report, state="expiring", reason=f"its token ends on {day}; renew it"
        )
    return report


def _with_text(
    runtime: Runtime, errand: Errand, message: MessageReport
) -> MessageReport:
    """What would be sent, exactly, where it was not composed before."""
    if message.text is not None or message.state not in {State.PLANNED, State.HELD}:
        return message
    target = next(item for item in errand.targets if item.name == message.target)
    post = runtime.ledger.posts.get(message.post).post
    try:
        return replace(message, text=_compose(runtime, target, post).text)
    except ValueError as error:  # the author's own words do not fit
        return replace(message, state=State.HELD, reason=str(error), text="")
    except PluginError as error:
        return replace(message, reason=str(error), text="")


def _not_now(errand: Errand, absorbed: Sequence[Absorbed]) -> list[MessageReport]:
    """Posts that are not to be sent now: drafts, future dates, `skip`."""
    return [
        MessageReport(
            post=post_id(post.identity),
            post_url=post.url,
            title=post.title,
            target=target.name,
            publisher=target.publisher,
            action=Action.CREATE,
            state=State.SKIPPED,
            recipients={State.SKIPPED.value: 1},
            reason=post.skip_reason or "the post says so (share.skip)",
        )
        for brought in absorbed
        for post in brought.skipped
        for target in errand.targets
    ]
