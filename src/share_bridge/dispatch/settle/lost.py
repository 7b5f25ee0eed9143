"""A lost attempt: the service is asked what became of it, before it is repeated."""

from __future__ import annotations

from msgspec.structs import replace

from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.outcome import of_error, of_result
from share_bridge.dispatch.send.record import Recorder, Sent
from share_bridge.dispatch.settle.settle import (
    CLOCK,
    Finding,
    Verdict,
    can_ask,
    look,
    may_replay,
)
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import PublishError
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action
from share_bridge.model.question import Kind

__all__ = ["settled"]


async def settled(
    runtime: Runtime,
    opened: OpenedTarget,
    recorder: Recorder,
    delivery: DeliveryRecord,
) -> DeliveryRecord | None:
    """Find out what became of a lost attempt, and record it.

    Returns:
        The delivery where it may be sent again, without a doubt only where nothing
        stands, and with the parts of its thread that do; else None.

    """
    deliveries = runtime.ledger.deliveries
    message = deliveries.frozen(delivery.message)
    if delivery.action is not Action.CREATE or message is None:
        return replace(delivery, unknown=False)  # doing it twice is doing it once
    began = deliveries.first_attempt(delivery) or delivery.started or runtime.now()
    replay = may_replay(opened.capabilities, first_attempt=began, now=runtime.now())
    record = runtime.ledger.posts.get(delivery.post)
    if delivery.recipient or not can_ask(opened.capabilities):  # a list names none
        if not replay:
            recorder.hold(delivery, record, Kind.OUTCOME_UNKNOWN, delivery.reason)
        return delivery if replay else None
    sent = Sent(delivery, record, message.words, deliveries.revision(delivery.message))

    async def asked() -> Finding:
        return await look(
            opened.publisher.recent(opened.context(), since=began - CLOCK),
            message,
            since=began,
            application=opened.record.application,
        )

    try:
        finding = await opened.call(asked, seconds=opened.longest)
    except PublishError as error:
        if replay:
            return delivery
        await _cannot_ask(recorder, sent, error)
        return None
    if finding.verdict is Verdict.FOUND:
        recorder.commit(sent, of_result(finding.receipt))
        return None
    if finding.verdict is Verdict.INCONCLUSIVE:
        recorder.hold(delivery, record, Kind.OUTCOME_UNKNOWN, finding.reason)
        return None
    if finding.verdict is Verdict.PARTLY:
        return replace(delivery, standing=finding.standing)
    return replace(delivery, unknown=False)


async def _cannot_ask(recorder: Recorder, sent: Sent, error: PublishError) -> None:
    """A listing that cannot be read proves nothing."""
    outcome = of_error(error)
    if outcome.state is State.WAITING:
        await recorder.record(sent, replace(outcome, unknown=True, failed=True))
    elif outcome.blocked:
        recorder.block(outcome.reason)
    else:
        recorder.hold(sent.delivery, sent.record, Kind.OUTCOME_UNKNOWN, outcome.reason)
