"""One post to five targets that each take 300 ms, against one such target."""

from __future__ import annotations

import sys
import tempfile
from itertools import count
from pathlib import Path

from measure import interleaved, report, wall_of

LIMIT = 1.4
ROUNDS = 7

_PLUGIN = '''\
"""A service that takes 300 ms for everything it accepts."""

import asyncio

from share_bridge.plugin import (
    Account, Capabilities, Publisher, Receipt, Registration, Settings, hookimpl
)


class SlowPublisher(Publisher):
    name = "slow"
    title = "Slow"
    settings = Settings
    capabilities = Capabilities(local=True)

    async def check(self, context):
        return Account(id=context.target)

    async def publish(self, message, context):
        await asyncio.sleep(0.3)
        return Receipt(remote_id=context.key())


@hookimpl
def register_publishers():
    yield Registration("slow", "Slow", SlowPublisher)
'''

_CONFIG = """\
ledger = "ledger.db"

[site]
url = "https://example.org"

[[sources]]
name = "blog"
files = "post.md"
permalink = "https://example.org/{slug}/"
first_run = "all"
wait_until_live = false

[plugins]
dirs = ["plugins"]
"""

_POST = "---\ntitle: A post\ndate: 2026-01-01\nslug: post\n---\nIts words.\n"


def _prepare(folder: Path, targets: int) -> Path:
    """A blog with one post that nobody was told of yet."""
    (folder / "plugins").mkdir(parents=True)
    (folder / "plugins" / "slow.py").write_text(_PLUGIN)
    (folder / "post.md").write_text(_POST)
    tables = [
        f'\n[targets.slow{number}]\npublisher = "slow"\n' for number in range(targets)
    ]
    (folder / "share-bridge.toml").write_text(_CONFIG + "".join(tables))
    return folder


def _publish(folder: Path) -> float:
    return wall_of([sys.executable, "-m", "share_bridge", "publish"], folder)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        fresh = (Path(name) / str(number) for number in count())
        one, five = interleaved(
            lambda: _publish(_prepare(next(fresh), 1)),
            lambda: _publish(_prepare(next(fresh), 5)),
            rounds=ROUNDS,
        )
    detail = f"{five * 1000:.0f} ms : {one * 1000:.0f} ms"
    kept = report("five targets of 300 ms each, wall", five / one, LIMIT, detail)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
