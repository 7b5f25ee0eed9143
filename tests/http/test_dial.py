"""Connections go to the address that was checked, and to no other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator, Sequence
from ipaddress import ip_address, ip_network

import httpx
import pytest

from http_support import LOOPBACK, Server, reply, serve
from share_bridge.http.addresses import Address, Reach
from share_bridge.http.dial import Resolver, dial, resolve
from share_bridge.http.errors import (
    RefusedAddressError,
    RefusedSchemeError,
    UnknownHostError,
)


def answering(*answers: Sequence[str]) -> Resolver:
    """A resolver that gives these answers in turn, the last one for ever."""
    left = list(answers)

    async def answer(host: str, port: int) -> list[Address]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [ip_address(address) for address in found]

    return answer


async def reach_once(
    port: int,
    resolver: Resolver,
    *,
    reach: Reach = LOOPBACK,
    timeout: float = 60,  # noqa: ASYNC109 - as dial's
    plain_http: bool = False,
) -> str:
    """Dial, and say where the connection ended up."""
    _, writer = await dial(
        "name.example",
        port,
        reach=reach,
        timeout=timeout,
        plain_http=plain_http,
        resolver=resolver,
    )
    peer: str = writer.get_extra_info("peername")[0]
    writer.close()
    await writer.wait_closed()
    return peer


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(reply(200, b"hello")) as running:
        yield running


def test_a_permitted_address_is_reached(server: Server) -> None:
    """The connection is to the very address that the resolver gave."""
    peer = asyncio.run(reach_once(server.port, answering(["127.0.0.1"])))

    assert peer == "127.0.0.1"


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::ffff:127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["169.254.169.254"],
        ["2606:2800:220:1:248:1893:25c8:1946", "fd00::1"],
    ],
    ids=str,
)
def test_one_private_address_refuses_the_host(
    addresses: list[str], server: Server
) -> None:
    """Public addresses beside it do not help: the next try might take the other."""
    with pytest.raises(RefusedAddressError, match=r"name\.example .* not a public"):
        asyncio.run(reach_once(server.port, answering(addresses), reach=Reach()))

    assert server.connections == 0


def test_an_answer_that_changes_is_not_asked_for_again(server: Server) -> None:
    """DNS rebinding: what was checked is what is dialled."""
    rebinding = answering(["127.0.0.1"], ["127.0.0.2"])

    assert asyncio.run(reach_once(server.port, rebinding)) == "127.0.0.1"


def test_rebinding_to_a_private_address_is_refused(server: Server) -> None:
    """Every connection checks anew."""
    reach = Reach((ip_network("127.0.0.1/32"),))
    rebinding = answering(["127.0.0.1"], ["127.0.0.2"])
    asyncio.run(reach_once(server.port, rebinding, reach=reach))

    with pytest.raises(RefusedAddressError):
        asyncio.run(reach_once(server.port, rebinding, reach=reach))


def test_a_dead_address_gives_way_to_the_next(server: Server) -> None:
    """Nothing listens on 127.0.0.2."""
    both = answering(["127.0.0.2", "127.0.0.1"])

    assert asyncio.run(reach_once(server.port, both)) == "127.0.0.1"


def test_a_silent_address_is_not_waited_for(silent_port: int) -> None:
    """The next address starts a quarter of a second later."""
    with socket.create_server(("127.0.0.2", silent_port)):
        peer = asyncio.run(
            reach_once(silent_port, answering(["127.0.0.1", "127.0.0.2"]))
        )

    assert peer == "127.0.0.2"


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port on 127.0.0.1 whose queue is full: it drops what knocks."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            knock = stack.enter_context(socket.socket())
            knock.settimeout(0)
            knock.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def test_a_silent_host_is_given_up(silent_port: int) -> None:
    """Within the time that was given, as a timeout of connecting."""
    with pytest.raises(httpx.ConnectTimeout, match=r"name\.example"):
        asyncio.run(reach_once(silent_port, answering(["127.0.0.1"]), timeout=0.2))


def test_a_closed_port_is_a_connect_error() -> None:
    """Nobody can have received anything."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(httpx.ConnectError, match=r"name\.example \(Connection refused"):
        asyncio.run(reach_once(port, answering(["127.0.0.1"])))


def test_a_resolver_that_never_answers_is_given_up() -> None:
    """A dead DNS server does not hold the run."""

    async def never(host: str, port: int) -> list[Address]:
        await asyncio.sleep(3600)
        return []

    with pytest.raises(httpx.ConnectTimeout):
        asyncio.run(reach_once(1, never, timeout=0.05))


def test_a_name_without_addresses_is_unknown() -> None:
    """An answer may be empty."""
    with pytest.raises(UnknownHostError, match="no address"):
        asyncio.run(reach_once(1, answering([])))


def test_an_unknown_name_says_so() -> None:
    """The system's own resolver, for a name that cannot exist."""
    with pytest.raises(UnknownHostError, match=r"nowhere\.invalid is not found"):
        asyncio.run(dial("nowhere.invalid", 443, reach=Reach(), timeout=60))


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
def test_a_name_that_cannot_be_encoded_is_unknown(host: str) -> None:
    """Labels have 1 to 63 octets."""
    with pytest.raises(UnknownHostError):
        asyncio.run(dial(host, 443, reach=Reach(), timeout=60))


def test_a_literal_needs_no_resolver() -> None:
    """Nor a thread."""
    assert asyncio.run(resolve("127.0.0.1", 80)) == (ip_address("127.0.0.1"),)
    assert asyncio.run(resolve("::1", 80)) == (ip_address("::1"),)


def test_the_system_resolves_names() -> None:
    """Through its own files and servers."""
    assert set(asyncio.run(resolve("localhost", 80))) <= {
        ip_address("127.0.0.1"),
        ip_address("::1"),
    }


def test_plain_http_stays_where_it_is_listed(server: Server) -> None:
    """A listed address takes it; a public one does not."""
    here = answering(["127.0.0.1"])
    assert asyncio.run(reach_once(server.port, here, plain_http=True)) == "127.0.0.1"

    with pytest.raises(RefusedSchemeError, match="use https"):
        asyncio.run(reach_once(80, answering(["8.8.8.8"]), plain_http=True))
