"""Guarded connections for what is not HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from http_support import LOOPBACK, Authority, Wire, reply, serve
from share_bridge.http.addresses import Reach
from share_bridge.http.connect import connect, encrypt
from share_bridge.http.errors import CertificateError, RefusedAddressError


def converse(host: str, port: int, *, reach: Reach = LOOPBACK, **options: Any) -> bytes:
    """Send a line of HTTP by hand, and read what comes back."""

    async def once() -> bytes:
        async with connect(reach, host, port, **options) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return await reader.read()

    return asyncio.run(once())


def test_a_plain_conversation() -> None:
    """Read and write as on any stream."""
    with serve(reply(200, b"hello")) as server:
        assert converse("127.0.0.1", server.port, tls=False).endswith(b"hello")


def test_an_encrypted_conversation(authority: Authority) -> None:
    """TLS from the first byte on, for the host's own name."""
    with serve(reply(200, b"hello"), tls=authority.context("localhost")) as server:
        said = converse("localhost", server.port, tls=True, ca_file=authority.file)

    assert said.endswith(b"hello")


def test_encryption_can_start_later(authority: Authority) -> None:
    """STARTTLS, as SMTP has it: other protocols are not told that this is HTTP."""
    from share_bridge.http.tls import tls_context  # noqa: PLC0415 - seen in use

    async def once(port: int) -> str:
        async with connect(LOOPBACK, "127.0.0.1", port, tls=False) as (_, writer):
            context = tls_context(authority.file)
            await writer.start_tls(context, server_hostname="127.0.0.1")
            return str(writer.get_extra_info("cipher")[1])

    with serve(reply(), tls=authority.context("127.0.0.1")) as server:
        assert asyncio.run(once(server.port)).startswith("TLS")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1"])
def test_a_private_host_is_refused(host: str) -> None:
    """The same guard as for HTTP."""
    with pytest.raises(RefusedAddressError):
        converse(host, 25, reach=Reach(), tls=False)


def test_an_untrusted_certificate_is_refused(authority: Authority) -> None:
    """The system's authorities do not know the tests' own."""
    tls = authority.context("127.0.0.1")
    with serve(reply(), tls=tls) as server, pytest.raises(CertificateError):
        converse("127.0.0.1", server.port, tls=True)


def test_a_server_without_tls_is_a_connect_error() -> None:
    """Nothing was said in clear."""
    with serve(reply()) as server, pytest.raises(httpx.ConnectError, match="TLS"):
        converse("127.0.0.1", server.port, tls=True)

    assert server.requests == []


def test_an_error_in_the_block_closes_the_connection() -> None:
    """And passes as it is."""
    gone = []

    def wait(wire: Wire) -> None:
        gone.append(wire.connection.recv(1))

    async def fail(port: int) -> None:
        async with connect(LOOPBACK, "127.0.0.1", port, tls=False) as (_, writer):
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            await writer.drain()
            raise LookupError

    with serve(wait) as server, pytest.raises(LookupError):
        asyncio.run(fail(server.port))


def test_only_a_name_of_the_certificate_is_believed_later(
    authority: Authority,
) -> None:
    """STARTTLS by `encrypt`: the host that was dialled is the one it has to be of."""

    async def once(host: str, port: int) -> str:
        async with connect(LOOPBACK, host, port, tls=False) as (_, writer):
            await encrypt(writer, ca_file=authority.file)
            return str(writer.get_extra_info("cipher")[1])

    with serve(reply(), tls=authority.context("localhost")) as server:
        assert asyncio.run(once("localhost", server.port)).startswith("TLS")
        with pytest.raises(CertificateError):
            asyncio.run(once("127.0.0.1", server.port))


@pytest.mark.parametrize("read_first", [True, False])
def test_what_was_said_in_clear_never_counts_as_secret(
    authority: Authority, read_first: bool
) -> None:
    """A stranger on the way may have put it there."""

    def talk(wire: Wire) -> None:
        wire.connection.sendall(b"220 go ahead\r\n" + b"250 injected\r\n")
        wire.connection.recv(1)

    async def once(port: int) -> None:
        async with connect(LOOPBACK, "127.0.0.1", port, tls=False) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            assert await reader.readline() == b"220 go ahead\r\n"
            if read_first:
                await reader.readexactly(len(b"250 injected\r\n"))
            await encrypt(writer, ca_file=authority.file, timeout=1)

    said = "does not speak TLS|in time|hung up" if read_first else "spoke in clear"
    with (
        serve(talk) as server,
        pytest.raises(httpx.TransportError, match=said),
    ):
        asyncio.run(once(server.port))


def test_a_connection_of_one_s_own_is_not_encrypted() -> None:
    async def once(port: int) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await encrypt(writer)
        finally:
            writer.close()

    with serve(reply()) as server, pytest.raises(TypeError, match="connect"):
        asyncio.run(once(server.port))
