"""Who is next: a line of deliveries for each host, served in turns."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush

from share_bridge.dispatch.fan_out.hosts import Hosts
from share_bridge.ledger.records import DeliveryRecord

__all__ = ["Lines"]


class Lines:
    """Deliveries that are due, by host; a host without room is passed over."""

    def __init__(self, hosts: Hosts, heads: Iterable[DeliveryRecord] = ()) -> None:
        self._hosts = hosts
        self._lines: dict[str, deque[DeliveryRecord]] = {}
        for head in heads:
            self._lines.setdefault(head.host, deque()).append(head)
        self._turns = deque(self._lines)
        self._queued = set(self._lines)
        self._resting: list[tuple[datetime, str]] = []
        self._passed: set[str] = set()

    def take(self, most: int, now: datetime) -> list[DeliveryRecord]:
        """At most so many of them to attempt now; each is begun at its host."""
        while self._resting and self._resting[0][0] <= now:
            self._queue(heappop(self._resting)[1])
        taken: list[DeliveryRecord] = []
        while self._turns and len(taken) < most:
            host = self._turns.popleft()
            self._queued.discard(host)
            line = self._lines[host]
            if not line:
                continue
            if not self._hosts.has_room(host, now):
                self._pass(host, now)
                continue
            taken.append(line.popleft())
            self._hosts.begin(host)
            self._queue(host)
        return taken

    def ended(self, host: str) -> None:
        """An attempt there is over: it, and who waited for a place, is looked at."""
        for name in (host, *self._passed):
            self._queue(name)
        self._passed.clear()

    def wakes(self) -> datetime | None:
        """When the first host has rested enough, if one with a line rests."""
        return self._resting[0][0] if self._resting else None

    def _queue(self, host: str) -> None:
        if self._lines.get(host) and host not in self._queued:
            self._queued.add(host)
            self._turns.append(host)

    def _pass(self, host: str, now: datetime) -> None:
        until = self._hosts.rests_until(host)
        if until is not None and until > now:
            heappush(self._resting, (until, host))
        elif not self._hosts.is_flying(host):
            self._passed.add(host)
