"""SIGKILL in the middle of a fan-out: what was under way is in doubt, nothing else."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from inboxes import Inboxes, fan_out_folder, states
from kill_support import PUBLISH, Zygote, torment
from share_bridge.ledger.ledger import Ledger

HOSTS, EACH, POSTS = 12, 5, 3
#: A run that serves everybody has about 700.
STEPS = (60, 400)


def finish(zygote: Zygote, folder: Path) -> None:
    """Run until nothing is open but what only the owner can tell."""
    for _ in range(60):
        zygote.run(folder, *PUBLISH)
        if not set(states(folder)) & {"planned", "waiting", "sending", "pending"}:
            return
        zygote.run(folder, "ledger", "retry", "--all")
    pytest.fail(f"not done: {states(folder)}, {(folder / 'log.txt').read_text()}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_nobody_is_served_twice(tmp_path: Path, zygote: Zygote, seed: int) -> None:
    """No key is kept, nobody can be asked: once, or held with one question a post."""
    random = Random(seed)
    with Inboxes(HOSTS, random=random) as inboxes:
        fan_out_folder(tmp_path, inboxes, each=EACH, posts=POSTS)
        torment(zygote, tmp_path, random, steps=STEPS)
        inboxes.wild = None
        finish(zygote, tmp_path)

    counts = states(tmp_path)
    assert set(inboxes.taken.values()) == {1}
    assert counts["delivered"] + counts["held"] == HOSTS * EACH * POSTS
    assert len(inboxes.taken) >= counts["delivered"]
    with Ledger.open(tmp_path / "share-bridge.db") as ledger:
        assert len(ledger.questions()) <= POSTS


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_everybody_is_served(tmp_path: Path, zygote: Zygote, seed: int) -> None:
    """A key is kept for ever: what is in doubt is sent again, under the same key."""
    random = Random(f"honours {seed}")
    with Inboxes(HOSTS, random=random) as inboxes:
        fan_out_folder(
            tmp_path, inboxes, each=EACH, posts=POSTS, honours="timedelta.max"
        )
        torment(zygote, tmp_path, random, steps=STEPS)
        inboxes.wild = None
        finish(zygote, tmp_path)

    assert states(tmp_path) == {"delivered": HOSTS * EACH * POSTS}
    assert len(inboxes.taken) == HOSTS * EACH * POSTS
    assert {len(keys) for keys in inboxes.keys.values()} == {1}
