"""Opens guarded connections for what is not HTTP: SMTP, WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from share_bridge.http.addresses import Reach
from share_bridge.http.dial import DialledWriter, Resolver, dial, discard, secure
from share_bridge.http.tls import tls_context

__all__ = ["connect", "encrypt"]

#: Seconds for a polite goodbye.
_LINGER = 2.0


@contextlib.asynccontextmanager
async def connect(
    reach: Reach,
    host: str,
    port: int,
    *,
    tls: bool,
    ca_file: Path | None = None,
    timeout: float = 10.0,  # noqa: ASYNC109 - of its parts, not of the block
    resolver: Resolver | None = None,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect to a permitted address of `host`; closed at the end of the block.

    Args:
        reach: Addresses that may be reached.
        host: A name or a literal address.
        port: Where to.
        tls: Encrypted from the first byte on. For STARTTLS: False, then `encrypt`.
        ca_file: PEM file of authorities to trust instead of the usual ones.
        timeout: Seconds for resolving and connecting, and as many for TLS. What is
            read and written in the block has no limit of its own.
        resolver: Replaces the system's resolver.

    Raises:
        httpx.ConnectError, httpx.ConnectTimeout: With all of their subclasses in
            `share_bridge.http.errors`; nothing was sent.

    """
    streams = await dial(host, port, reach=reach, timeout=timeout, resolver=resolver)
    if tls:
        context = tls_context(ca_file)
        await secure(streams, host, context=context, timeout=timeout)
    reader, writer = streams
    try:
        yield reader, writer
        writer.close()
        with contextlib.suppress(OSError):  # TimeoutError is one
            async with asyncio.timeout(_LINGER):
                await writer.wait_closed()
    finally:
        await discard(writer)


async def encrypt(
    writer: asyncio.StreamWriter,
    *,
    ca_file: Path | None = None,
    timeout: float = 10.0,  # noqa: ASYNC109 - as dial's
) -> None:
    """Speak TLS from here on, on a connection that `connect` opened without.

    The certificate has to be that of the host which was dialled. What the server
    sent in clear and nobody has read yet may be a stranger's (it would count as
    said under TLS): with it, the connection is refused.

    Raises:
        TypeError: The connection is not one of `connect`.
        httpx.ConnectError, httpx.ConnectTimeout: As `connect`; it is closed then.

    """
    if not isinstance(writer, DialledWriter):
        raise TypeError("only a connection that connect() opened can be encrypted")
    if writer.reader.unread:
        await discard(writer)
        raise httpx.ConnectError(f"{writer.host} spoke in clear before TLS began")
    context = tls_context(ca_file)
    streams = (writer.reader, writer)
    await secure(streams, writer.host, context=context, timeout=timeout)
