"""Servers with inboxes for benchmarks: many loopback addresses, one process."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

__all__ = ["Servers", "address"]

_SERVE = (
    "import asyncio, inboxes, sys; asyncio.run(inboxes.serve(*map(int, sys.argv[1:])))"
)


def address(number: int) -> str:
    """The loopback address of a server, from 0."""
    return f"127.0.{number // 250 + 1}.{number % 250 + 1}"


class Servers:
    """So many of them, of which the first `silent` never answer."""

    def __init__(self, hosts: int, *, silent: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(hosts), str(silent)],
            cwd=Path(__file__).parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.port = int(self._line())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def taken(self) -> int:
        """How many requests were taken since the last question."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class _Inbox(asyncio.Protocol):
    """Answers 202 to every request, and counts them."""

    taken = 0
    silent = frozenset[str]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._buffer = b""
        self._mute = transport.get_extra_info("sockname")[0] in self.silent

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            if not self._mute:
                _Inbox.taken += 1
                self._transport.write(
                    b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
                )


async def serve(hosts: int, silent: int) -> None:
    """Print the port, then for each line of input how many were taken."""
    _Inbox.silent = frozenset(map(address, range(silent)))
    loop = asyncio.get_running_loop()
    port = 0
    for number in range(hosts):
        server = await loop.create_server(_Inbox, address(number), port, backlog=512)
        port = server.sockets[0].getsockname()[1]
    print(port, flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.readline():
        print(_Inbox.taken, flush=True)
        _Inbox.taken = 0
