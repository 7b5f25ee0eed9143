"""A delivery: a message for one recipient, and the state it is in."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from share_bridge.model.message import Action

__all__ = ["OPEN", "Delivery", "State"]


class State(StrEnum):
    """What is true of a delivery now.

    Listed in the order in which the state of one message is told from those of
    its deliveries: the first that applies to any of them.
    """

    SENDING = "sending"
    WAITING = "waiting"
    PENDING = "pending"
    HELD = "held"
    REJECTED = "rejected"
    PLANNED = "planned"
    DELIVERED = "delivered"
    SKIPPED = "skipped"


#: States that something is still to come of.
OPEN = frozenset(
    {State.PLANNED, State.SENDING, State.WAITING, State.PENDING, State.HELD}
)


class Delivery(Struct, frozen=True, kw_only=True):
    """What observers, `status` and the report are told of a delivery.

    Attributes:
        post, url, title: The post's short id, canonical link and title.
        target, publisher: Names as configured.
        recipient: Address, or for people its keyed hash; empty without fan-out.
        state: What is true now.
        due: When it is tried next (aware, UTC), or None.
        attempts: Tries so far.
        reason: Why it is in this state, in one line, or empty.
        remote_url: Where the copy stands, or empty.

    """

    post: str
    url: str
    title: str
    target: str
    publisher: str
    action: Action
    recipient: str
    state: State
    due: datetime | None = None
    attempts: int = 0
    reason: str = ""
    remote_url: str = ""
