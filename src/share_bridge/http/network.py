"""Sends httpx requests through httpcore's pool, over pinned connections."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpcore
import httpx

from share_bridge.http.addresses import Reach
from share_bridge.http.backend import PinnedBackend
from share_bridge.http.dial import Resolver
from share_bridge.http.tls import tls_context

__all__ = ["NetworkTransport"]

#: Seconds that an idle connection is kept. Shorter than the 5 s of Apache and Node,
#: lest a write goes out just when the server hangs up, and nobody knows whether it
#: arrived (https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout,
#: https://nodejs.org/api/http.html#serverkeepalivetimeout, 2026-11-22).
_KEEP_ALIVE = 2.0

_ERRORS: dict[type[Exception], type[httpx.TransportError]] = {
    getattr(httpcore, name): getattr(httpx, name)
    for name in (
        "ConnectError",
        "ConnectTimeout",
        "LocalProtocolError",
        "NetworkError",
        "PoolTimeout",
        "ProtocolError",
        "ProxyError",
        "ReadError",
        "ReadTimeout",
        "RemoteProtocolError",
        "TimeoutException",
        "UnsupportedProtocol",
        "WriteError",
        "WriteTimeout",
    )
}


class NetworkTransport(httpx.AsyncBaseTransport):
    """One pool for http and one for https, each made when first needed.

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
        self._pools: dict[str, httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; no redirect is followed, nothing is tried twice."""
        if not isinstance(request.stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous client needs an asynchronous body")
        with _translated():
            response = await self._pool(request.url.scheme).handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Stream(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            await pool.aclose()

    def _pool(self, scheme: str) -> httpcore.AsyncConnectionPool:
        if scheme not in self._pools:
            secure = scheme == "https"
            self._pools[scheme] = httpcore.AsyncConnectionPool(
                ssl_context=(
                    tls_context(self._ca_file, alpn="http/1.1") if secure else None
                ),
                max_connections=100,
                max_keepalive_connections=20,
                keepalive_expiry=_KEEP_ALIVE,
                network_backend=PinnedBackend(
                    self._reach,
                    plain_http=not secure and not self._http_allowed,
                    resolver=self._resolver,
                ),
            )
        return self._pools[scheme]


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Raise httpx's errors for httpcore's; the guard's own pass as they are."""
    try:
        yield
    except tuple(_ERRORS) as error:
        nearest = next(_ERRORS[kind] for kind in type(error).__mro__ if kind in _ERRORS)
        raise nearest(str(error)) from error
