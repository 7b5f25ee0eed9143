"""The client that publishers use: guarded, bounded, httpx in every other way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from http_support import (
    LOOPBACK,
    Wire,
    ask,
    ask_server,
    gzipped,
    redirect,
    reply,
    serve,
)
from share_bridge import __version__
from share_bridge.http.addresses import Reach
from share_bridge.http.client import open_client
from share_bridge.http.errors import (
    RefusedAddressError,
    RefusedSchemeError,
    TooLargeError,
)


def test_a_plain_answer_arrives_whole() -> None:
    """Status, headers and body."""
    response = ask_server(reply(201, b"hello", {"ETag": '"1"'}))

    assert response.status_code == 201
    assert response.content == b"hello"
    assert response.headers["ETag"] == '"1"'


def test_the_client_says_who_it_is_and_what_it_takes() -> None:
    """Gzip alone: other encodings reach worse ratios."""
    with serve(reply()) as server:
        ask(server.url)

    headers = server.requests[0].headers
    assert headers["user-agent"] == f"share-bridge/{__version__}"
    assert headers["accept-encoding"] == "gzip"
    assert headers["host"] == f"127.0.0.1:{server.port}"


def test_a_body_is_sent() -> None:
    """JSON, as publishers do."""
    with serve(reply()) as server:
        ask(server.url, method="POST", json={"status": "hello"})

    assert server.requests[0].method == "POST"
    assert server.requests[0].body == b'{"status":"hello"}'


def test_a_compressed_answer_is_read() -> None:
    """Its headers no longer speak of what was decoded."""
    response = ask_server(gzipped(b"hello" * 1000))

    assert response.content == b"hello" * 1000
    assert "Content-Encoding" not in response.headers


def test_connections_are_kept_alive() -> None:
    """Three requests in a row, one connection."""

    async def thrice(url: str) -> None:
        async with open_client(LOOPBACK, timeout=60) as http:
            for _ in range(3):
                await http.get(url)

    with serve(reply(200, b"hello")) as server:
        asyncio.run(thrice(server.url))

    assert server.connections == 1
    assert len(server.requests) == 3


@pytest.mark.parametrize("parting", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n"])
def test_a_connection_that_was_hung_up_is_not_used(parting: bytes) -> None:
    """A write there would be lost, and nobody would know."""

    def once(wire: Wire) -> None:
        wire.respond(200, b"hello")
        wire.send(parting)
        wire.drop()

    async def twice(url: str) -> int:
        async with open_client(LOOPBACK, timeout=60) as http:
            await http.get(url)
            while server.ended == 0:  # noqa: ASYNC110 - said by a thread
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
            return (await http.post(url)).status_code

    with serve(once) as server:
        assert asyncio.run(twice(server.url)) == 200

    assert server.connections == 2


def test_no_redirect_is_followed() -> None:
    """A write that moved is for its publisher to see."""
    response = ask_server(redirect("http://127.0.0.1:1/", 307), method="POST")

    assert response.status_code == 307


def test_proxies_of_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy would connect where the guard cannot look."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert ask_server(reply(204)).status_code == 204


def scripted(answer: Callable[[httpx.Request], httpx.Response]) -> dict[str, Any]:
    return {"transport": httpx.MockTransport(answer)}


def test_a_transport_of_a_test_answers_for_any_host() -> None:
    """Nothing is resolved, nothing dialled."""
    hello = scripted(lambda _: httpx.Response(200, json={"id": "1"}))

    response = ask("https://service.example/", reach=Reach(), client=hello)

    assert response.json() == {"id": "1"}


@pytest.mark.parametrize(
    "url, error",
    [
        ("http://service.example/", RefusedSchemeError),
        ("https://127.0.0.1/", RefusedAddressError),
        ("ftp://service.example/", RefusedSchemeError),
    ],
)
def test_the_guard_stands_before_a_transport_of_a_test(
    url: str, error: type[Exception]
) -> None:
    """So that tests see what users would."""
    with pytest.raises(error):
        ask(url, reach=Reach(), client=scripted(lambda _: httpx.Response(200)))


def test_limits_hold_for_a_transport_of_a_test() -> None:
    """Size and encoding."""
    large = scripted(lambda _: httpx.Response(200, content=b"x" * 2000))

    with pytest.raises(TooLargeError):
        ask("https://a.example/", client=large, extensions={"max_bytes": 1000})


def test_errors_of_a_transport_of_a_test_pass() -> None:
    """A test may play any failure."""

    def broken(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("no answer", request=request)

    with pytest.raises(httpx.ReadTimeout, match="no answer"):
        ask("https://a.example/", client=scripted(broken))
