"""Waits on this machine for a browser that a service sends back after a login."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

__all__ = ["PORT", "Loopback", "callback", "listen"]

#: Tried first, so that it can be registered with services and forwarded by ssh.
PORT = 8017
#: The literal, not the name: RFC 8252 §7.3 and §8.3
#: (https://www.rfc-editor.org/rfc/rfc8252, 2026-11-22).
_HOST = "127.0.0.1"
_PATH = "/callback"
_MAX_HEAD = 16_384
_MAX_FIELDS = 50
#: Seconds for a browser to say what it wants; some open connections in advance.
_HEAD_SECONDS = 10.0


def callback(port: int = PORT) -> str:
    """The address that a service sends the person back to."""
    return f"http://{_HOST}:{port}{_PATH}"


class Loopback:
    """A server for one answer; everything else that comes is sent away.

    Attributes:
        port: Where it listens, on 127.0.0.1 alone.
        strangers: Answers that came without the right state.

    """

    def __init__(self, state: str) -> None:
        self.port = 0
        self.strangers = 0
        self._state = state
        self._answer: asyncio.Future[Mapping[str, str]] = asyncio.Future()
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    @property
    def uri(self) -> str:
        """The address to be sent back to."""
        return callback(self.port)

    async def answer(self, *, seconds: float) -> Mapping[str, str]:
        """What the browser brings back; state checked and left out.

        Raises:
            TimeoutError: Nothing with the right state came in time.

        """
        async with asyncio.timeout(seconds):
            return await asyncio.shield(self._answer)

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request with one page."""
        self._open[writer] = asyncio.current_task()
        with suppress(OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            status, words, answer = self._judge(head.decode("latin-1"))
            writer.write(_page(status, *words))
            with suppress(OSError):
                await writer.drain()
            if answer is not None and not self._answer.done():
                self._answer.set_result(answer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        self._open.pop(writer, None)

    async def close(self) -> None:
        """Drop the connections that a browser left open."""
        tasks = [task for task in self._open.values() if task is not None]
        for writer in list(self._open):
            writer.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._answer.cancel()

    def _judge(
        self, head: str
    ) -> tuple[HTTPStatus, tuple[str, str], Mapping[str, str] | None]:
        line, _, rest = head.partition("\r\n")
        method, target, _ = line.split(" ", 2)
        headers = dict(_header(line) for line in rest.split("\r\n") if ":" in line)
        parts = urlsplit(target)
        # Another name for this address would be a page that attacks it by its DNS.
        own = {f"{_HOST}:{self.port}", f"localhost:{self.port}"}
        if headers.get("host") not in own or parts.path != _PATH:
            return HTTPStatus.NOT_FOUND, _NOTHING, None
        if method != "GET":
            return HTTPStatus.METHOD_NOT_ALLOWED, _NOTHING, None
        answer = dict(parse_qsl(parts.query, max_num_fields=_MAX_FIELDS))
        given = answer.pop("state", "")
        if not hmac.compare_digest(given.encode(), self._state.encode()):
            self.strangers += 1
            return HTTPStatus.BAD_REQUEST, _STRANGER, None
        return HTTPStatus.OK, _DENIED if "error" in answer else _DONE, answer


@asynccontextmanager
async def listen(state: str, *, port: int = PORT) -> AsyncIterator[Loopback]:
    """Listen until the end of the block, on `port` or, where it is taken, another.

    Args:
        state: What the right answer brings back.
        port: Tried first.

    """
    loopback = Loopback(state)
    try:
        server = await asyncio.start_server(
            loopback.serve, _HOST, port, limit=_MAX_HEAD
        )
    except OSError:
        server = await asyncio.start_server(loopback.serve, _HOST, 0, limit=_MAX_HEAD)
    loopback.port = server.sockets[0].getsockname()[1]
    try:
        yield loopback
    finally:
        server.close()
        await loopback.close()


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


_DONE = ("You are logged in", "You can close this window and go back to the terminal.")
_DENIED = ("Nothing was allowed", "You can close this window; the terminal tells more.")
_STRANGER = (
    "This is not the login that is waited for",
    "Go back to the terminal, and open the address that stands there.",
)
_NOTHING = (
    "Nothing here",
    "share-bridge waits here for a login, and for nothing else.",
)

_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title} · share-bridge</title>
<style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto;
  padding: 0 1.5rem }}
h1 {{ font-size: 1.6rem; line-height: 1.25 }}
</style>
<h1>{title}</h1>
<p>{text}</p>
</html>
"""


_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def _page(status: HTTPStatus, title: str, text: str) -> bytes:
    body = _PAGE.format(title=title, text=text).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        f"Content-Security-Policy: {_POLICY}",
        "Referrer-Policy: no-referrer",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + body
