"""Sends httpx requests over pinned connections, and keeps a few for the next ones."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from share_bridge.http.addresses import Reach
from share_bridge.http.connection import Connection
from share_bridge.http.dial import Resolver, dial, secure
from share_bridge.http.tls import tls_context

__all__ = ["NetworkTransport"]

_MAX_BUSY = 100
_MAX_IDLE = 20

_Origin = tuple[str, str, int]


class NetworkTransport(httpx.AsyncBaseTransport):
    """Follows no redirect, tries nothing twice.

    Args:
        reach: Addresses that may be reached.
        http_allowed: Plain http is accepted everywhere, not only where listed.
        ca_file: Authorities to trust; see `tls_context`.
        resolver: Replaces the system's resolver.

    """

    def __init__(
        self,
        reach: Reach,
        *,
        http_allowed: bool = False,
        ca_file: Path | None = None,
        resolver: Resolver | None = None,
    ) -> None:
        self._reach = reach
        self._http_allowed = http_allowed
        self._ca_file = ca_file
        self._resolver = resolver
        self._room = asyncio.Semaphore(_MAX_BUSY)
        self._busy: set[Connection] = set()
        self._idle: list[tuple[_Origin, Connection]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; its connection is free when the answer is closed."""
        if not isinstance(request.stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous client needs an asynchronous body")
        origin = _origin(request.url)
        with contextlib.ExitStack() as exchange:
            await self._room.acquire()
            exchange.callback(self._room.release)
            connection = self._take(origin) or await self._open(
                origin, request.extensions.get("timeout", {}).get("connect")
            )
            self._busy.add(connection)
            exchange.callback(self._put, origin, connection)
            head = await connection.ask(request, request.stream)
            return httpx.Response(
                head.status_code,
                headers=head.headers.raw_items(),
                stream=_Body(connection, exchange.pop_all()),
                extensions={
                    "http_version": b"HTTP/" + head.http_version,
                    "reason_phrase": head.reason,
                },
            )

    async def aclose(self) -> None:
        """Close all connections."""
        for connection in (*self._busy, *(idle for _, idle in self._idle)):
            await connection.aclose()
        self._idle.clear()

    def _take(self, origin: _Origin) -> Connection | None:
        for kept in [it for it in reversed(self._idle) if it[0] == origin]:
            self._idle.remove(kept)
            if kept[1].is_fresh():
                return kept[1]
            kept[1].abort()
        return None

    def _put(self, origin: _Origin, connection: Connection) -> None:
        self._busy.discard(connection)
        if not connection.rest():
            connection.abort()
            return
        self._idle.append((origin, connection))
        if len(self._idle) > _MAX_IDLE:
            self._idle.pop(0)[1].abort()

    async def _open(self, origin: _Origin, timeout: float | None) -> Connection:  # noqa: ASYNC109 - as dial's
        scheme, host, port = origin
        encrypted = scheme == "https"
        context = tls_context(self._ca_file, alpn="http/1.1") if encrypted else None
        streams = await dial(
            host,
            port,
            reach=self._reach,
            timeout=timeout,
            plain_http=not encrypted and not self._http_allowed,
            resolver=self._resolver,
        )
        if context is not None:
            await secure(streams, host, context=context, timeout=timeout)
        return Connection(streams)


class _Body(httpx.AsyncByteStream):
    def __init__(self, connection: Connection, exchange: contextlib.ExitStack) -> None:
        self._connection = connection
        self._exchange = exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (piece := await self._connection.read()) is not None:
            yield piece

    async def aclose(self) -> None:
        self._exchange.close()


def _origin(url: httpx.URL) -> _Origin:
    usual = 443 if url.scheme == "https" else 80
    port = usual if url.port is None else url.port
    return url.scheme, url.raw_host.decode("ascii"), port
