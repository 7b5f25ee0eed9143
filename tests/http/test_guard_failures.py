"""What breaks on the way says whether anything was sent, and no secret."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
import pytest

from http_support import (
    LOOPBACK,
    Handler,
    Wire,
    ask_server,
    reply,
    serve,
)
from share_bridge.http.client import open_client
from share_bridge.http.redact import Redactor


def garbage(wire: Wire) -> None:
    wire.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    wire.drop()


def long_header(wire: Wire) -> None:
    wire.head(200, {"X-Long": "x" * 200_000})


def cut_off(wire: Wire) -> None:
    wire.head(200, {"Content-Length": "100"})
    wire.send(b"only this")
    wire.drop()


def hang_up(wire: Wire) -> None:
    wire.drop()


def say_nothing(wire: Wire) -> None:
    wire.wait(10)


def reset(wire: Wire) -> None:
    wire.reset()


@pytest.mark.parametrize(
    "handler, error",
    [
        (garbage, httpx.RemoteProtocolError),
        (long_header, httpx.RemoteProtocolError),
        (cut_off, httpx.RemoteProtocolError),
        (hang_up, httpx.RemoteProtocolError),
        (reset, httpx.ReadError),
    ],
)
def test_a_broken_answer_is_not_a_connect_error(
    handler: Handler, error: type[httpx.TransportError]
) -> None:
    """The request has left: its outcome is unknown."""
    with pytest.raises(error) as caught:
        ask_server(handler, method="POST", content=b"hello")

    assert not isinstance(caught.value, httpx.ConnectError)


def test_a_secret_does_not_leave_through_an_error() -> None:
    """h11 quotes a header that it refuses."""
    token = "Bearer hidden-token\n"
    with pytest.raises(httpx.LocalProtocolError) as caught:
        ask_server(
            reply(),
            headers={"Authorization": token},
            client={"redact": Redactor([token])},
        )

    assert "hidden-token" not in str(caught.value)


def test_an_answer_can_be_left_half_read() -> None:
    """The connection is dropped, without a warning."""

    async def half(url: str) -> bytes:
        client = open_client(LOOPBACK, timeout=60)
        async with client as http, http.stream("GET", url) as response:
            async for piece in response.aiter_bytes():
                return piece[:1]
        return b""

    with serve(reply(200, b"x" * 1_000_000)) as server:
        assert asyncio.run(half(server.url)) == b"x"


def test_a_cancelled_request_ends_at_once() -> None:
    """Cancellation is never swallowed."""

    async def cancelled(url: str) -> None:
        async with open_client(LOOPBACK, timeout=60) as http:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await http.get(url)

    with serve(say_nothing) as server:
        asyncio.run(cancelled(server.url))
        assert server.ended == 0  # it waits still
