"""No answer is too large, too long on its way, or falsely encoded."""

from __future__ import annotations

import socket
import tracemalloc

import httpx
import pytest

from http_support import (
    Handler,
    StoppedLoop,
    Wire,
    ask,
    ask_server,
    gzip_bomb,
    reply,
)
from share_bridge.http.client import MAX_BYTES
from share_bridge.http.errors import (
    BadEncodingError,
    DeadlineError,
    TooLargeError,
)


def test_an_answer_over_the_limit_is_refused() -> None:
    """10 MB, unless a request says otherwise."""
    with pytest.raises(TooLargeError, match="10,000,000"):
        ask_server(reply(200, b"x" * (MAX_BYTES + 1)))


def test_an_answer_at_the_limit_is_taken() -> None:
    """The limit of this request."""
    body = b"x" * 1000

    assert ask_server(reply(200, body), extensions={"max_bytes": 1000}).content == body


def test_an_announced_size_is_refused_at_once() -> None:
    """Before a byte of it is read."""

    def promise(wire: Wire) -> None:
        wire.head(200, {"Content-Length": "99999999999"})
        wire.wait(10)

    with pytest.raises(TooLargeError):
        ask_server(promise)


def test_an_endless_answer_is_refused() -> None:
    """No length announced, and never an end."""

    def endless(wire: Wire) -> None:
        wire.head(200)
        wire.drip(b"x" * 50_000_000, every=0, size=1_000_000)
        wire.drop()

    with pytest.raises(TooLargeError):
        ask_server(endless)


def test_head_may_announce_what_get_would_not_fit() -> None:
    """Nothing of it comes."""
    huge = reply(200, headers={"Content-Length": "99999999999"})

    assert ask_server(huge, method="HEAD").status_code == 200


def test_a_bomb_is_refused_with_little_memory() -> None:
    """30 MB of zeros in 30 KB, given to a limit of 1 MB."""
    bomb = reply(200, gzip_bomb(30_000_000), {"Content-Encoding": "gzip"})
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            ask_server(bomb, extensions={"max_bytes": 1_000_000})
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000


@pytest.mark.parametrize(
    "coding, body",
    [
        ("gzip", b"plain"),
        ("gzip", gzip_bomb(1000)[:-4]),
        ("br", b"?"),
        ("gzip, gzip", b"?"),
        ("zstd", b"?"),
    ],
)
def test_a_false_encoding_is_refused(coding: str, body: bytes) -> None:
    """What was not asked for, or is not what it says."""
    with pytest.raises(BadEncodingError):
        ask_server(reply(200, body, {"Content-Encoding": coding}))


def dripping(start: bytes, loop: StoppedLoop) -> Handler:
    """Sends a byte every twentieth of a second, by the client's clock."""

    def drip(wire: Wire) -> None:
        wire.send(start)
        for _ in range(1000):
            if wire.wait(0.005):
                return
            loop.forward(0.05)
            wire.send(b"x")

    return drip


BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nX-Long: "


@pytest.mark.parametrize("start", [BODY, HEAD])
def test_time_is_counted_over_the_whole_answer(start: bytes) -> None:
    """Each byte in time does not make the answer in time."""
    loop = StoppedLoop()

    with pytest.raises(httpx.ReadTimeout):
        ask_server(dripping(start, loop), method="POST", timeout=0.4, loop=loop)


def test_silence_is_not_waited_for() -> None:
    loop = StoppedLoop()

    def say_nothing(wire: Wire) -> None:
        loop.forward(0.5)
        wire.wait(10)

    with pytest.raises(httpx.ReadTimeout):
        ask_server(say_nothing, method="POST", timeout=0.4, loop=loop)


def test_a_request_can_have_its_own_deadline() -> None:
    """Uploads take longer than posts, probes less."""
    loop = StoppedLoop()

    with pytest.raises(DeadlineError, match=r"within 0\.2 s"):
        ask_server(dripping(BODY, loop), extensions={"deadline": 0.2}, loop=loop)


def test_a_deadline_before_anything_was_sent_is_of_connecting() -> None:
    """TCP answers, TLS does not: no byte of the request has left."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(httpx.ConnectTimeout):
            ask(url, method="POST", timeout=0.3)
