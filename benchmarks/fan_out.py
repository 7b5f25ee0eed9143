"""One message to 10,000 recipients on 200 servers, against a loop with httpx alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median

from measure import wall_of

from inboxes import Servers

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
    rates = []
    publish = [sys.executable, "-m", "share_bridge", "publish", "--max-seconds", "300"]
    with Servers(HOSTS) as servers:
        for _ in range(ROUNDS):
            place = _prepare(folder / str(next(fresh)), servers.port)
            taken = []
            for command in (publish, [sys.executable, "bare.py"]):
                seconds = wall_of(command, place)
                assert servers.taken() == RECIPIENTS, command
                taken.append(RECIPIENTS / seconds)
            rates.append(taken)
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
    expected = FEWER - FEWER * silent // HOSTS
    with Servers(HOSTS, silent=silent) as servers:
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
        taken = servers.taken()
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
    main()
