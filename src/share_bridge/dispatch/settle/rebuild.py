"""A ledger that was lost, made again from what stands at the targets."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import Struct

from share_bridge.dispatch.plan.plan import PlannedTarget
from share_bridge.dispatch.questions import about_target
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.settle.adopt import adopt_standing
from share_bridge.dispatch.settle.settle import can_ask
from share_bridge.dispatch.target.identity import block, identify
from share_bridge.dispatch.target.opened import OpenedTarget, open_target
from share_bridge.errors import LedgerError, PublishError, ShareBridgeError
from share_bridge.model.delivery import State
from share_bridge.model.question import Kind

__all__ = ["Rebuilt", "rebuild"]

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Rebuilt(Struct, frozen=True, kw_only=True):
    """What became known of one target.

    Attributes:
        standing: Posts that stand there.
        older: Posts that count as seen: they are older than what could be read.
        new: Posts that the next run sends.
        reason: Why nothing became known, or empty.

    """

    target: str
    standing: int = 0
    older: int = 0
    new: int = 0
    reason: str = ""


async def rebuild(runtime: Runtime, target: PlannedTarget) -> Rebuilt:
    """List a target's own posts once, and count those that stand there as delivered."""
    config, record = target.config, target.record
    with runtime.ledger.lock(record.id) as lock:
        if not lock.acquire():
            return Rebuilt(
                target=config.name, reason="another share-bridge sends to it"
            )
        try:
            opened = open_target(runtime, config, record)
        except LedgerError:
            raise
        except ShareBridgeError as error:
            block(runtime, record, Kind.TARGET_BLOCKED, detail=str(error))
            return Rebuilt(target=config.name, reason=str(error))
        try:
            return await _rebuild(runtime, opened)
        finally:
            await opened.close()


async def _rebuild(runtime: Runtime, opened: OpenedTarget) -> Rebuilt:
    name = opened.config.name
    identified = await identify(runtime, opened)
    if not identified.ready:
        return Rebuilt(target=name, reason=identified.reason or "it is blocked")
    if opened.capabilities.local:
        return Rebuilt(target=name, new=_open(runtime, opened))
    if not can_ask(opened.capabilities):
        _hold(runtime, opened)
        reason = "it cannot be asked: nothing is sent there until `publish --first-run`"
        return Rebuilt(target=name, reason=reason)
    try:
        listed = await adopt_standing(runtime, opened, since=_EVER)
    except PublishError as error:
        return Rebuilt(target=name, reason=f"its posts could not be listed: {error}")
    older = 0
    if listed:
        older = _count_older(runtime, opened, min(it.created for it in listed))
    runtime.ledger.targets.mark_adopted(opened.record.id, now=runtime.now())
    standing = sum(
        it.state is State.DELIVERED
        for it in runtime.ledger.deliveries.of(target=opened.record.id)
    )
    new = _open(runtime, opened)
    return Rebuilt(target=name, standing=standing, older=older, new=new)


def _hold(runtime: Runtime, opened: OpenedTarget) -> None:
    ledger = runtime.ledger
    question = about_target(Kind.FIRST_RUN, target=opened.config.name)
    with ledger.transaction():
        ledger.holds.hold_firsts(
            opened.record.id,
            question=ledger.ask(question, now=runtime.now()),
            reason="the ledger was made anew, and the service cannot be asked",
        )


def _count_older(runtime: Runtime, opened: OpenedTarget, oldest: datetime) -> int:
    """Nobody can say whether they stand there: they were sent, for all we know."""
    older = [
        (delivery, record)
        for delivery, record in runtime.ledger.deliveries.adoptable(opened.record.id)
        if record.ordered_at < oldest.timestamp()
    ]
    with runtime.ledger.transaction():
        for delivery, _ in older:
            reason = "older than what could be read there"
            runtime.ledger.holds.skip(delivery, reason=reason)
    return len(older)


def _open(runtime: Runtime, opened: OpenedTarget) -> int:
    return sum(
        it.state is State.PLANNED
        for it in runtime.ledger.deliveries.of(target=opened.record.id)
    )
