"""The same service on a real socket: what its faults do to a connection is real."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from types import TracebackType
from typing import Any, Self

import httpx

from share_bridge.http.addresses import Reach
from share_bridge.testing.faults import Answer, Lost
from share_bridge.testing.service import DRIP, ENDLESS, ScriptedService

__all__ = ["LOOPBACK", "StatefulServer"]

#: Lets a client reach servers of tests; plain http is allowed there.
LOOPBACK = Reach((ip_network("127.0.0.0/8"), ip_network("::1/128")))

#: How much of an answer's body comes before the connection ends.
_SHARES = {Lost.HEAD: 0.0, Lost.HALF: 0.5, Lost.HANGS_UP: 1.0}
_HEADERS_OF_THE_WIRE = {"content-length", "transfer-encoding", "connection"}


class StatefulServer:
    """Serves a `ScriptedService` over HTTP on loopback, in threads.

    ```python
    with StatefulServer(Notes()) as server:
        server.service.fail(Fault(what=Lost.RESET, accepted=True))
        context = FakeContext(tmp_path, MySettings(server=server.url), reach=LOOPBACK)
    ```

    A fault with `accepted=False` happens before the service did anything, one with
    `accepted=True` after it did all of it. What is `UNREACHABLE` is reset here: for
    a refused connection, leave the block.

    Attributes:
        service: What it serves; its `requests` and `fail` may be used meanwhile.
        url: Its address without a path.

    """

    def __init__(self, service: ScriptedService) -> None:
        self.service = service
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._http = _Listener(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _serve(self, handler: _Handler) -> None:
        request = handler.read()
        with self._lock:
            fault = self.service.meet(request)
        if fault is not None and fault.delay:
            time.sleep(fault.delay)
        with self._lock:
            what, whole = self.service.take(request, fault)
        if isinstance(what, Answer):
            handler.write(what)
        elif what in {Lost.SILENCE, Lost.TIMEOUT}:
            self._stopping.wait()
            handler.drop()
        elif what is Lost.GARBAGE:
            handler.say(b"\x16\x03\x01 what is this? \xff\r\n\r\n")
        elif what is Lost.TRICKLE:
            handler.trickle(whole, self._stopping)
        elif what in _SHARES:
            handler.write(whole, share=_SHARES[what])
        else:
            handler.drop(reset=True)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"

    def read(self) -> httpx.Request:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        host = self.headers.get("Host", "127.0.0.1")
        return httpx.Request(
            self.command,
            f"http://{host}{self.path}",
            headers=list(self.headers.items()),
            content=body,
        )

    def write(self, answer: Answer, *, share: float | None = None) -> None:
        """Send an answer; with a share of its body, and end the connection."""
        response = answer.response()
        body = response.content
        cut = share is not None and share < 1
        length = max(len(body), 2) if cut else len(body)
        self._head(response, length)
        if self.command != "HEAD":
            self.wfile.write(body if share is None else body[: int(length * share)])
        if share is not None:
            self.drop()

    def trickle(self, answer: Answer, stopping: threading.Event) -> None:
        """Send a byte now and then until somebody loses patience."""
        self._head(answer.response(), ENDLESS)
        while not stopping.wait(DRIP):
            self.wfile.write(b" ")
        self.drop()

    def say(self, what: bytes) -> None:
        """Send these bytes, and end the connection."""
        self.wfile.write(what)
        self.drop()

    def _head(self, response: httpx.Response, length: int) -> None:
        self.send_response(response.status_code)
        for name, value in response.headers.multi_items():
            if name.lower() not in _HEADERS_OF_THE_WIRE:
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def drop(self, *, reset: bool = False) -> None:
        """End the connection, or reset it."""
        self.close_connection = True
        if reset:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            os.close(self.connection.detach())  # a shutdown would end it politely

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients that were killed are expected."""


def _handler(server: StatefulServer) -> type[_Handler]:
    def serve(handler: _Handler) -> None:
        server._serve(handler)  # noqa: SLF001 - one thing in two classes

    methods = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
    return type("Handler", (_Handler,), {f"do_{name}": serve for name in methods})
