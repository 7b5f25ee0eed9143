"""Servers of recipients: one that fails or rests holds up nobody but its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.dispatch.send.backoff import backoff
from share_bridge.ledger.hosts import PROBE, HostRecord

__all__ = ["Hosts"]

#: Hosts that failed last may take one in so many places: they may never answer.
_SUSPECTS = 4
#: Failures in a row after which those without a host rest together.
_STRIKES = 3


class _Host(Struct):
    known: HostRecord
    #: It answered something in this run.
    answers: bool = False
    flying: int = 0
    #: The one attempt that is made there finds out whether it lives again.
    probed: bool = False


class Hosts:
    """How many attempts each host may have now, by what became of those before.

    A host that has not answered yet in this run is tried with one delivery at a time.
    A failure gives it a rest, which grows with every other one; afterwards it is tried
    with one again. An empty name is no host: it is bound by the places alone.
    """

    def __init__(
        self,
        known: Iterable[HostRecord],
        *,
        places: int,
        per_host: int,
        random: Random,
    ) -> None:
        self._hosts = {host.name: _Host(host) for host in known}
        self._per_host = max(1, per_host)
        self._for_suspects = max(1, places // _SUSPECTS)
        self._suspects = 0
        self._random = random

    def has_room(self, name: str, now: datetime) -> bool:
        """Whether one more attempt may be made there now."""
        host = self._host(name)
        if not name:
            return True
        if (until := self.rests_until(name)) is not None and until > now:
            return False
        if host.known.failures:
            return host.flying == 0 and self._suspects < self._for_suspects
        return host.flying < (self._per_host if host.answers else 1)

    def is_flying(self, name: str) -> bool:
        """Whether an attempt is being made there."""
        return self._host(name).flying > 0

    def rests_until(self, name: str) -> datetime | None:
        """When it may be tried again, where it was given a rest."""
        return self._host(name).known.paused_until

    def begin(self, name: str) -> None:
        """An attempt is made there."""
        host = self._host(name)
        host.flying += 1
        if name and host.known.failures:
            host.probed = True
            self._suspects += 1

    def end(self, name: str) -> None:
        """It is over."""
        host = self._host(name)
        host.flying -= 1
        if host.probed:
            host.probed = False
            self._suspects -= 1

    def answered(self, name: str) -> HostRecord | None:
        """It took or refused something: it lives. What is to be kept, if it is new."""
        host = self._host(name)
        host.answers = True
        if host.known == HostRecord(name):
            return None
        host.known = HostRecord(name)
        return host.known

    def rest(
        self, name: str, until: datetime, now: datetime, reason: str
    ) -> HostRecord:
        """It asked to be left alone until then; one that always does, for longer."""
        host = self._host(name)
        host.answers = True
        before = host.known
        failures = before.failures + 1 if before.paused_until is not None else 0
        if failures:
            until = max(until, now + backoff(failures, random=self._random))
        return self._missed(name, now, failures=failures, until=until, reason=reason)

    def failed(
        self, name: str, now: datetime, reason: str, *, asked: timedelta | None = None
    ) -> HostRecord:
        """It failed, or did not answer: a rest that grows with every failure.

        Args:
            name: Which host.
            now: The time.
            reason: Why, for people.
            asked: It asked for so long a rest at least.

        """
        host = self._host(name)
        failures = host.known.failures + 1
        patient = not name and failures < _STRIKES and asked is None
        rest = max(backoff(failures, random=self._random), asked or timedelta(0))
        until = None if patient else now + rest
        return self._missed(name, now, failures=failures, until=until, reason=reason)

    def is_dead(self, name: str, now: datetime) -> bool:
        """Whether nothing is to go there, and it is not time yet to try it again."""
        known = self._host(name).known
        return (
            known.is_dead
            and known.paused_until is not None
            and known.paused_until > now
        )

    def known(self, name: str) -> HostRecord:
        """What there is to say about it."""
        return self._host(name).known

    def learn(self, known: Iterable[HostRecord]) -> None:
        """The ledger knows more of all of them by now."""
        found = {host.name: host for host in known}
        for name, host in self._hosts.items():
            host.known = found.get(name) or HostRecord(name)

    def _missed(
        self,
        name: str,
        now: datetime,
        *,
        failures: int,
        until: datetime | None,
        reason: str,
    ) -> HostRecord:
        """It took nothing today; on the seventh such day it is dead."""
        host = self._host(name)
        before = host.known
        today = before.last_failed is None or before.last_failed.date() != now.date()
        host.known = HostRecord(
            name,
            failures=failures,
            failed=before.failed or now,
            last_failed=now,
            days=before.days + today,
            paused_until=until,
            reason=reason,
        )
        if host.known.is_dead:
            longer = max(until or now, now + PROBE)
            host.known = replace(host.known, paused_until=longer)
        return host.known

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(HostRecord(name))
        return host
