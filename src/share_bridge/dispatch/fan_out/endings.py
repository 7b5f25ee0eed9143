"""What ended attempts of a fan-out mean: for their host, and for the whole target."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from share_bridge.dispatch.fan_out.hosts import Hosts
from share_bridge.dispatch.questions import about_hosts
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.backoff import backoff
from share_bridge.dispatch.send.outcome import Outcome, in_doubt
from share_bridge.dispatch.send.patience import Patience
from share_bridge.dispatch.send.record import Recorder, Sent
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import PublishError
from share_bridge.ledger.hosts import HostRecord
from share_bridge.model.delivery import State

__all__ = ["Ended", "Endings"]


class Ended(Struct, frozen=True):
    """An attempt that is over; an outcome of None: it was not begun after all."""

    sent: Sent
    outcome: Outcome | None
    error: PublishError | None = None


class Endings:
    """Writes down groups of ended attempts, each in the transaction of its caller."""

    def __init__(
        self, runtime: Runtime, opened: OpenedTarget, recorder: Recorder, hosts: Hosts
    ) -> None:
        self._runtime = runtime
        self._opened = opened
        self._recorder = recorder
        self._hosts = hosts
        self._patience = Patience(runtime, opened)

    def write(self, ended: Sequence[Ended]) -> bool:
        """Write them down; whether something befell the whole target."""
        befell = False
        for one in ended:
            delivery = one.sent.delivery
            self._hosts.end(delivery.host)
            if one.outcome is None:
                self._runtime.ledger.claims.unclaim(delivery)
                continue
            befell = self._write_one(one.sent, one.outcome) or befell
        return befell

    def tell(self, ended: Sequence[Ended]) -> None:
        """Tell those who watch; after the commit."""
        for one in ended:
            if one.outcome is not None:
                sent = one.sent
                self._recorder.tell(sent.delivery, sent.record, one.outcome, one.error)

    def _write_one(self, sent: Sent, outcome: Outcome) -> bool:
        delivery, now = sent.delivery, self._runtime.now()
        host = "" if outcome.whole_target else delivery.host
        known = self._known(host, outcome, now)
        since = known.failed if known is not None and host else None
        outcome = in_doubt(delivery, outcome)
        outcome = self._patience.with_many(delivery, outcome, since=since)
        given_up = since is not None and outcome.state is State.REJECTED
        self._recorder.write(sent, outcome)
        if not host:
            return self._about_target(outcome, known)
        if known is not None:
            self._runtime.ledger.hosts.save(self._opened.record.id, known)
        if outcome.blocked:
            self._hold_host(host, outcome.reason)
        elif given_up:
            self._runtime.ledger.holds.give_up_host(
                delivery.target, host, reason=outcome.reason
            )
        return False

    def _known(self, host: str, outcome: Outcome, now: datetime) -> HostRecord | None:
        """What is known of the host by now, if that is new."""
        if outcome.failed:
            return self._hosts.failed(host, now, outcome.reason, asked=outcome.pause)
        if outcome.pause is not None:
            return self._hosts.rest(host, now + outcome.pause, now, outcome.reason)
        return self._hosts.answered(host)

    def _about_target(self, outcome: Outcome, known: HostRecord | None) -> bool:
        """Whether all of the target rests or is held from now on."""
        rest = outcome.pause
        tired = known is not None and (outcome.whole_target or known.paused_until)
        if outcome.failed and known is not None and tired:
            rest = backoff(known.failures, random=self._runtime.random)
        if rest is not None:
            self._recorder.pause(rest, outcome.reason)
        if outcome.blocked:
            self._recorder.block(outcome.reason)
        return outcome.blocked or rest is not None

    def _hold_host(self, host: str, reason: str) -> None:
        ledger, target = self._runtime.ledger, self._opened.record
        asked = about_hosts(target=target.name, hosts=[host], detail=reason)
        ledger.ask(asked, now=self._runtime.now())
        held = ledger.holds.hold_host(target.id, host, question=asked.id, reason=reason)
        ledger.ask(
            about_hosts(target=target.name, hosts=held, detail=reason),
            now=self._runtime.now(),
        )
