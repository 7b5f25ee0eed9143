"""A scripted HTTP server on loopback that can be as rude as a real one.

```python
def handler(wire: Wire) -> None:
    wire.respond(200, b"hello", {"ETag": '"1"'})

with serve(handler) as server:
    httpx.get(server.url + "/feed.xml")
assert server.requests[0].path == "/feed.xml"
```

Instead of `respond`, a handler may `send` any bytes, `drip` them, `wait`, `drop` or
`reset` the connection. `routes({"/a": handler, …})` picks a handler by path; a reply
without any code of its own is `reply(200, b"hello")`.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
import socketserver
import ssl
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import trustme

from share_bridge.http.addresses import Reach
from share_bridge.http.client import open_client

__all__ = [
    "LOOPBACK",
    "Authority",
    "Handler",
    "Request",
    "Server",
    "StoppedLoop",
    "Wire",
    "ask",
    "ask_server",
    "gzip_bomb",
    "gzipped",
    "make_authority",
    "redirect",
    "reply",
    "routes",
    "serve",
]

#: Lets a client reach servers of these tests.
LOOPBACK = Reach((ip_network("127.0.0.0/8"), ip_network("::1/128")))


class StoppedLoop(asyncio.SelectorEventLoop):
    """Its clock stands still until it is put forward: no machine is too slow for it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        """Let time pass; said from any thread."""
        self.now += seconds
        self.call_soon_threadsafe(lambda: None)  # it looks at its clock


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked; names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


class Wire:
    """One request, and the raw connection to answer it on."""

    def __init__(self, request: Request, connection: socket.socket) -> None:
        self.request = request
        self.connection = connection
        self.closed = False
        self.stopping = threading.Event()

    def send(self, data: bytes) -> None:
        """Send these bytes as they are; a client that has gone is not minded."""
        with contextlib.suppress(OSError):
            self.connection.sendall(data)

    def head(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        """Send a status line and these headers alone, and nothing by itself."""
        phrase = HTTPStatus(status).phrase
        lines = [f"HTTP/1.1 {status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def respond(
        self,
        status: int = 200,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Send a whole, correct answer."""
        bare = status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
        length = {} if bare else {"Content-Length": str(len(body))}
        self.head(status, {**length, **(headers or {})})
        self.send(body)

    def drip(self, data: bytes, *, every: float, size: int = 1) -> None:
        """Send `size` bytes every so many seconds, until the client has gone."""
        for start in range(0, len(data), size):
            if self.wait(every):
                return
            self.send(data[start : start + size])

    def wait(self, seconds: float) -> bool:
        """Keep the client waiting; true where the server is being stopped."""
        return self.stopping.wait(seconds)

    def drop(self) -> None:
        """End the connection now."""
        self.closed = True

    def reset(self) -> None:
        """End the connection with a reset."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.closed = True


Handler = Callable[[Wire], None]


@dataclass
class Server:
    """A running server.

    Attributes:
        port: Where it listens.
        scheme: `http` or `https`.
        requests: Everything it was asked, in order.
        connections: How many were opened.
        ended: How many of them it closed.

    """

    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    ended: int = 0

    @property
    def url(self) -> str:
        """Address without a path."""
        return f"{self.scheme}://{self.host}:{self.port}"


@contextlib.contextmanager
def serve(
    handler: Handler, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[Server]:
    """Answer each request by `handler`, in threads, until the block ends."""
    stopping = threading.Event()

    class Connection(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            server.connections += 1
            connection = self.request
            if tls is not None:
                try:
                    connection = tls.wrap_socket(connection, server_side=True)
                except OSError:
                    return
            _converse(connection, handler, server=server, stopping=stopping)
            with contextlib.suppress(OSError):
                connection.close()
            server.ended += 1

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        block_on_close = False
        request_queue_size = 64

    with Listener((host, 0), Connection) as listener:
        scheme = "https" if tls else "http"
        server = Server(listener.server_address[1], scheme, host)
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            stopping.set()
            listener.shutdown()
            thread.join()


def _converse(
    connection: socket.socket,
    handler: Handler,
    *,
    server: Server,
    stopping: threading.Event,
) -> None:
    if server.scheme == "http" and connection.recv(1, socket.MSG_PEEK) == b"\x16":
        connection.sendall(b"HTTP/1.1 400 This is not TLS\r\n\r\n")
        return
    with contextlib.suppress(OSError, ValueError), connection.makefile("rb") as lines:
        while line := lines.readline():
            method, target, _ = line.decode("latin-1").split(" ", 2)
            headers = {}
            while (header := lines.readline().decode("latin-1").strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = lines.read(int(headers.get("content-length", 0)))
            wire = Wire(Request(method, target, headers, body), connection)
            wire.stopping = stopping
            server.requests.append(wire.request)
            handler(wire)
            if wire.closed or headers.get("connection") == "close":
                return


def reply(
    status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Handler:
    """A handler that always gives this answer."""
    return lambda wire: wire.respond(status, body, headers)


def redirect(to: str, status: int = 301) -> Handler:
    """A handler that sends clients elsewhere."""
    return reply(status, headers={"Location": to})


def routes(handlers: Mapping[str, Handler]) -> Handler:
    """A handler that picks another by the request's path; 404 where there is none."""

    def handle(wire: Wire) -> None:
        handlers.get(wire.request.path, reply(404))(wire)

    return handle


def gzip_bomb(size: int, *, fill: bytes = b"\0") -> bytes:
    """Gzip of `size` bytes, about a thousandth of that; never whole in memory."""
    squeeze = zlib.compressobj(9, wbits=31)
    piece = fill * 1_000_000
    parts = [squeeze.compress(piece) for _ in range(size // len(piece))]
    parts.append(squeeze.compress(fill * (size % len(piece))))
    return b"".join([*parts, squeeze.flush()])


def gzipped(body: bytes) -> Handler:
    """A handler that gives `body` compressed, as it should be."""
    return reply(200, gzip.compress(body), {"Content-Encoding": "gzip"})


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority of the tests' own.

    Attributes:
        file: Its certificate as PEM: what `ca_file` names.

    """

    file: Path
    _maker: trustme.CA

    def context(self, *names: str, **options: Any) -> ssl.SSLContext:
        """What a server for these names and addresses uses."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._maker.issue_cert(*names, **options).configure_cert(context)
        return context


def make_authority(folder: Path) -> Authority:
    """A new authority, its certificate in `folder`."""
    maker = trustme.CA()
    file = folder / "authority.pem"
    maker.cert_pem.write_to_path(str(file))
    return Authority(file, maker)


def ask(
    url: str,
    *,
    method: str = "GET",
    reach: Reach = LOOPBACK,
    timeout: float = 60,
    client: dict[str, Any] | None = None,
    loop: asyncio.AbstractEventLoop | None = None,
    **options: Any,
) -> httpx.Response:
    """One request of a client of its own."""

    async def once() -> httpx.Response:
        async with open_client(reach, timeout=timeout, **(client or {})) as http:
            return await http.request(method, url, **options)

    factory = None if loop is None else lambda: loop
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(once())


def ask_server(handler: Handler, **options: Any) -> httpx.Response:
    """One request to a server that lives as long."""
    with serve(handler) as server:
        return ask(server.url + "/", **options)
