"""A post to followers on many servers, against a loop with httpx that signs alone."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measure import cpu_and_memory_of, report, wall_of

from inboxes import Servers, address
from share_bridge.ledger.ledger import Ledger

HOSTS, INBOXES = 200, 2_000
CONCURRENCY = 32
ROUNDS = 5
#: Of the throughput of the bare loop.
LEAST = 0.7
#: With one server in twenty accepting and never answering.
SILENT, MORE_PLACES, LONGEST = HOSTS // 20, 64, 30.0
#: Memory that a hundred times the followers may take more, in MiB.
FEW, MANY, MANY_HOSTS, MORE_MEMORY = 1_000, 100_000, 2_000, 20.0

_CONFIG = """\
[site]
url = "https://blog.example"

[[sources]]
name = "blog"
files = "*.md"
permalink = "https://blog.example/{{slug}}/"
first_run = "all"
wait_until_live = false

[targets.fediverse]
publisher = "activitypub"
handle = "blog@blog.example"
concurrency = {concurrency}
timeout = "10s"

[network]
allow_from_content = ["127.0.0.0/8"]
"""
_BEFORE = "---\ntitle: Before\ndate: 2026-01-01\nslug: before\n---\nNobody follows.\n"
_POST = (
    "---\ntitle: A small circle\ndate: 2026-01-02\nslug: post\n"
    "summary: Five people meet every other week, and read aloud what they wrote.\n"
    f"---\n{'They read aloud to each other what they wrote. ' * 20}\n"
)

_BARE = """\
import asyncio
from base64 import b64encode
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

KEY = load_pem_private_key(Path("key.pem").read_bytes(), None)
BODY = Path("body.json").read_bytes()
NAMES = "(request-target) host date digest content-type"


def signed(url):
    parts = urlsplit(url)
    headers = {
        "Host": parts.netloc,
        "Date": formatdate(usegmt=True),
        "Digest": "SHA-256=" + b64encode(sha256(BODY).digest()).decode(),
        "Content-Type": "application/activity+json",
    }
    lines = [f"(request-target): post {parts.path}"]
    lines += [f"{name.lower()}: {value}" for name, value in headers.items()]
    signature = KEY.sign("\\n".join(lines).encode(), padding.PKCS1v15(), SHA256())
    headers["Signature"] = (
        'keyId="https://blog.example/ap/actor#main-key",algorithm="rsa-sha256",'
        f'headers="{NAMES}",signature="{b64encode(signature).decode()}"'
    )
    return headers


async def main():
    inboxes = iter(Path("inboxes.txt").read_text().split())
    async with httpx.AsyncClient() as client:

        async def work():
            for url in inboxes:
                answer = await client.post(url, content=BODY, headers=signed(url))
                answer.raise_for_status()

        await asyncio.gather(*(work() for _ in range(CONCURRENCY)))


asyncio.run(main())
"""


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "share_bridge", *words]


def _prepare(
    folder: Path,
    port: int,
    *,
    followers: int = INBOXES,
    hosts: int = HOSTS,
    concurrency: int = CONCURRENCY,
    shared: bool = False,
) -> Path:
    """A blog with a post that nobody has yet, and the bare loop beside it."""
    folder.mkdir()
    (folder / "share-bridge.toml").write_text(_CONFIG.format(concurrency=concurrency))
    (folder / "before.md").write_text(_BEFORE)
    wall_of(_command("publish"), folder)
    (folder / "post.md").write_text(_POST)
    words = [str(it) for it in (folder, port, followers, hosts, int(shared))]
    wall_of([sys.executable, __file__, "follow", *words], folder)
    (folder / "bare.py").write_text(_BARE.replace("CONCURRENCY", str(concurrency)))
    return folder


def _follow(folder: Path, port: int, followers: int, hosts: int, shared: int) -> None:
    """Let so many follow; in a process of its own, whose memory is not ours."""
    servers = [f"http://{address(number)}:{port}" for number in range(hosts)]
    inboxes = [
        f"{servers[number % hosts]}/inbox/{number}" for number in range(followers)
    ]
    (folder / "inboxes.txt").write_text("\n".join(inboxes))
    with Ledger.open(folder / "share-bridge.db") as ledger:
        target = ledger.targets.named("fediverse", "activitypub")
        ledger.targets.documents(target.id).batch(
            [
                _follower(inbox, shared=f"{servers[number % hosts]}/inbox" * shared)
                for number, inbox in enumerate(inboxes)
            ]
        )


def _follower(inbox: str, *, shared: str) -> tuple[str, dict[str, object]]:
    actor = f"{inbox}/actor"
    return f"follower/{actor}", {
        "actor": actor,
        "inbox": inbox,
        "shared": shared,
        "follow": f"{inbox}/follow",
        "since": "2026-11-01T00:00:00+00:00",
        "approved": True,
    }


def _share_key_and_body(folder: Path) -> None:
    """What the bare loop signs with and sends is what ours did."""
    credentials = json.loads(
        (
            Path(os.environ["XDG_CONFIG_HOME"]) / "share-bridge/credentials.json"
        ).read_text()
    )
    key = credentials["fediverse"]["values"]["rsa_private_key"]
    (folder / "key.pem").write_text(key)
    with Ledger.open(folder / "share-bridge.db") as ledger:
        target = ledger.targets.named("fediverse", "activitypub")
        volumes = [it for _, it in ledger.targets.documents(target.id).scan("object/")]
    newest = max(volumes, key=lambda it: len(str(it)))
    (folder / "body.json").write_text(json.dumps(newest["activity"]))


def _throughput(folder: Path) -> bool:
    """How many a second, in turns."""
    rates = []
    with Servers(HOSTS) as servers:
        for number in range(ROUNDS):
            place = _prepare(folder / str(number), servers.port)
            ours = wall_of(_command("publish", "--max-seconds", "300"), place)
            assert servers.taken() == INBOXES
            _share_key_and_body(place)
            bare = wall_of([sys.executable, "bare.py"], place)
            assert servers.taken() == INBOXES
            rates.append((INBOXES / ours, INBOXES / bare))
    ratio = median(ours / bare for ours, bare in rates)
    ours, bare = (median(column) for column in zip(*rates, strict=True))
    print(
        f"a post to {INBOXES} inboxes on {HOSTS} servers, signed, throughput | "
        f"{ratio:.2f} ({ours:.0f} : {bare:.0f} a second) | ≥ {LEAST} | "
        f"{'ok' if ratio >= LEAST else 'NO'}",
        flush=True,
    )
    return ratio >= LEAST


def _silent_servers(folder: Path) -> bool:
    """When the last first attempt ended, counted from the start of the program."""
    with Servers(HOSTS, silent=SILENT) as servers:
        place = _prepare(folder / "silent", servers.port, concurrency=MORE_PLACES)
        started = time.time()
        subprocess.run(
            _command("publish", "--max-seconds", "30"),
            cwd=place,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        taken = servers.taken()
    with sqlite3.connect(place / "share-bridge.db") as ledger:
        rows = ledger.execute(
            "SELECT delivery, MIN(ended_at) FROM attempt GROUP BY delivery"
        ).fetchall()
    ends = [end for _, end in rows if end]
    seconds = max(ends) - started
    expected = INBOXES - INBOXES * SILENT // HOSTS
    kept = seconds < LONGEST and taken == expected and len(ends) == len(rows)
    print(
        f"the same where {SILENT} of them never answer, until every first attempt "
        f"ended | {seconds:.1f} s ({len(ends)} attempts, {taken} of {expected} served)"
        f" | < {LONGEST:g} s | {'ok' if kept else 'NO'}",
        flush=True,
    )
    return kept


def _memory(folder: Path) -> bool:
    """How much more it takes, at its peak, to publish to a hundred times as many."""
    taken = []
    for followers, hosts in ((FEW, HOSTS), (MANY, MANY_HOSTS)):
        with Servers(hosts) as servers:
            place = _prepare(
                folder / str(followers),
                servers.port,
                followers=followers,
                hosts=hosts,
                shared=True,
            )
            command = _command("publish", "--max-seconds", "300")
            taken.append(cpu_and_memory_of(command, place)[1])
            assert servers.taken() == hosts
    more = taken[1] - taken[0]
    return report(
        f"a post to {MANY:,} followers on {MANY_HOSTS:,} servers instead of {FEW:,} on "
        f"{HOSTS}, memory, MiB more",
        more,
        MORE_MEMORY,
        f"{taken[1]:.0f} : {taken[0]:.0f}",
    )


def main() -> None:
    """Print the rows; exit with 1 when one is over its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_CONFIG_HOME"] = str(folder / "config")
        kept = [_throughput(folder), _silent_servers(folder), _memory(folder)]
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["follow"]:
        place, *numbers = sys.argv[2:]
        _follow(Path(place), *map(int, numbers))
    else:
        main()
