"""HTTP/1.1 on the wire: bodies of any kind, early answers, and connections kept."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator

import httpx
import pytest

from http_support import (
    LOOPBACK,
    Authority,
    Handler,
    Server,
    StoppedLoop,
    Wire,
    ask_server,
    reply,
    serve,
)
from share_bridge.http.client import open_client


def chunked(wire: Wire) -> None:
    wire.head(200, {"Transfer-Encoding": "chunked"})
    wire.send(b"5;x=y\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: x\r\n\r\n")


def until_close(wire: Wire) -> None:
    wire.head(200)
    wire.send(b"hello world")
    wire.drop()


def of_old(wire: Wire) -> None:
    wire.send(b"HTTP/1.0 200 Fine\r\nContent-Length: 11\r\n\r\nhello world")


def after_hints(wire: Wire) -> None:
    wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
    wire.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
    wire.respond(200, b"hello world")


def in_a_row(
    handler: Handler, *methods: str, each_after: threading.Event | None = None
) -> tuple[list[str], int]:
    """What requests of one client bring, and over how many connections."""

    async def each(url: str) -> list[str]:
        async with open_client(LOOPBACK, timeout=60) as http:
            said = []
            for method in methods:
                said.append((await http.request(method, url)).text)
                if each_after is not None:
                    await asyncio.to_thread(each_after.wait, 5)
                    each_after.clear()
            return said

    with serve(handler) as server:
        return asyncio.run(each(server.url)), server.connections


@pytest.mark.parametrize(
    "handler, connections",
    [(chunked, 1), (until_close, 2), (of_old, 2), (after_hints, 1)],
)
def test_a_body_ends_where_its_framing_says(handler: Handler, connections: int) -> None:
    """The connection is used again where the framing leaves it whole."""
    assert in_a_row(handler, "GET", "POST") == (["hello world"] * 2, connections)


@pytest.mark.parametrize(
    "method, status, length", [("HEAD", 200, 9), ("GET", 204, 0), ("GET", 304, 9)]
)
def test_an_answer_without_a_body_has_none(
    method: str, status: int, length: int
) -> None:
    """Whatever length it names; the connection is used again."""

    def bare(wire: Wire) -> None:
        wire.head(status, {"Content-Length": str(length)} if length else {})

    assert in_a_row(bare, method, method) == (["", ""], 1)


def test_a_connection_is_not_kept_against_the_servers_will() -> None:
    """`Connection: close`, also from one that does not hang up itself."""
    parting = reply(200, b"bye", {"Connection": "close"})

    assert in_a_row(parting, "GET", "GET") == (["bye", "bye"], 2)


@pytest.mark.parametrize("pause", [0, 0.05], ids=["at once", "later"])
@pytest.mark.parametrize("extra", [b"HTTP/1.1 200 OK\r\n", b"\r\n", b"x" * 100_000])
def test_what_nobody_asked_for_answers_nothing(extra: bytes, pause: float) -> None:
    """Else every later answer would be that of the request before."""
    spoken = threading.Event()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nright"
    first, then = (answer, extra) if pause else (answer + extra, b"")

    def talkative(wire: Wire) -> None:
        wire.send(first)
        wire.wait(pause)
        wire.send(then)
        spoken.set()

    said = in_a_row(talkative, "GET", "GET", each_after=spoken)

    assert said == (["right", "right"], 2)


def test_a_hang_up_is_seen_by_who_was_busy() -> None:
    """A run that writes its ledger does not hear the network."""
    answered, hung_up = threading.Event(), threading.Event()

    async def twice(url: str) -> int:
        async with open_client(LOOPBACK, timeout=60) as http:
            await http.get(url)
            answered.set()
            hung_up.wait(5)
            return (await http.post(url)).status_code

    def once(wire: Wire) -> None:
        wire.respond()
        answered.wait(5)
        wire.connection.shutdown(socket.SHUT_RDWR)
        hung_up.set()

    with serve(once) as server:
        assert asyncio.run(twice(server.url)) == 200


def test_each_server_gets_what_is_for_it() -> None:
    """A connection belongs to one origin."""

    async def ask_both(*urls: str) -> list[str]:
        async with open_client(LOOPBACK, timeout=60) as http:
            return [(await http.get(url)).text for url in urls]

    with serve(reply(200, b"one")) as one, serve(reply(200, b"two")) as two:
        said = asyncio.run(ask_both(one.url, two.url, one.url, two.url))

    assert said == ["one", "two", "one", "two"]
    assert (one.connections, two.connections) == (1, 1)


def test_twenty_connections_are_kept_and_a_hundred_used() -> None:
    """Whoever comes later waits for one that is free."""

    async def ask_at_once(http: httpx.AsyncClient, url: str, times: int) -> None:
        await asyncio.gather(*(http.get(url) for _ in range(times)))

    async def ask_in_turns(server: Server) -> list[int]:
        used = []
        async with open_client(LOOPBACK, timeout=60) as http:
            for times in (120, 40):
                await ask_at_once(http, server.url, times)
                used.append(server.connections)
        return used

    def all_at_once(wire: Wire) -> None:
        """Nobody is answered before everybody who can has asked."""
        wanted = 100 if len(server.requests) <= 120 else 160
        while len(server.requests) < wanted and not wire.wait(0.01):
            pass
        wire.respond()

    with (
        serve(all_at_once) as server,
        asyncio.Runner(loop_factory=StoppedLoop) as runner,
    ):
        assert runner.run(ask_in_turns(server)) == [100, 120]


def connections_after(seconds: float) -> int:
    """How many connections two requests that far apart take."""

    async def twice(url: str) -> None:
        async with open_client(LOOPBACK, timeout=60) as http:
            await http.get(url)
            loop.forward(seconds)
            await http.get(url)

    loop = StoppedLoop()
    with serve(reply()) as server, asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(twice(server.url))
    return server.connections


def test_an_idle_connection_is_kept_for_two_seconds() -> None:
    """Servers hang up after five, when a write may already be on its way."""
    assert connections_after(1.9) == 1
    assert connections_after(2.1) == 2


# A request with a body of unknown length, so that the server may answer at once.


async def endless() -> AsyncIterator[bytes]:
    while True:
        yield b"x" * 10_000


async def slow() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.sleep(0.1)
    yield b"x"


def take_all(wire: Wire) -> None:
    while wire.connection.recv(1_000_000):
        pass


def take_nothing(wire: Wire) -> None:
    wire.wait(10)


@pytest.mark.parametrize("then", [Wire.drop, Wire.reset, take_all, take_nothing])
def test_an_early_refusal_is_an_answer(then: Handler) -> None:
    """What is too large for a server need not be sent to its end."""

    def refuse(wire: Wire) -> None:
        wire.respond(413, b"too large")
        wire.wait(10)
        then(wire)

    response = ask_server(refuse, method="POST", content=endless())

    assert response.status_code == 413
    assert response.text == "too large"


def test_an_early_welcome_lets_the_rest_be_sent() -> None:
    """It is not yet a refusal; what was promised follows."""
    received = []

    def welcome(wire: Wire) -> None:
        wire.head(200, {"Content-Length": "2"})
        taken = b""
        while not taken.endswith(b"0\r\n\r\n"):
            taken = taken[-5:] + wire.connection.recv(65_536)
        received.append(taken)
        wire.send(b"ok")
        wire.drop()

    assert ask_server(welcome, method="POST", content=slow()).text == "ok"
    assert len(received) == 1


def test_a_server_that_breaks_off_an_upload_is_a_write_error() -> None:
    """Not all of it left; perhaps enough did."""

    def break_off(wire: Wire) -> None:
        wire.wait(0.1)
        wire.reset()

    with pytest.raises(httpx.WriteError):
        ask_server(break_off, method="POST", content=endless())


def test_a_body_that_fails_fails_its_request() -> None:
    """With its own error, at once."""

    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise LookupError("the picture is gone")

    def wait(wire: Wire) -> None:
        waited.append(wire.wait(60))

    waited: list[bool] = []
    with pytest.raises(LookupError, match="the picture is gone"):
        ask_server(wait, method="POST", content=broken())

    assert False not in waited  # the server was not waited for


def test_a_body_keeps_to_its_length() -> None:
    """The server would take the next request for the rest of this one."""
    with pytest.raises(httpx.LocalProtocolError):
        ask_server(
            reply(), method="POST", content=slow(), headers={"Content-Length": "9"}
        )


def test_a_server_that_changes_the_protocol_is_refused() -> None:
    """Even where a publisher asks for it: `connect` is for that."""

    def switch(wire: Wire) -> None:
        wire.head(101, {"Upgrade": "websocket", "Connection": "Upgrade"})

    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade"}
    with pytest.raises(httpx.RemoteProtocolError, match="something else"):
        ask_server(switch, headers=upgrade)


def test_nothing_runs_on_after_a_cancelled_upload() -> None:
    """Neither the sending nor the connection."""

    async def cancelled(url: str) -> set[asyncio.Task[None]]:
        async with open_client(LOOPBACK, timeout=60) as http:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await http.post(url, content=endless())
            return asyncio.all_tasks() - {asyncio.current_task()}

    with serve(lambda wire: wire.wait(10)) as server:
        assert asyncio.run(cancelled(server.url)) == set()


def test_a_client_closes_what_was_left_open() -> None:
    """An answer that nobody reads to its end, nor closes."""
    gone = threading.Event()

    def start(wire: Wire) -> None:
        wire.head(200)
        with contextlib.suppress(ConnectionResetError):
            wire.connection.recv(1)
        gone.set()

    async def forget(url: str) -> None:
        async with open_client(LOOPBACK, timeout=60) as http:
            await http.send(http.build_request("GET", url), stream=True)

    with serve(start) as server:
        asyncio.run(forget(server.url))
        assert gone.wait(60)


def test_connections_are_kept_over_tls(authority: Authority) -> None:
    """Where they cost most."""

    async def thrice(url: str) -> None:
        client = open_client(LOOPBACK, timeout=60, ca_file=authority.file)
        async with client as http:
            for _ in range(3):
                await http.get(url)

    context = authority.context("127.0.0.1")
    with serve(reply(200, b"hello"), tls=context) as server:
        asyncio.run(thrice(server.url))

    assert server.connections == 1
