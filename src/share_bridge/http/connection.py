"""Speaks HTTP/1.1 on one connection, one exchange after the other."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
from collections.abc import AsyncIterable, Iterator
from http import HTTPStatus

import h11
import httpx

from share_bridge.http.dial import Streams, discard

__all__ = ["Connection"]

#: Most bytes of a head.
_MAX_HEAD = 102_400
_READ = 65_536
#: Seconds that an idle connection is kept. Shorter than the 5 s of Apache and Node,
#: lest a write goes out just when the server hangs up, and nobody knows whether it
#: arrived (https://httpd.apache.org/docs/2.4/mod/core.html#keepalivetimeout,
#: https://nodejs.org/api/http.html#serverkeepalivetimeout, 2026-11-22).
_KEEP_ALIVE = 2.0


class Connection:
    """The client's end of a connection; its errors are those of httpx.

    Nothing here waits for a limited time: the guard's deadline ends it all.
    """

    def __init__(self, streams: Streams) -> None:
        self._reader, self._writer = streams
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)
        self._expires = 0.0

    async def ask(
        self, request: httpx.Request, body: AsyncIterable[bytes]
    ) -> h11.Response:
        """Send `request`, of which the extension `sent` says so; the answer's head.

        An answer may come while the body is being sent. If it is an error, the rest
        is not wanted.
        """
        with self._translated():
            head = h11.Request(
                method=request.method,
                target=request.url.raw_path,
                headers=request.headers.raw,
            )
            request.extensions["sent"] = True
            self._writer.write(self._state.send(head))
        try:
            async with asyncio.TaskGroup() as both:
                sending = both.create_task(self._send(body))
                answer = await self._head()
                if answer.status_code >= HTTPStatus.BAD_REQUEST:
                    sending.cancel()
        except ExceptionGroup as failed:
            error = failed.exceptions[0]
            raise error from error.__cause__
        return answer

    async def read(self) -> bytes | None:
        """Read a piece of the answer's body; None at its end."""
        event = await self._next()
        return bytes(event.data) if isinstance(event, h11.Data) else None

    def rest(self) -> bool:
        """Get ready for another request, if there may be one after this answer."""
        if not self._state.our_state is self._state.their_state is h11.DONE:
            return False
        self._state.start_next_cycle()
        self._expires = asyncio.get_running_loop().time() + _KEEP_ALIVE
        return True

    def is_fresh(self) -> bool:
        """Whether the server has neither hung up nor spoken while resting."""
        if (
            asyncio.get_running_loop().time() > self._expires
            or self._state.trailing_data[0]
            or self._reader.unread
            or self._writer.is_closing()
        ):
            return False
        with selectors.DefaultSelector() as selector:
            socket = self._writer.get_extra_info("socket")
            selector.register(socket, selectors.EVENT_READ)
            return not selector.select(0)

    def abort(self) -> None:
        """Drop the connection: nothing unsent is worth waiting for."""
        self._writer.transport.abort()

    async def aclose(self) -> None:
        """Drop it, and wait until it has gone."""
        await discard(self._writer)

    async def _send(self, body: AsyncIterable[bytes]) -> None:
        # Where this fails, reading does too, unless the answer came before.
        with contextlib.suppress(httpx.NetworkError):
            async for piece in body:
                await self._write(h11.Data(data=piece))
                await asyncio.sleep(0)  # else what never waits drowns the answer
            await self._write(h11.EndOfMessage())

    async def _write(self, event: h11.Data | h11.EndOfMessage) -> None:
        with self._translated():
            self._writer.write(self._state.send(event))
            await self._writer.drain()

    async def _head(self) -> h11.Response:
        event = await self._next()
        while isinstance(event, h11.InformationalResponse):
            event = await self._next()
        if not isinstance(event, h11.Response):
            raise httpx.RemoteProtocolError("it speaks something else from here on")
        return event

    async def _next(self) -> object:
        with self._translated():
            while (event := self._state.next_event()) is h11.NEED_DATA:
                data = await self._reader.read(_READ)
                if not data and self._state.their_state is h11.SEND_RESPONSE:
                    raise h11.RemoteProtocolError("it hung up without an answer")
                self._state.receive_data(data)
            return event

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from error
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(str(error)) from error
        except OSError as error:
            sent = self._state.our_state is not h11.SEND_BODY
            kind = httpx.ReadError if sent else httpx.WriteError
            raise kind(str(error)) from error
