"""Random walks through everything that may happen: each post once, and truly told."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from story import KINDS, STEPS, Story

#: `SHARE_BRIDGE_SOAK=2000` walks further.
WALKS = int(os.environ.get("SHARE_BRIDGE_SOAK", "200"))
PARTS = 10


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_random_walk_doubles_loses_and_hides_nothing(
    tmp_path: Path, part: int
) -> None:
    """The seed of a walk that fails is in its message."""
    for seed in range(part, WALKS, PARTS):
        folder = tmp_path / str(seed)
        folder.mkdir()
        walk(folder, seed)


def walk(folder: Path, seed: int) -> None:
    random = Random(seed)
    kind = random.choice(list(KINDS))
    story = Story(folder, kind)
    story.told.append(f"seed {seed}, a service that {kind}")
    weights = [weight for weight, _ in STEPS.values()]
    story.write(2)
    for name in random.choices(list(STEPS), weights, k=random.randint(5, 25)):
        STEPS[name][1](story, random)
    story.end()
