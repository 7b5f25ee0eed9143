"""Whose turn it is: whatever happens to servers, every line comes to its end."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from share_bridge.dispatch.fan_out.hosts import Hosts
from share_bridge.dispatch.fan_out.lines import Lines
from share_bridge.ledger.hosts import HostRecord
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_NAMES = ("a.example", "b.example", "c.example", "d.example", "")


def _head(number: int, host: str) -> DeliveryRecord:
    return DeliveryRecord(
        id=str(number),
        message="m",
        target="t",
        post="p",
        action=Action.CREATE,
        number=0,
        generation=0,
        recipient=f"{number}@{host}",
        host=host,
        state=State.PLANNED,
        epoch=1,
        due=None,
        attempts=0,
        failures=0,
        failed=None,
        unknown=False,
        started=None,
        deadline=None,
        reason="",
        receipt=None,
        progress=None,
        question=None,
    )


class _Run:
    """Takes, and lets attempts end as they are told to; every rule is looked at."""

    def __init__(
        self,
        heads: list[DeliveryRecord],
        known: list[HostRecord],
        *,
        places: int,
        per_host: int,
    ) -> None:
        self.now = _NOW
        self.taken: list[str] = []
        self.flying: list[str] = []
        self.rests = {host.name: host.paused_until for host in known}
        self._places, self._per_host = places, per_host
        self._hosts = Hosts(
            known, places=places, per_host=per_host, random=Random("lines")
        )
        self._lines = Lines(self._hosts, heads)

    def take(self) -> None:
        free = self._places - len(self.flying)
        for head in self._lines.take(free, self.now):
            rest = self.rests.get(head.host) if head.host else None
            assert rest is None or rest <= self.now, f"{head.host} rests"
            self.taken.append(head.id)
            self.flying.append(head.host)
        at_once = Counter(host for host in self.flying if host)
        assert len(self.flying) <= self._places
        assert max(at_once.values(), default=0) <= self._per_host

    def end(self, place: int, outcome: str) -> None:
        host = self.flying.pop(place % len(self.flying))
        self._hosts.end(host)
        if outcome == "failed":
            record = self._hosts.failed(host, self.now, "no answer")
            self.rests[host] = record.paused_until
        elif outcome == "rests":
            until = self.now + timedelta(minutes=5)
            record = self._hosts.rest(host, until, self.now, "429")
            self.rests[host] = record.paused_until
        else:
            self._hosts.answered(host)
            self.rests[host] = None
        self._lines.ended(host)

    def sleep(self) -> None:
        """Nothing is under way: somebody has to wake up, if anyone is left."""
        wakes = self._lines.wakes()
        assert wakes is not None, "somebody is left, and never served"
        self.now = max(self.now, wakes)


@st.composite
def _known(draw: st.DrawFn) -> list[HostRecord]:
    names = draw(st.sets(st.sampled_from(_NAMES[:-1])))
    return [
        HostRecord(
            name,
            failures=draw(st.integers(0, 3)),
            failed=_NOW,
            paused_until=_NOW + timedelta(minutes=draw(st.integers(-9, 9))),
        )
        for name in sorted(names)
    ]


@given(
    hosts=st.lists(st.sampled_from(_NAMES), max_size=40),
    known=_known(),
    places=st.integers(1, 8),
    per_host=st.integers(1, 3),
    ends=st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(("answered", "failed", "rests"))),
        max_size=60,
    ),
)
def test_everybody_is_served_once_and_within_the_limits(
    hosts: list[str],
    known: list[HostRecord],
    places: int,
    per_host: int,
    ends: list[tuple[int, str]],
) -> None:
    """Never more than the places, or than a host may have; none that rests; all."""
    heads = [_head(number, host) for number, host in enumerate(hosts)]
    run = _Run(heads, known, places=places, per_host=per_host)
    script = iter(ends)
    while len(run.taken) < len(heads) or run.flying:
        run.take()
        if run.flying:
            run.end(*next(script, (0, "answered")))
        elif len(run.taken) < len(heads):
            run.sleep()
    assert sorted(run.taken, key=int) == [head.id for head in heads]


@given(
    each=st.lists(st.integers(1, 30), min_size=2, max_size=6),
    places=st.integers(1, 6),
)
def test_a_long_line_keeps_no_short_one_waiting(each: list[int], places: int) -> None:
    """In turns: whoever has a line is served once before anyone is served twice."""
    hosts = [
        f"{number}.example" for number, many in enumerate(each) for _ in [0] * many
    ]
    heads = [_head(number, host) for number, host in enumerate(hosts)]
    run = _Run(heads, [], places=places, per_host=3)
    while len(run.taken) < len(each):
        run.take()
        run.end(0, "answered")
    first = run.taken[: len(each)]
    assert len({hosts[int(number)] for number in first}) == len(each)


@given(failures=st.integers(1, 12))
def test_a_host_that_failed_is_tried_with_one_at_a_time(failures: int) -> None:
    hosts = Hosts([], places=8, per_host=4, random=Random("hosts"))
    now = _NOW
    for _ in range(failures):
        hosts.begin("a.example")
        hosts.end("a.example")
        rest = hosts.failed("a.example", now, "no answer").paused_until
        assert rest is not None
        assert not hosts.has_room("a.example", now)
        now = rest
    assert hosts.has_room("a.example", now)
    hosts.begin("a.example")
    assert not hosts.has_room("a.example", now)
