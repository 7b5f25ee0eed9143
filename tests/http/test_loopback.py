"""The server that a browser comes back to gives nothing to anybody else."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping

import httpx
import pytest

from share_bridge.http.loopback import PORT, Loopback, callback, listen

STATE = "right-state"


def ask(
    *targets: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    seconds: float = 0.2,
) -> tuple[list[httpx.Response], Mapping[str, str] | None]:
    """What each address of the server shows, and the answer it took, if any."""

    async def run() -> tuple[list[httpx.Response], Mapping[str, str] | None]:
        async with (
            listen(STATE, port=0) as loopback,
            httpx.AsyncClient(trust_env=False) as client,
        ):
            base = f"http://127.0.0.1:{loopback.port}"
            pages = [
                await client.request(method, base + target, headers=headers)
                for target in targets
            ]
            try:
                return pages, await loopback.answer(seconds=seconds)
            except TimeoutError:
                return pages, None

    return asyncio.run(run())


def test_the_right_answer_is_taken_and_said() -> None:
    (page,), answer = ask(f"/callback?code=c%2Fd&iss=x&state={STATE}")

    assert answer == {"code": "c/d", "iss": "x"}
    assert page.status_code == 200
    assert "You can close this window" in page.text


def test_a_refusal_is_an_answer_as_well() -> None:
    (page,), answer = ask(f"/callback?error=access_denied&state={STATE}")

    assert answer == {"error": "access_denied"}
    assert "Nothing was allowed" in page.text


@pytest.mark.parametrize(
    "target",
    [
        "/callback?code=c",
        "/callback?code=c&state=",
        "/callback?code=c&state=wrong",
        f"/callback?code=c&state={STATE}x",
        f"/callback?code=c&State={STATE}",
    ],
)
def test_what_does_not_bring_the_state_is_not_taken(target: str) -> None:
    """Any page can send a browser here; the right answer is still waited for."""
    pages, answer = ask(target, f"/callback?code=right&state={STATE}")

    assert [page.status_code for page in pages] == [400, 200]
    assert answer == {"code": "right"}


@pytest.mark.parametrize("target", ["/", "/favicon.ico", f"/x?state={STATE}&code=c"])
def test_there_is_one_page_only(target: str) -> None:
    (page,), answer = ask(target)

    assert page.status_code == 404
    assert answer is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "127.0.0.1", ""])
def test_another_name_for_this_machine_is_refused(host: str) -> None:
    """A page whose name came to mean 127.0.0.1 would speak to us as to its own."""
    target = f"/callback?code=c&state={STATE}"

    (page,), answer = ask(target, headers={"Host": host})

    assert (page.status_code, answer) == (404, None)


@pytest.mark.parametrize("method", ["POST", "PUT", "OPTIONS", "HEAD"])
def test_only_a_visit_is_an_answer(method: str) -> None:
    (page,), answer = ask(f"/callback?code=c&state={STATE}", method=method)

    assert (page.status_code, answer) == (405, None)


def test_the_page_holds_nothing_that_came_from_outside() -> None:
    (page,), _ = ask(f"/callback?code=<script>&error=<script>&state={STATE}")

    assert "<script>" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def _raw(*data: bytes) -> bytes:
    """What comes back for these bytes, each in a connection of its own."""

    async def run() -> bytes:
        async with listen(STATE, port=0) as loopback:
            return b"".join([await _exchange(loopback, it) for it in data])

    return asyncio.run(run())


async def _exchange(loopback: Loopback, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", loopback.port)
    writer.write(data)
    writer.write_eof()
    try:
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\xff\r\n\r\n",
        b"GET http://[::/callback HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /callback HTTP/1.1\r\n" + b"X: " + b"x" * 20_000 + b"\r\n\r\n",
    ],
    ids=["nothing", "empty", "half", "tls", "address", "large"],
)
def test_nonsense_ends_its_own_connection_only(data: bytes) -> None:
    good = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    assert b"404" in _raw(data, good).rpartition(b"HTTP/1.1")[2]


def test_a_connection_that_says_nothing_is_dropped_at_the_end() -> None:
    """Browsers open some in advance."""

    async def run() -> bytes:
        async with listen(STATE, port=0) as loopback:
            reader, writer = await asyncio.open_connection("127.0.0.1", loopback.port)
            await asyncio.sleep(0.05)
        try:
            return await asyncio.wait_for(reader.read(), 60)
        finally:
            writer.close()
            await writer.wait_closed()

    assert asyncio.run(run()) == b""


def test_a_port_that_is_taken_is_no_obstacle() -> None:
    async def run() -> tuple[int, str]:
        async with listen(STATE, port=taken) as loopback:
            return loopback.port, loopback.uri

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        port, uri = asyncio.run(run())

    assert port != taken
    assert uri == f"http://127.0.0.1:{port}/callback"


def test_it_listens_on_one_address_alone() -> None:
    async def run() -> None:
        async with listen(STATE, port=0) as loopback:
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.2", loopback.port)

    asyncio.run(run())


def test_its_first_port_is_the_one_that_people_register() -> None:
    assert callback() == f"http://127.0.0.1:{PORT}/callback"
    assert PORT == 8017
