"""What is to go to hosts that are dead is skipped; their recipients are kept.

A host that took nothing on seven days is left alone but for one try a week, until it
takes something, or its publisher hears from it.
"""

from __future__ import annotations

from collections.abc import Sequence

from share_bridge.dispatch.fan_out.hosts import Hosts
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action

__all__ = ["Living"]

_OPEN = frozenset({State.PLANNED, State.WAITING})


class Living:
    """Deliveries of one target to hosts that live."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget, hosts: Hosts) -> None:
        self._runtime = runtime
        self._opened = opened
        self._hosts = hosts

    def heads(self) -> list[DeliveryRecord]:
        """What comes next for each recipient, oldest post first."""
        ledger, target = self._runtime.ledger, self._opened.record.id
        heads = ledger.deliveries.heads(target)
        while self._lost(heads):
            self._hosts.learn(ledger.hosts.of(target))  # one may have been heard from
            for host, lost in self._lost(heads).items():
                self._skip(lost, self._hosts.known(host).obituary)
            heads = ledger.deliveries.heads(target)
        return heads

    def _skip(self, lost: Sequence[DeliveryRecord], reason: str) -> None:
        """They are not to be sent; an edit is not asked for again for those alone."""
        ledger, deliveries = self._runtime.ledger, self._runtime.ledger.deliveries
        edits = {it.message: it for it in lost if it.action is Action.UPDATE}
        with ledger.transaction():
            ledger.holds.leave_out(lost, reason=reason)
            for message, edit in edits.items():
                about = {"target": edit.target, "post": edit.post}
                words = deliveries.standing_words(**about)
                revision = deliveries.revision(message)
                deliveries.stand(**about, words=words, revision=revision)

    def _lost(self, heads: list[DeliveryRecord]) -> dict[str, list[DeliveryRecord]]:
        """What may not go, by host; what may have arrived waits for the weekly try."""
        now, lost = self._runtime.now(), dict[str, list[DeliveryRecord]]()
        for head in heads:
            if (
                head.state in _OPEN
                and not head.unknown
                and self._hosts.is_dead(head.host, now)
            ):
                lost.setdefault(head.host, []).append(head)
        return lost
