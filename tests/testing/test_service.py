"""A service in memory and on a socket: what fails, and what was done before."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from share_bridge.testing import (
    LOOPBACK,
    NOON,
    RATE_LIMITS,
    SERVER_ERRORS,
    Answer,
    Change,
    FakeContext,
    Fault,
    Lost,
    ScriptedService,
    StatefulServer,
    garbled,
    lagging,
    shortened,
)


class Notes(ScriptedService):
    """Keeps what is posted."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[Any] = []

    def answer(self, request: httpx.Request) -> Answer:
        if request.method == "GET":
            return Answer(200, self.notes)
        self.notes.append(json.loads(request.content))
        return Answer(201, {"id": len(self.notes)})


class Bench:
    """A service, and a client that reaches it in memory or over a socket."""

    def __init__(self, service: ScriptedService, url: str, *, real: bool) -> None:
        self.service = service
        self._url = url
        self._real = real

    def ask(
        self, method: str = "POST", *, patience: float = 30, **options: Any
    ) -> httpx.Response:
        options = options or ({} if method == "GET" else {"json": {"text": "hello"}})
        context = FakeContext(
            Path(),
            reach=LOOPBACK,
            timeout=patience,
            transport=None if self._real else self.service,
        )

        async def once() -> httpx.Response:
            try:
                return await context.http.request(method, self._url, **options)
            finally:
                await context.close()

        return asyncio.run(once())


@pytest.fixture(params=["memory", "socket"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with StatefulServer(Notes()) as server:
        yield Bench(server.service, server.url, real=request.param == "socket")


def test_it_answers_and_remembers(bench: Bench) -> None:
    answer = bench.ask()

    assert (answer.status_code, answer.json()) == (201, {"id": 1})
    assert bench.ask("GET").json() == [{"text": "hello"}]
    assert [it.method for it in bench.service.requests] == ["POST", "GET"]
    assert [json.loads(it.content) for it in bench.service.writes] == [
        {"text": "hello"}
    ]
    assert bench.service.answers[0] == Answer(201, {"id": 1})


_TROUBLE = {
    Lost.RESET: (httpx.ReadError, httpx.RemoteProtocolError),
    Lost.HALF: (httpx.RemoteProtocolError,),
    Lost.TIMEOUT: (httpx.ReadTimeout,),
    Lost.SILENCE: (httpx.ReadTimeout,),
    Lost.GARBAGE: (httpx.RemoteProtocolError,),
    Lost.HEAD: (httpx.RemoteProtocolError,),
    Lost.TRICKLE: (httpx.ReadTimeout,),
}


@pytest.mark.parametrize("accepted", [True, False], ids=["after", "before"])
@pytest.mark.parametrize("how", list(_TROUBLE))
def test_an_answer_gets_lost(bench: Bench, how: Lost, *, accepted: bool) -> None:
    """Before or after the service did what it was asked."""
    bench.service.fail(Fault(what=how, accepted=accepted))

    with pytest.raises(_TROUBLE[how]):
        bench.ask(patience=1 if httpx.ReadTimeout in _TROUBLE[how] else 30)

    assert len(bench.service.notes) == accepted  # type: ignore[attr-defined]  # Notes
    assert bench.ask().status_code == 201


@pytest.mark.parametrize("accepted", [True, False], ids=["after", "before"])
def test_another_answer_is_given(bench: Bench, *, accepted: bool) -> None:
    page = Answer(502, text="<h1>Maintenance</h1>", headers={"Retry-After": "9"})
    bench.service.fail(Fault(what=page, accepted=accepted, times=None))

    answers = [bench.ask() for _ in range(2)]
    bench.service.recover()

    assert [it.status_code for it in answers] == [502, 502]
    assert answers[0].headers["Retry-After"] == "9"
    assert answers[0].headers["Content-Type"].startswith("text/html")
    assert answers[0].text == "<h1>Maintenance</h1>"
    assert len(bench.ask("GET").json()) == 2 * accepted


def test_a_connection_ends_after_the_whole_answer(bench: Bench) -> None:
    bench.service.fail(Fault(what=Lost.HANGS_UP, accepted=True))

    assert [bench.ask().json()["id"] for _ in range(2)] == [1, 2]


def test_every_trouble_comes_over_the_wire(bench: Bench) -> None:
    """As it is named: status, headers and body."""
    for what in (SERVER_ERRORS | RATE_LIMITS).values():
        bench.service.fail(Fault(what=what))
        answer = bench.ask()
        bench.service.recover()

        assert answer.status_code == what.status
        assert answer.text == (
            what.text or (json.dumps(what.json) if what.json else "")
        )
        assert set(what.headers.items()) <= {
            (name, answer.headers.get(name)) for name in what.headers
        }


@pytest.mark.parametrize(
    "change, shown", [(lagging(1), [2, 1]), (shortened(1), [3]), (lagging(9), [])]
)
def test_a_listing_is_not_what_it_should_be(
    bench: Bench, change: Change, shown: list[int]
) -> None:
    """For as long as the fault lasts."""
    newest_first = [{"text": number} for number in (3, 2, 1)]
    bench.service.notes[:] = newest_first  # type: ignore[attr-defined]  # Notes
    bench.service.fail(Fault(what=change, when=lambda it: it.method == "GET"))

    assert [note["text"] for note in bench.ask("GET").json()] == shown
    assert bench.ask("GET").json() == newest_first


def test_a_listing_may_stand_under_a_key() -> None:
    own = Answer(200, {"elements": [3, 2, 1], "more": True})

    assert lagging(2, under="elements")(own).json == {"elements": [1], "more": True}


def test_an_answer_has_the_wrong_type(bench: Bench) -> None:
    """The service did what it was asked."""
    bench.service.fail(Fault(what=garbled))

    answer = bench.ask()

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.json() == {"id": 1}


def test_nothing_is_sent_where_nobody_is(bench: Bench) -> None:
    with StatefulServer(ScriptedService()) as server:
        url = server.url

    with pytest.raises(httpx.ConnectError):
        Bench(bench.service, url, real=True).ask()


def test_a_fault_chooses_its_requests(bench: Bench) -> None:
    """Reads pass a fault of writes; the first write is let through."""
    bench.service.fail(Fault(what=Answer(500), skip=1))

    statuses = [bench.ask(it).status_code for it in ("GET", "POST", "POST", "POST")]

    assert statuses == [200, 201, 500, 201]


def test_acceptance_comes_late(bench: Bench) -> None:
    """The client has gone, and the post stands all the same."""
    bench.service.fail(Fault(what=Lost.TIMEOUT, accepted=True, delay=1.2))
    notes = bench.service.notes  # type: ignore[attr-defined]  # Notes

    with pytest.raises(httpx.ReadTimeout):
        bench.ask(patience=1)

    ends = time.monotonic() + 60
    while not notes and bench._real and time.monotonic() < ends:
        time.sleep(0.01)
    assert len(notes) == bench._real


def test_a_script_is_played_in_order() -> None:
    service = ScriptedService(Answer(201, {"id": "1"}), Lost.RESET)
    service.script(Answer(204))
    bench = Bench(service, "https://service.example/notes", real=False)

    assert bench.ask().json() == {"id": "1"}
    with pytest.raises(httpx.ReadError):
        bench.ask()
    assert bench.ask().status_code == 204
    with pytest.raises(AssertionError, match="no answer to POST"):
        bench.ask()


def test_its_clock_goes_on_with_every_request() -> None:
    service = ScriptedService(Answer(), Answer())
    bench = Bench(service, "https://service.example/notes", real=False)

    bench.ask()
    bench.ask()

    assert (service.now() - NOON).total_seconds() == 2


def test_its_record_can_be_emptied() -> None:
    service = ScriptedService(Answer())
    Bench(service, "https://service.example/notes", real=False).ask()

    service.forget()

    assert (service.requests, service.answers) == ([], [])
