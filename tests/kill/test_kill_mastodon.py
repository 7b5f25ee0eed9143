"""SIGKILL with requests of the Mastodon publisher outstanding."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from blog_support import POSTS, serving, write_feed
from fediverse_profiles import PROFILES
from fediverse_support import Fediverse
from kill_support import Zygote, finish, torment, trouble

PATIENCE = ("timeout = 1", "settle_after = 0.1")
THREAD = ("thread = { numbered = true }", "max_characters = 500")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mastodon", "gotosocial"])
@pytest.mark.parametrize("seed", range(4))
def test_killed_with_answers_outstanding_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, kind: str
) -> None:
    """Keys honoured, and keys ignored; a server in trouble besides."""
    random = Random(f"{seed} {kind}")
    service = Fediverse(PROFILES[kind], clock=lambda: datetime.now(UTC))
    with serving(service, tmp_path, *PATIENCE):
        torment(zygote, tmp_path, random, fail=lambda: trouble(service, random))
        service.recover()
        finish(zygote, tmp_path)

    titles = Counter(text.partition("\n")[0] for text in service.texts())
    assert titles == {f"Post {number}": 1 for number in range(1, POSTS + 1)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mastodon", "gotosocial"])
@pytest.mark.parametrize("seed", range(3))
def test_killed_in_the_middle_of_threads_every_part_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, kind: str
) -> None:
    """What stands is gone on from, whether its answer came or not."""
    random = Random(f"thread {seed} {kind}")
    service = Fediverse(PROFILES[kind], clock=lambda: datetime.now(UTC))
    words = {
        f"post_{post}": " ".join(
            f"This is {name} of {post} here." for name in range(45)
        )
        for post in range(1, POSTS + 1)
    }
    with serving(service, tmp_path, *PATIENCE, *THREAD):
        write_feed(tmp_path, **words)
        torment(zygote, tmp_path, random, fail=lambda: trouble(service, random))
        service.recover()
        finish(zygote, tmp_path)

    parts = Counter(service.texts())
    assert set(parts.values()) == {1}
    assert len(parts) >= 3 * POSTS
    for number in range(1, POSTS + 1):
        shown = " ".join(part for part in parts if f" of {number} " in part)
        assert all(f"is {name} of {number} here." in shown for name in range(45))
