"""Opens guarded connections for what is not HTTP: SMTP, WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from share_bridge.http.addresses import Reach
from share_bridge.http.dial import Resolver, dial, discard, secure
from share_bridge.http.tls import tls_context

__all__ = ["connect"]

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
        tls: Encrypted from the first byte on. For STARTTLS: False, then
            `writer.start_tls(tls_context(ca_file), server_hostname=host)`.
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
