"""The owner's yes: exactly what they saw is sent, or they are asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from share_bridge.dispatch.questions import about_target
from share_bridge.ledger.approvals import Approval
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import DeliveryRecord, PostRecord, TargetRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.model.question import Kind

__all__ = ["hold_for_approval", "hold_unapproved", "still_stands"]

_REASON = "it waits for you to read and approve it"
_AGAIN = "the post changed since you approved it"


def hold_unapproved(
    ledger: Ledger,
    target: TargetRecord,
    *,
    compose: Callable[[Post], Message],
    now: datetime,
) -> None:
    """Hold whatever would go to a target and was not seen as it is now.

    Args:
        ledger: In a transaction of the caller's.
        target: One whose owner wants to approve.
        compose: Makes the message of a post as it is now.
        now: The time.

    """
    for delivery in ledger.approvals.unsent(target.id):
        approval = ledger.approvals.of(delivery.message)
        record = ledger.posts.get(delivery.post)
        if approval is None or not still_stands(approval, record, compose):
            hold_for_approval(ledger, target, delivery, seen=approval, now=now)


def hold_for_approval(
    ledger: Ledger,
    target: TargetRecord,
    delivery: DeliveryRecord,
    *,
    seen: Approval | None,
    now: datetime,
) -> None:
    """Hold one delivery until its owner says yes, perhaps once more."""
    question = about_target(Kind.APPROVE, target=target.name)
    reason = _REASON if seen is None else _AGAIN
    with ledger.transaction():
        held_by = ledger.ask(question, now=now)
        ledger.holds.settle(delivery, state=State.HELD, reason=reason, question=held_by)


def still_stands(
    approval: Approval, record: PostRecord, compose: Callable[[Post], Message]
) -> bool:
    """Whether the author's words are those that the owner saw.

    What an owner made of them by hand stands as long as the author's do.
    """
    if approval.revision == record.revision:
        return True
    try:
        return compose(record.post).words == approval.message.words
    except ValueError:  # the author's own words do not fit any more
        return False
