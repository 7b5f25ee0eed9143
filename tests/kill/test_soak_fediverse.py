"""A post's whole life at inboxes of servers that are dead, slow, full or lying.

Runs are killed at steps by chance in between. `SHARE_BRIDGE_SOAK` makes it larger.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import pytest

from blog_support import configure, write_feed
from inboxes import Inboxes, states
from kill_support import PUBLISH, Zygote
from share_bridge.ledger.ledger import Ledger

HOSTS, EACH = 8, 2
#: Seeds; each takes a few seconds.
SEEDS = max(2, int(os.environ.get("SHARE_BRIDGE_SOAK", "200")) // 100)
#: Kills while each activity goes out, and the most steps until one.
KILLS, STEPS = 3, 250
#: What a server in trouble answers; two of them ask to be asked again at once.
_TROUBLES = (Inboxes.NEVER, 429, 500, 503, 408)

_TARGET = """[targets.fediverse]
publisher = "activitypub"
handle = "blog@blog.example"
timeout = 1
settle_after = 0.1
concurrency = 8
"""


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_inbox_sees_the_whole_life_of_a_post_in_order(
    tmp_path: Path, zygote: Zygote, seed: int
) -> None:
    """Create, Update, Delete, each under one id and in the same bytes everywhere."""
    random = Random(f"fediverse {seed}")
    with Inboxes(HOSTS, random=random) as inboxes:
        inboxes.headers = {"Retry-After": "0"}
        _follow(tmp_path, zygote, inboxes)
        for change in _life(tmp_path):
            _torment(zygote, tmp_path, inboxes, random, change)

    assert set(states(tmp_path)) == {"delivered"}
    assert len(inboxes.heard) == HOSTS * EACH
    for heard in inboxes.heard.values():
        kinds = [kind for kind, _ in groupby(json.loads(it)["type"] for it in heard)]
        assert kinds == ["Create", "Update", "Delete"]
    for kind in ("Create", "Update", "Delete"):
        assert len({it for it in _all(inboxes) if json.loads(it)["type"] == kind}) == 1


def _follow(folder: Path, zygote: Zygote, inboxes: Inboxes) -> None:
    """An actor that is known, with a follower behind each inbox."""
    network = 'allow_from_content = ["127.0.0.0/8"]'
    configure(folder, _TARGET, network=network)
    write_feed(folder, posts=1)
    assert zygote.run(folder, *PUBLISH)["code"] == 0
    with Ledger.open(folder / "share-bridge.db") as ledger:
        target = ledger.targets.named("fediverse", "activitypub")
        ledger.targets.documents(target.id).batch(
            [
                _follower(f"http://{host}:{inboxes.port}/{host}/{number}")
                for host in inboxes.hosts
                for number in range(EACH)
            ]
        )


def _follower(inbox: str) -> tuple[str, dict[str, Any]]:
    actor = f"{inbox}/actor"
    return f"follower/{actor}", {"actor": actor, "inbox": inbox, "since": "2026-11-01"}


def _life(folder: Path) -> Iterator[tuple[str, ...]]:
    """What happens to the post, and the command that tells of it."""
    write_feed(folder, posts=2)
    yield PUBLISH
    write_feed(folder, posts=2, post_2="Other words.")
    yield PUBLISH
    yield ("retract", "https://example.org/2", "--max-seconds", "3")


def _torment(
    zygote: Zygote,
    folder: Path,
    inboxes: Inboxes,
    random: Random,
    command: tuple[str, ...],
) -> None:
    """Bring it about with kills and servers in trouble, then with neither."""
    for _ in range(KILLS):
        ill = random.sample(inboxes.hosts, HOSTS // 3)
        inboxes.behaviour = {host: random.choice(_TROUBLES) for host in ill}
        zygote.run(folder, *command, kill_at=random.randint(1, STEPS))
        zygote.run(folder, "ledger", "retry", "--all")
    inboxes.behaviour.clear()
    wild, inboxes.wild = inboxes.wild, None
    for _ in range(20):
        zygote.run(folder, *command)
        if not set(states(folder)) & {"planned", "waiting", "sending", "pending"}:
            break
        zygote.run(folder, "ledger", "retry", "--all")
        command = PUBLISH
    else:
        pytest.fail(f"not done: {states(folder)}, {(folder / 'log.txt').read_text()}")
    inboxes.wild = wild


def _all(inboxes: Inboxes) -> list[str]:
    return [message for heard in inboxes.heard.values() for message in heard]
