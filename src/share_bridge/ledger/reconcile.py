"""After two histories became one: one target a name, one delivery a post."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from share_bridge.model.delivery import State

if TYPE_CHECKING:
    from share_bridge.ledger.ledger import Ledger

__all__ = ["reconcile"]

_UNSENT = {State.PLANNED, State.WAITING, State.HELD}


def reconcile(ledger: Ledger, twins: Iterable[tuple[str, str]]) -> None:
    """Let nothing be sent twice because two clones met it under two names.

    Args:
        ledger: Just replayed.
        twins: Pairs of posts that share an address: the one that keeps it first.

    """
    with ledger.transaction():
        ledger.targets.unite()
        for kept, twin in twins:
            _skip(
                ledger,
                twin,
                where={it.target for it in ledger.deliveries.of(post=kept)},
            )


def _skip(ledger: Ledger, twin: str, *, where: set[str]) -> None:
    for delivery in ledger.deliveries.of(post=twin):
        untried = delivery.attempts == 0 and not delivery.unknown
        if delivery.target in where and delivery.state in _UNSENT and untried:
            ledger.holds.skip(delivery, reason="it is there under another name")
