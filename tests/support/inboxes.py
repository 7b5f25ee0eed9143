"""Inboxes on many loopback hosts, on real sockets; and a publisher for them."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Self

from blog_support import configure, write_feed
from share_bridge.ledger.ledger import Ledger

__all__ = ["Inboxes", "fan_out_folder", "states"]

#: A single-file plugin. `{honours}` is what it declares of its keys.
_PLUGIN = '''
from datetime import timedelta

from share_bridge.plugin import (
    Account, Capabilities, Publisher, Receipt, Recipient, Registration, Settings,
    Support, hookimpl,
)


class InboxSettings(Settings):
    """Where the inboxes are."""

    hosts: int
    each: int
    port: int


class InboxPublisher(Publisher):
    """Posts every message to every inbox."""

    name = "inbox"
    title = "Inboxes"
    settings = InboxSettings
    capabilities = Capabilities(fan_out=True, honours_keys={honours})

    async def check(self, context):
        return Account(id="blog", server="here.example")

    async def recipients(self, message, context):
        given = context.settings
        for number in range(given.hosts * given.each):
            host = f"127.0.2.{{number % given.hosts + 1}}"
            url = f"http://{{host}}:{{given.port}}/{{number}}"
            yield Recipient(url, host=host)

    async def publish(self, message, context):
        answer = await context.http.post(
            context.recipient.address,
            content=message.title.encode(),
            headers={{"Idempotency-Key": context.key()}},
        )
        answer.raise_for_status()
        return Receipt(remote_id=context.key())


@hookimpl
def register_publishers():
    return [Registration("inbox", "Inboxes", InboxPublisher)]
'''

_TARGET = """[targets.followers]
publisher = "inbox"
hosts = {hosts}
each = {each}
port = {port}
timeout = {timeout}
settle_after = 0.1
max_per_run = 50
concurrency = 8
"""

#: Takes a request, and never answers.
_NEVER = 0


class Inboxes:
    """Takes messages, and answers as each host is told to.

    Attributes:
        taken: How often each inbox took which message: title, path.
        keys: Under which keys.
        heard: Messages by inbox, in the order in which they were taken.
        asked: How many requests each host was sent.
        behaviour: What a host answers instead of 202: a status, with headers, or
            `Inboxes.NEVER`.
        wild: Answers late, or not at all, as chance has it.

    """

    NEVER = _NEVER

    def __init__(self, hosts: int, *, random: Random | None = None) -> None:
        self.hosts = [f"127.0.2.{number + 1}" for number in range(hosts)]
        self.taken: Counter[tuple[str, str]] = Counter()
        self.asked: Counter[str] = Counter()
        self.behaviour: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.wild = random
        self.port = 0
        self.keys: dict[tuple[str, str], set[str]] = {}
        self.heard: dict[str, list[str]] = {}
        self._ready = threading.Event()
        self._over: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        servers = []
        for host in self.hosts:
            server = await asyncio.start_server(self._serve, host, self.port)
            self.port = server.sockets[0].getsockname()[1]
            servers.append(server)
        self._ready.set()
        await self._over.wait()
        for server in servers:
            server.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self._answer(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # it hung up, was killed, or chance had it
        finally:
            writer.close()

    async def _answer(
        self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request, *lines = head.decode().strip().split("\r\n")
        headers = {
            name.lower(): value
            for name, _, value in (it.partition(": ") for it in lines)
        }
        title = (await reader.readexactly(int(headers["content-length"]))).decode()
        host = writer.get_extra_info("sockname")[0]
        self.asked[host] += 1
        status = self.behaviour.get(host, 202)
        if status == _NEVER:
            await asyncio.sleep(3600)
        if status < 300:
            self._take(title, request.split()[1], headers)
        if self.wild is not None and self.wild.random() < 0.1:
            raise ConnectionError  # nobody hears that it was taken
        if self.wild is not None:
            await asyncio.sleep(self.wild.uniform(0, 0.01))
        more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        writer.write(
            f"HTTP/1.1 {status} Said\r\n{more}Content-Length: 0\r\n\r\n".encode()
        )
        await writer.drain()

    def _take(self, title: str, path: str, headers: Mapping[str, str]) -> None:
        self.taken[title, path] += 1
        self.heard.setdefault(path, []).append(title)
        key = headers.get("idempotency-key", "")
        self.keys.setdefault((title, path), set()).add(key)


def fan_out_folder(
    folder: Path,
    inboxes: Inboxes,
    *,
    each: int,
    posts: int = 1,
    honours: str = "None",
    timeout: float = 1,
) -> None:
    """A configuration that sends posts to so many inboxes on each host.

    `honours` is what the publisher declares of its keys.
    """
    values = {"hosts": len(inboxes.hosts), "each": each, "port": inboxes.port}
    target = _TARGET.format(**values, timeout=timeout)
    configure(folder, target, plugin=_PLUGIN.format(honours=honours))
    write_feed(folder, posts=posts)


def states(folder: Path) -> Counter[str]:
    """How many deliveries there are in each state."""
    with Ledger.open(folder / "share-bridge.db") as ledger:
        return Counter(it.state.value for it in ledger.deliveries.of())
