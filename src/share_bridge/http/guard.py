"""Holds every request and answer to the limits, whatever transport is below."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator

import httpx

from share_bridge.http.addresses import Reach, as_address
from share_bridge.http.errors import (
    BadEncodingError,
    DeadlineError,
    RefusedAddressError,
    RefusedSchemeError,
    TooLargeError,
)
from share_bridge.http.inflate import Inflater
from share_bridge.http.redact import Redactor

__all__ = ["GuardedTransport"]

_LENGTH = re.compile("[0-9]{1,18}")


class GuardedTransport(httpx.AsyncBaseTransport):
    """Checks URLs, bounds answers in size and time, keeps secrets out of errors.

    Two extensions of a request change its limits: `max_bytes` (of the answer,
    decompressed) and `deadline` (seconds for request and answer together; else the
    read timeout of the request).

    Answers are decompressed here, in bounded steps: httpx would inflate a chunk of
    64 KB to 67 MB before anyone could look.

    Args:
        inner: What sends the requests.
        reach: Addresses that may be reached.
        http_allowed: Plain http is accepted everywhere.
        timeout: Default deadline, in seconds.
        max_bytes: Default size limit.
        redact: Masks secrets in messages of errors.
        on_network: `inner` is a `NetworkTransport`, which checks addresses itself
            and sets the extension `sent` when the request begins to leave.

    """

    def __init__(
        self,
        inner: httpx.AsyncBaseTransport,
        *,
        reach: Reach,
        http_allowed: bool,
        timeout: float,
        max_bytes: int,
        redact: Redactor,
        on_network: bool,
    ) -> None:
        self._inner = inner
        self._reach = reach
        self._http_allowed = http_allowed
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._redact = redact
        self._on_network = on_network

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; the answer's stream is bounded."""
        with _redacted(self._redact, request):
            self._check(request.url)
            limits = self._limits(request)
            response = await self._send(request, limits)
        return _bounded(request, response, limits, self._redact)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()

    def _check(self, url: httpx.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host:
            raise RefusedSchemeError(f"{url.scheme}: is not http or https")
        address = as_address(url.host)
        if address is not None and not self._reach.permits(address):
            raise RefusedAddressError.of(url.host, address)
        listed = address is not None and self._reach.lists(address)
        encrypted = url.scheme == "https" or self._http_allowed or listed
        if not encrypted and not self._on_network:
            raise RefusedSchemeError(f"{url.host} is asked for over plain http")

    def _limits(self, request: httpx.Request) -> _Limits:
        timeouts: dict[str, float | None] = request.extensions.get("timeout", {})
        seconds = (
            request.extensions.get("deadline") or timeouts.get("read") or self._timeout
        )
        max_bytes = request.extensions.get("max_bytes") or self._max_bytes
        return _Limits(seconds=seconds, max_bytes=max_bytes)

    async def _send(self, request: httpx.Request, limits: _Limits) -> httpx.Response:
        request.extensions = {**request.extensions, "sent": not self._on_network}
        try:
            async with asyncio.timeout_at(limits.ends):
                return await self._inner.handle_async_request(request)
        except TimeoutError as error:
            sent = request.extensions["sent"]
            kind = DeadlineError if sent else httpx.ConnectTimeout
            raise kind(limits.too_late) from error


class _Limits:
    """How much, and until when by the loop's clock."""

    def __init__(self, *, seconds: float, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.ends = asyncio.get_running_loop().time() + seconds
        self.too_late = f"no complete answer within {round(seconds, 1):g} s"
        self.too_large = f"the answer is over {max_bytes:,} bytes"


class _BoundedStream(httpx.AsyncByteStream):
    def __init__(
        self,
        response: httpx.Response,
        limits: _Limits,
        *,
        request: httpx.Request,
        redact: Redactor,
    ) -> None:
        if not isinstance(response.stream, httpx.AsyncByteStream):
            raise TypeError("an asynchronous client needs an asynchronous transport")
        self._stream = response.stream
        self._coding = _coding(response.headers)
        self._length = response.headers.get("Content-Length", "")
        self._limits = limits
        self._request = request
        self._redact = redact

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _redacted(self._redact, self._request):
            self._refuse_early()
            inflater = Inflater() if self._coding else None
            raw = size = 0
            chunks = aiter(self._stream)
            while (chunk := await self._next(chunks)) is not None:
                raw = self._grown(raw, chunk)
                for piece in inflater.feed(chunk) if inflater else (chunk,):
                    size = self._grown(size, piece)
                    yield piece
            if inflater is not None:
                inflater.finish()

    async def aclose(self) -> None:
        await self._stream.aclose()

    def _refuse_early(self) -> None:
        if self._coding not in ("", "gzip", "x-gzip", "deflate"):
            raise BadEncodingError(
                f"it comes encoded as {self._coding[:40]!r}, which was not asked for"
            )
        announced = int(self._length) if _LENGTH.fullmatch(self._length) else 0
        if announced > self._limits.max_bytes and self._request.method != "HEAD":
            raise TooLargeError(self._limits.too_large)

    async def _next(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout_at(self._limits.ends):
                return await anext(chunks, None)
        except TimeoutError as error:
            raise DeadlineError(self._limits.too_late) from error

    def _grown(self, size: int, piece: bytes) -> int:
        size += len(piece)
        if size > self._limits.max_bytes:
            raise TooLargeError(self._limits.too_large)
        return size


def _bounded(
    request: httpx.Request,
    response: httpx.Response,
    limits: _Limits,
    redact: Redactor,
) -> httpx.Response:
    stream = _BoundedStream(response, limits, request=request, redact=redact)
    headers = response.headers
    if _coding(headers):
        headers = httpx.Headers(
            [
                (name, value)
                for name, value in headers.raw
                if name.lower() not in (b"content-encoding", b"content-length")
            ]
        )
    return httpx.Response(
        response.status_code,
        headers=headers,
        stream=stream,
        extensions=response.extensions,
    )


def _coding(headers: httpx.Headers) -> str:
    coding = headers.get("Content-Encoding", "").strip().lower()
    return "" if coding == "identity" else coding


@contextlib.contextmanager
def _redacted(redact: Redactor, request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except httpx.RequestError as error:
        error.args = (redact.text(str(error)),)
        error.request = request
        raise
