"""The call of a publisher: under a deadline, and never believed on its word."""

from __future__ import annotations

from share_bridge.dispatch.send.outcome import Outcome, of_error, of_result
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import GoneError, PublishError
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.receipt import Receipt, Recipient, RemotePost

__all__ = ["send"]

_NO_COPY = Outcome(
    state=State.SKIPPED, word="no copy", reason="there is no copy to change"
)
_DELETED = Outcome(state=State.DELIVERED, word="deleted")
_GONE_ALREADY = Outcome(
    state=State.DELIVERED, word="gone", reason="it was gone already"
)


async def send(
    opened: OpenedTarget,
    delivery: DeliveryRecord,
    message: Message,
    *,
    recipient: Recipient,
    receipt: Receipt | None,
    new: bool = False,
    standing: tuple[RemotePost, ...] = (),
) -> tuple[Outcome, PublishError | None]:
    """Let the publisher do what the message's action says.

    Args:
        opened: The target.
        delivery: As it was claimed.
        message: With its pictures.
        recipient: Whom it is for.
        receipt: Of the copy that an update or a delete is about.
        new: The recipient never had the post: an edit is published to them.
        standing: The first parts of its thread, that an earlier attempt left.

    """
    context = opened.context(delivery, recipient=recipient, standing=standing)

    async def act() -> Outcome:
        if delivery.action is Action.CREATE or new:
            return of_result(await opened.publisher.publish(message, context))
        if receipt is None:
            return _NO_COPY
        if delivery.action is Action.UPDATE:
            return of_result(await opened.publisher.update(receipt, message, context))
        await opened.publisher.delete(receipt, context)
        return _DELETED

    try:
        return await opened.call(act, writes=True), None
    except PublishError as error:
        context.log.debug("attempt failed", exc_info=error)
        if delivery.action is Action.DELETE and isinstance(error, GoneError):
            return _GONE_ALREADY, None
        return of_error(error), error
