"""Resolves a host itself and connects to the very address that was checked.

Between a check and a connection by name an attacker's DNS may change its answer
(rebinding); between a check and a connection by address nothing can change.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, SupportsIndex

import httpx

from share_bridge.http.addresses import Address, Reach, as_address, unwrap
from share_bridge.http.errors import (
    CertificateError,
    RefusedAddressError,
    RefusedSchemeError,
    UnknownHostError,
)

__all__ = [
    "DialledWriter",
    "Resolver",
    "Streams",
    "WatchedReader",
    "dial",
    "discard",
    "resolve",
    "secure",
]

#: Gives every address of a host; raises OSError where there is none.
Resolver = Callable[[str, int], Awaitable[Sequence[Address]]]
Streams = tuple["WatchedReader", "DialledWriter"]

_LAST_PORT = 65_535
#: Seconds that a dropped connection has to go; it needs none unless asyncio forgets
#: to say that it has gone, as it does in the middle of a handshake.
_GONE = 0.5
#: Seconds before the next address is tried beside the last one
#: (RFC 8305 §8, https://www.rfc-editor.org/rfc/rfc8305, 2026-11-22).
_STAGGER = 0.25


class WatchedReader(asyncio.StreamReader):
    """A StreamReader that can say whether anything arrived that nobody has read."""

    unread: int = 0

    def feed_data(self, data: Iterable[SupportsIndex]) -> None:
        """Note what arrives."""
        self.unread += len(bytes(data))
        super().feed_data(data)

    async def read(self, n: int = -1) -> bytes:
        """Read up to `n` bytes; empty at the end."""
        data = await super().read(n)
        self.unread -= len(data)
        return data

    async def readuntil(self, separator: Any = b"\n") -> bytes:
        """Read up to and with the separator; so does `readline`."""
        data = await super().readuntil(separator)
        self.unread -= len(data)
        return data

    async def readexactly(self, n: int) -> bytes:
        """Read `n` bytes."""
        data = await super().readexactly(n)
        self.unread -= len(data)
        return data


class DialledWriter(asyncio.StreamWriter):
    """A StreamWriter that knows what it was connected to.

    Attributes:
        host: The name that was dialled: the one that a certificate has to be of.
        reader: What reads from the same connection.

    """

    host: str
    reader: WatchedReader


async def dial(
    host: str,
    port: int,
    *,
    reach: Reach,
    timeout: float | None,  # noqa: ASYNC109 - callers handle httpx's errors only
    plain_http: bool = False,
    resolver: Resolver | None = None,
) -> Streams:
    """Open a TCP connection to a permitted address of `host`.

    Args:
        host: A name or a literal address.
        port: Where to.
        reach: What is permitted. One address outside it refuses the whole host.
        timeout: Seconds for resolving and connecting together; None: no limit.
        plain_http: Accept addresses that `reach` lists only, since what follows
            is not encrypted and not wanted elsewhere.
        resolver: Replaces the system's resolver.

    Raises:
        RefusedAddressError, RefusedSchemeError: An address is not permitted.
        UnknownHostError: The name does not resolve.
        httpx.ConnectError, httpx.ConnectTimeout: Nothing answers.

    """
    if not 0 < port <= _LAST_PORT:
        raise httpx.ConnectError(f"{host} has no port {port}")
    try:
        async with asyncio.timeout(timeout):
            addresses = await _look_up(host, port, resolver or resolve)
            _check(host, addresses, reach=reach, plain_http=plain_http)
            reader, writer = await _connect_first(addresses, port)
            writer.host = host
            return reader, writer
    except TimeoutError as error:
        raise httpx.ConnectTimeout(f"{host} does not answer in time") from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise httpx.ConnectError(f"no connection to {host} ({reason})") from error


async def secure(
    streams: Streams,
    host: str,
    *,
    context: ssl.SSLContext,
    timeout: float | None,  # noqa: ASYNC109 - callers handle httpx's errors only
) -> None:
    """Speak TLS from here on; the streams are closed where that fails.

    Raises:
        CertificateError: The certificate does not hold.
        httpx.ConnectError, httpx.ConnectTimeout: The handshake fails.

    """
    writer = streams[1]
    try:
        async with asyncio.timeout(timeout):
            await writer.start_tls(context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        await discard(writer)
        reason = error.verify_message.rstrip(".")
        raise CertificateError(
            f"the certificate of {host} is not accepted: {reason}"
        ) from error
    except TimeoutError as error:
        writer.transport.abort()
        raise httpx.ConnectTimeout(f"{host} does not answer in time") from error
    except OSError as error:
        await discard(writer)
        reason = str(error) or "it hung up"
        raise httpx.ConnectError(f"{host} does not speak TLS ({reason})") from error
    except BaseException:
        writer.transport.abort()
        raise


async def discard(writer: asyncio.StreamWriter) -> None:
    """Drop a connection; nothing unsent is waited for, no error is left behind."""
    writer.transport.abort()
    with contextlib.suppress(OSError):  # TimeoutError is one
        async with asyncio.timeout(_GONE):
            await writer.wait_closed()


async def resolve(host: str, port: int) -> tuple[Address, ...]:
    """Every address of `host`, as the system orders them.

    In a thread of its own, which nobody waits for: the default executor would hold
    the program's end back until a dead DNS server has timed out.
    """
    literal = as_address(host)
    if literal is not None:
        return (literal,)
    loop = asyncio.get_running_loop()
    found: asyncio.Future[tuple[Address, ...]] = loop.create_future()
    threading.Thread(
        target=_resolve_blocking, args=(host, port, loop, found), daemon=True
    ).start()
    return await found


def _resolve_blocking(
    host: str,
    port: int,
    loop: asyncio.AbstractEventLoop,
    found: asyncio.Future[tuple[Address, ...]],
) -> None:
    failure: OSError | None = None
    addresses: tuple[Address, ...] = ()
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        literals = (as_address(str(answer[4][0])) for answer in answers)
        addresses = tuple(address for address in literals if address is not None)
    except (OSError, UnicodeError) as error:
        failure = error if isinstance(error, OSError) else socket.gaierror(str(error))

    def settle() -> None:
        if found.done():
            return
        if failure is None:
            found.set_result(addresses)
        else:
            found.set_exception(failure)

    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
        loop.call_soon_threadsafe(settle)


async def _look_up(host: str, port: int, resolver: Resolver) -> Sequence[Address]:
    try:
        addresses = await resolver(host, port)
    except socket.gaierror as error:
        reason = (error.strerror or str(error)).lower()
        raise UnknownHostError(f"{host} is not found ({reason})") from error
    if not addresses:
        raise UnknownHostError(f"{host} has no address")
    return list(dict.fromkeys(addresses))


def _check(
    host: str, addresses: Sequence[Address], *, reach: Reach, plain_http: bool
) -> None:
    for address in addresses:
        if not reach.permits(address):
            raise RefusedAddressError.of(host, address)
        if plain_http and not reach.lists(address):
            raise RefusedSchemeError(f"{host} is asked for over plain http: use https")


async def _connect_first(addresses: Sequence[Address], port: int) -> Streams:
    """Race the addresses, each starting a little after the one before."""
    waiting = list(addresses)
    attempts: set[asyncio.Task[Streams]] = set()
    failure: BaseException | None = None
    try:
        while waiting or attempts:
            if waiting:
                address = waiting.pop(0)
                attempts.add(asyncio.create_task(_connect(address, port)))
            done, _ = await asyncio.wait(
                attempts,
                timeout=_STAGGER if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in done:
                attempts.discard(attempt)
                if attempt.exception() is None:
                    return attempt.result()
                failure = failure or attempt.exception()
    finally:
        _abandon(attempts)
    raise failure or OSError("no address answers")


def _abandon(attempts: set[asyncio.Task[Streams]]) -> None:
    for attempt in attempts:
        attempt.cancel()
        attempt.add_done_callback(_drop)


def _drop(attempt: asyncio.Task[Streams]) -> None:
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result()[1].transport.abort()


async def _connect(address: Address, port: int) -> Streams:
    loop = asyncio.get_running_loop()
    reader = WatchedReader(loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    transport, _ = await loop.create_connection(lambda: protocol, str(address), port)
    writer = DialledWriter(transport, protocol, reader, loop)
    writer.reader = reader
    peer = writer.get_extra_info("peername")
    reached = as_address(peer[0]) if peer else None
    if reached is None or int(unwrap(reached)) != int(unwrap(address)):
        writer.transport.abort()
        raise RefusedAddressError(f"{address} was dialled, {reached} answered")
    return reader, writer
