"""Gives httpcore connections to checked addresses only, over plain asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import select
import ssl
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore

from share_bridge.http.addresses import Reach
from share_bridge.http.dial import Resolver, Streams, dial, discard, secure

__all__ = ["PinnedBackend"]


class PinnedBackend(httpcore.AsyncNetworkBackend):
    """Resolves, checks and pins every connection of a pool; see `dial`."""

    def __init__(
        self,
        reach: Reach,
        *,
        plain_http: bool = False,
        resolver: Resolver | None = None,
    ) -> None:
        self._reach = reach
        self._plain_http = plain_http
        self._resolver = resolver

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002 - httpcore's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the same
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a permitted address of `host`."""
        streams = await dial(
            host,
            port,
            reach=self._reach,
            timeout=timeout,
            plain_http=self._plain_http,
            resolver=self._resolver,
        )
        return _PinnedStream(streams)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: nothing here talks to Unix sockets."""
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        """Wait between a pool's retries, of which there are none."""
        await asyncio.sleep(seconds)


class _PinnedStream(httpcore.AsyncNetworkStream):
    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._reader, self._writer = streams

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> bytes:
        with _raising(httpcore.ReadTimeout, httpcore.ReadError):
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> None:
        with _raising(httpcore.WriteTimeout, httpcore.WriteError):
            async with asyncio.timeout(timeout):
                self._writer.write(buffer)
                await self._writer.drain()

    async def aclose(self) -> None:
        """Drop the connection: nothing unsent is worth waiting for."""
        await discard(self._writer)

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        host = server_hostname or ""
        await secure(self._streams, host, context=ssl_context, timeout=timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable()
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._writer.get_extra_info(names.get(info, info))

    def _is_readable(self) -> bool:
        """Whether an idle connection was closed, or spoken on, by its server."""
        if self._reader.ended or self._reader.unread or self._writer.is_closing():
            return True
        socket = self._writer.get_extra_info("socket")
        if not hasattr(select, "poll"):
            return bool(select.select([socket], [], [], 0)[0])
        poll = select.poll()
        poll.register(socket, select.POLLIN)
        return bool(poll.poll(0))


@contextlib.contextmanager
def _raising(
    timeout: type[httpcore.TimeoutException], failure: type[httpcore.NetworkError]
) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise timeout from error
    except OSError as error:
        raise failure(str(error)) from error
