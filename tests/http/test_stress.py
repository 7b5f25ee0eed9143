"""Many requests at once to servers that do everything wrong: nothing is left behind."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import random
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from http_support import LOOPBACK, Authority, Handler, Wire, gzipped, reply, serve
from share_bridge.http.client import open_client

AT_ONCE = 40
#: For a longer run: `SHARE_BRIDGE_STRESS=20000 python -X dev -m pytest …`.
REQUESTS = int(os.environ.get("SHARE_BRIDGE_STRESS", "300"))
BODY = b"the right answer " * 5_000


def number(wire: Wire) -> None:
    """Answer with what was asked for, so that a mix-up shows."""
    wire.respond(200, wire.request.path.encode() + BODY)


def stall(wire: Wire) -> None:
    wire.head(200, {"Content-Length": "100"})
    wire.wait(0.5)


def cut_off(wire: Wire) -> None:
    wire.head(200, {"Content-Length": "100000"})
    wire.send(BODY[:50_000])
    wire.reset()


def part(wire: Wire) -> None:
    number(wire)
    wire.drop()


def go_on(wire: Wire) -> None:
    number(wire)
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong")


HANDLERS: tuple[Handler, ...] = (
    number,
    number,
    number,
    part,
    go_on,
    stall,
    cut_off,
    Wire.drop,
    Wire.reset,
    gzipped(BODY),
    reply(413, b"too large"),
)


def any_of(dice: random.Random) -> Handler:
    def handle(wire: Wire) -> None:
        dice.choice(HANDLERS)(wire)

    return handle


async def upload() -> AsyncIterator[bytes]:
    for _ in range(20):
        yield b"x" * 10_000


async def ask(http: httpx.AsyncClient, url: str, dice: random.Random) -> str:
    """One request, some given up early; what came of it."""
    body = dice.choice([{}, {"content": b"x" * 200_000}, {"content": upload()}])
    path = f"/{dice.random()}"
    patience = dice.choice([{}, {}, {"deadline": 0.3}])
    try:
        async with asyncio.timeout(dice.choice([None, None, dice.random() / 20])):
            response = await http.post(url + path, extensions=patience, **body)
    except (httpx.TransportError, TimeoutError) as error:
        return type(error).__name__
    assert response.content in (path.encode() + BODY, BODY, b"too large")
    return str(response.status_code)


async def ask_many(urls: list[str], authority: Authority, seed: int) -> Counter[str]:
    """Many requests of one client; how often each outcome came."""
    dice = random.Random(seed)
    room = asyncio.Semaphore(AT_ONCE)

    async def one(http: httpx.AsyncClient) -> str:
        async with room:
            return await ask(http, dice.choice(urls), dice)

    client = open_client(LOOPBACK, timeout=60, ca_file=authority.file)
    async with client as http:
        tasks = [asyncio.create_task(one(http)) for _ in range(REQUESTS)]
        outcomes = Counter(await asyncio.gather(*tasks))
    assert asyncio.all_tasks() == {asyncio.current_task()}
    return outcomes


def test_nothing_is_mixed_up_or_left_behind(
    authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """No answer of another request, no task, no socket, no complaint of asyncio."""
    caplog.set_level(logging.ERROR, "asyncio")
    seed = random.randrange(1_000_000)
    handler = any_of(random.Random(seed))
    tls = authority.context("127.0.0.1")
    with serve(handler) as plain, serve(handler, tls=tls) as secure:
        urls = [plain.url, secure.url]
        outcomes = asyncio.run(ask_many(urls, authority, seed), debug=True)

    gc.collect()
    assert caplog.messages == [], f"seed {seed}"
    assert {"200", "413", "TimeoutError"} <= set(outcomes), f"{outcomes}, seed {seed}"
