"""One message to 10,000 recipients on 200 servers, against a loop with httpx alone."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median

from measure import wall_of

HOSTS = 200
RECIPIENTS = 10_000
CONCURRENCY = 64
ROUNDS = 5
#: Of the throughput of the bare loop.
LEAST = 0.7
#: With one server in twenty accepting and never answering: inboxes, seconds.
FEWER = 2_000
LONGEST = 30.0

_PLUGIN = '''\
"""Posts every message to inboxes."""

from share_bridge.plugin import (
    Account, Capabilities, Publisher, Receipt, Recipient, Registration, Settings,
    hookimpl,
)


class InboxSettings(Settings):
    hosts: int
    recipients: int
    port: int


class InboxPublisher(Publisher):
    name = "inbox"
    title = "Inboxes"
    settings = InboxSettings
    capabilities = Capabilities(fan_out=True, per_host=4)

    async def check(self, context):
        return Account(id="blog", server="here.example")

    async def recipients(self, message, context):
        given = context.settings
        for number in range(given.recipients):
            host = f"127.0.1.{number % given.hosts + 1}"
            url = f"http://{host}:{given.port}/inbox/{number}"
            yield Recipient(url, host=host)

    async def publish(self, message, context):
        response = await context.http.post(
            context.recipient.address,
            content=("x" * 1500).encode(),
            headers={"Content-Type": "application/json"},
        )
        response.raise_for_status()
        return Receipt(remote_id=context.key())


@hookimpl
def register_publishers():
    yield Registration("inbox", "Inboxes", InboxPublisher)
'''

_CONFIG = """\
ledger = "ledger.db"

[site]
url = "https://example.org"

[[sources]]
name = "blog"
files = "post.md"
permalink = "https://example.org/{{slug}}/"
first_run = "all"
wait_until_live = false

[targets.followers]
publisher = "inbox"
concurrency = {concurrency}
timeout = "10s"
hosts = {hosts}
recipients = {recipients}
port = {port}

[plugins]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8"]
"""

_POST = "---\ntitle: A post\ndate: 2026-01-01\nslug: post\n---\nIts words.\n"

_BARE = """\
import asyncio

import httpx


async def main():
    numbers = iter(range({recipients}))
    async with httpx.AsyncClient() as client:

        async def work():
            for number in numbers:
                host = f"127.0.1.{{number % {hosts} + 1}}"
                answer = await client.post(
                    f"http://{{host}}:{port}/inbox/{{number}}",
                    content=("x" * 1500).encode(),
                    headers={{"Content-Type": "application/json"}},
                )
                answer.raise_for_status()

        await asyncio.gather(*(work() for _ in range({concurrency})))


asyncio.run(main())
"""


class _Inbox(asyncio.Protocol):
    """Answers 202 to every request, and counts them."""

    taken = 0
    silent = frozenset[str]()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._waits = 0
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


async def _serve(silent: int) -> None:
    _Inbox.silent = frozenset(f"127.0.1.{number + 1}" for number in range(silent))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Inbox, "127.0.1.1", 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    for number in range(1, HOSTS):
        await loop.create_server(_Inbox, f"127.0.1.{number + 1}", port, backlog=512)
    print(port, flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.readline():  # how many were taken since the last question
        print(_Inbox.taken, flush=True)
        _Inbox.taken = 0


class _Servers:
    """All of them in one process of their own."""

    def __init__(self, silent: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, "serve", str(silent)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
        self.port = int(self._line())

    def taken(self) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._line())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def _prepare(folder: Path, port: int, recipients: int = RECIPIENTS) -> Path:
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "inbox.py").write_text(_PLUGIN)
    (folder / "post.md").write_text(_POST)
    values = {"hosts": HOSTS, "recipients": recipients, "concurrency": CONCURRENCY}
    (folder / "share-bridge.toml").write_text(_CONFIG.format(port=port, **values))
    (folder / "bare.py").write_text(_BARE.format(port=port, **values))
    return folder


def _throughput(fresh: count[int], folder: Path) -> bool:
    """How many a second, in turns."""
    servers, rates = _Servers(), []
    try:
        for _ in range(ROUNDS):
            place = _prepare(folder / str(next(fresh)), servers.port)
            taken = []
            for command in (
                [
                    sys.executable,
                    "-m",
                    "share_bridge",
                    "publish",
                    "--max-seconds",
                    "300",
                ],
                [sys.executable, "bare.py"],
            ):
                seconds = wall_of(command, place)
                assert servers.taken() == RECIPIENTS, command
                taken.append(RECIPIENTS / seconds)
            rates.append(taken)
    finally:
        servers.close()
    ratio = median(ours / bare for ours, bare in rates)
    ours, bare = (median(column) for column in zip(*rates, strict=True))
    print(
        f"one message to {RECIPIENTS} recipients on {HOSTS} servers, throughput | "
        f"{ratio:.2f} ({ours:.0f} : {bare:.0f} a second) | ≥ {LEAST} | "
        f"{'ok' if ratio >= LEAST else 'NO'}",
        flush=True,
    )
    return ratio >= LEAST


def _silent_servers(fresh: count[int], folder: Path) -> bool:
    """How long until everybody who can get it has it, and the others were tried."""
    silent = HOSTS // 20
    servers = _Servers(silent)
    place = _prepare(folder / str(next(fresh)), servers.port, FEWER)
    run = [sys.executable, "-m", "share_bridge", "publish", "--max-seconds", "18"]
    started = time.perf_counter()
    process = subprocess.run(
        run,
        cwd=place,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - started
    expected = FEWER - FEWER * silent // HOSTS
    taken = servers.taken()
    servers.close()
    kept = seconds < LONGEST and taken == expected and process.returncode == 4
    print(
        f"one to {FEWER} recipients, {silent} of {HOSTS} servers never answer, wall | "
        f"{seconds:.1f} s ({taken} of {expected} delivered) | < {LONGEST:g} s | "
        f"{'ok' if kept else 'NO'}",
        flush=True,
    )
    return kept


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        fresh = count()
        kept = [_throughput(fresh, Path(name)), _silent_servers(fresh, Path(name))]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[2]))) if len(sys.argv) > 1 else main()
