"""Everything that a run decides before it sends: in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.plan.absorb import Absorbed, absorb
from share_bridge.dispatch.plan.filters import skip_filtered
from share_bridge.dispatch.plan.links import release_mended
from share_bridge.dispatch.plan.plan import PlannedTarget, plan_edits, plan_new
from share_bridge.dispatch.read.missing import Asked, note_asked
from share_bridge.dispatch.read.reading import Read
from share_bridge.dispatch.report.reporting import compose_as_known
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.errors import PluginError
from share_bridge.ledger.records import TargetRecord
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.plugin.source import ReadingState

if TYPE_CHECKING:
    from share_bridge.dispatch.plan.retract import Retraction

__all__ = ["Plan", "plan", "planned_targets", "retraction_at"]


class Plan(Struct, frozen=True):
    """What was decided.

    Attributes:
        targets: Those that are sent to.
        absorbed: What each source brought, in the order of the sources.

    """

    targets: Sequence[PlannedTarget]
    absorbed: Sequence[Absorbed]


def plan(
    runtime: Runtime,
    errand: Errand,
    reads: Sequence[Read],
    asked: Sequence[Asked] = (),
) -> Plan:
    """Keep validators and posts, and plan what they ask for."""
    ledger, now = runtime.ledger, runtime.now()
    language = runtime.config.site.language
    with ledger.transaction(large=True):
        targets = planned_targets(runtime, errand)
        absorbed = [_absorb(runtime, read) for read in reads]
        note_asked(ledger, asked)
        for source in errand.sources:
            if ledger.posts.was_read(source.name):
                plan_new(ledger, source, targets, language=language, now=now)
                ledger.pages.expect(source.name, within=source.wait_until_live)
        release_mended(runtime)
        whole = _is_whole(runtime, reads)
        for target in targets:
            if filters := target.config.filters:
                skip_filtered(ledger, target.record.id, filters, language)
            if ledger.retractions.due(target.record.id):
                retraction_at(runtime, target).plan_gone()
            _plan_digest(runtime, target, whole=whole)
            _plan_edits(runtime, target)
            _ask_for_approval(runtime, target)
    return Plan(targets, absorbed)


def planned_targets(runtime: Runtime, errand: Errand) -> list[PlannedTarget]:
    """The targets of the errand, with what the ledger knows of them."""
    return [PlannedTarget(it, _record(runtime, it)) for it in errand.targets]


def _record(runtime: Runtime, target: TargetConfig) -> TargetRecord:
    """What the ledger knows of a target; a new name is perhaps that of a paused one.

    Which one it is, nobody knows where it was never asked who it is.
    """
    targets = runtime.ledger.targets
    is_new = targets.known(target.name) is None
    record = targets.named(target.name, target.publisher)
    named = {it.name for it in runtime.config.targets}
    if is_new and any(
        it.stopped and it.account is None and it.publisher == target.publisher
        for it in targets.all()
        if it.name not in named
    ):
        targets.stop(record.id, stopped=True)
    return targets.named(target.name, target.publisher) if is_new else record


def retraction_at(runtime: Runtime, target: PlannedTarget) -> Retraction:
    """Takes posts back at this target."""
    from share_bridge.dispatch.plan.retract import (  # noqa: PLC0415 - few posts are
        Retraction,
    )

    def support() -> Support:
        known = _capabilities(runtime, target)
        return Support.FULL if known is None else known.delete

    return Retraction(runtime.ledger, target, support, runtime.now())


def _absorb(runtime: Runtime, read: Read) -> Absorbed:
    if read.error is not None and read.error.validators is not None:
        # a server that said when to come back is not asked before
        runtime.ledger.posts.save_failure(
            read.source.name, validators=read.error.validators, now=runtime.now()
        )
    if read.reading is None or read.reading.state is ReadingState.UNCHANGED:
        return Absorbed()
    configured = frozenset(source.name for source in runtime.config.sources)
    return absorb(
        runtime.ledger,
        read.source,
        read.reading,
        configured=configured,
        now=runtime.now(),
    )


def _is_whole(runtime: Runtime, reads: Sequence[Read]) -> bool:
    """Whether every source was read: nothing that is there is unseen."""
    read = {it.source.name for it in reads if it.error is None}
    return read.issuperset(source.name for source in runtime.config.sources)


def _plan_digest(runtime: Runtime, target: PlannedTarget, *, whole: bool) -> None:
    ledger, collects = runtime.ledger, target.config.digest is not None
    if not collects and not ledger.digests.collecting(target.record.id):
        return
    from share_bridge.dispatch.plan.digest import (  # noqa: PLC0415 - few targets do
        Desk,
        let_go,
    )

    if desk := Desk.of(runtime, target.config, target.record.id):
        desk.plan(whole=whole)
    else:
        let_go(ledger, target, now=runtime.now())


def _plan_edits(runtime: Runtime, target: PlannedTarget) -> None:
    if not runtime.ledger.deliveries.edited(target.record.id):
        return
    capabilities = _capabilities(runtime, target)
    if capabilities is not None and capabilities.edit is Support.FULL:

        def compose(post: Post) -> Message:
            return compose_as_known(runtime, target.config, post)

        plan_edits(runtime.ledger, target.record, compose=compose)


def _ask_for_approval(runtime: Runtime, target: PlannedTarget) -> None:
    if not target.config.approve:
        return
    from share_bridge.dispatch.plan.approval import (  # noqa: PLC0415 - where asked for
        hold_unapproved,
    )

    def compose(post: Post) -> Message:
        return compose_as_known(runtime, target.config, post)

    hold_unapproved(runtime.ledger, target.record, compose=compose, now=runtime.now())


def _capabilities(runtime: Runtime, target: PlannedTarget) -> Capabilities | None:
    """What it can; None where its publisher does not load: that is said later."""
    from share_bridge.dispatch.target.shown import (  # noqa: PLC0415 - with work only
        capabilities_of,
    )

    try:
        return capabilities_of(runtime.publishers, target.config, target.record)
    except PluginError:
        return None
