"""Two clones race through a bare repository, and are killed: each post stands once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from blog_support import write_feed
from git_support import make_clones
from kill_support import Zygote, finish
from lying_service import PLUGIN, LyingService

CONFIG = """
ledger = "git:state"

[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.liar]
publisher = "liar"
server = "{server}"
timeout = 0.5
settle_after = 0.1
max_per_run = 50

[plugins]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8"]
"""
PUBLISH = ("publish", "--max-seconds", "2")


@pytest.fixture(scope="module")
def zygotes() -> Iterator[tuple[Zygote, Zygote]]:
    both = Zygote(), Zygote()
    yield both
    for zygote in both:
        zygote.close()


@pytest.fixture
def clones(tmp_path: Path, requires: Callable[[str], str]) -> list[Path]:
    requires("git")
    return make_clones(tmp_path, 2, "--depth=1")


def _set_up(clone: Path, service: LyingService) -> None:
    (clone / "plugins").mkdir()
    (clone / "plugins" / "liar.py").write_text(PLUGIN)
    (clone / "share-bridge.toml").write_text(CONFIG.format(server=service.url))
    write_feed(clone)


def _standing(service: LyingService) -> Counter[str]:
    return Counter(post["link"] for post in service.posts)


_ONCE = Counter({f"https://example.org/{number}": 1 for number in range(1, 6)})


def test_two_runs_at_once_send_each_post_once(
    clones: list[Path], zygotes: tuple[Zygote, Zygote]
) -> None:
    """Who pushes second sends nothing of what the first one claimed."""
    service = LyingService(Random(0), honours=False)
    service.honest = True
    for clone in clones:
        _set_up(clone, service)

    with ThreadPoolExecutor(2) as pool:
        for zygote, clone in zip(zygotes, clones, strict=True):
            pool.submit(zygote.run, clone, *PUBLISH)
    for zygote, clone in zip(zygotes, clones, strict=True):
        finish(zygote, clone)
    service.close()

    assert _standing(service) == _ONCE


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_killed_between_the_pushes_every_post_stands_once(
    clones: list[Path], zygotes: tuple[Zygote, Zygote], tmp_path: Path, seed: int
) -> None:
    """A service that lies and keeps no key; when it hears of a post, one clone or both
    are cut off: at once, or some steps later.
    """
    random = Random(seed)
    service = LyingService(random, honours=False)
    for clone in clones:
        _set_up(clone, service)

    kills = 0
    for number, lag in enumerate([0.0, *(random.uniform(0, 0.2) for _ in range(3))]):
        mark = tmp_path / f"heard-{number}"
        service.heard = mark.touch
        victims = 2 if number == 0 else random.choice([1, 2])
        with ThreadPoolExecutor(2) as pool:
            runs = [
                pool.submit(
                    zygote.run,
                    clone,
                    *PUBLISH,
                    kill_after=lag if place < victims else None,
                    mark=mark,
                )
                for place, (zygote, clone) in enumerate(
                    zip(zygotes, clones, strict=True)
                )
            ]
        kills += sum(run.result()["killed"] for run in runs)
    service.heard = lambda: None
    service.honest = True
    for zygote, clone in zip(zygotes, clones, strict=True):
        finish(zygote, clone)
    service.close()

    assert kills > 0
    assert _standing(service) == _ONCE


@pytest.mark.parametrize("hook", ["pre-receive", "post-receive"])
def test_killed_while_the_second_push_is_under_way(
    clones: list[Path], zygotes: tuple[Zygote, Zygote], tmp_path: Path, hook: str
) -> None:
    """Without chance: `sending` was pushed, the post stands, and what came of it never
    arrived; or it arrived, with what was to be sent next, which never left.
    """
    service = LyingService(Random(1), honours=False)
    service.honest = True
    for clone in clones:
        _set_up(clone, service)
    mark, script = tmp_path / "pushed", tmp_path / "site.git" / "hooks" / hook
    held = tmp_path / "held"
    script.write_text(
        f"#!/bin/sh\ntest -e {mark} && touch {held} && sleep 60\ntouch {mark}\n"
    )
    script.chmod(0o755)

    done = zygotes[0].run(clones[0], *PUBLISH, kill_after=0, mark=held)
    assert done["killed"]
    assert len(service.posts) == 1
    script.unlink()
    finish(zygotes[1], clones[1])
    service.close()

    assert _standing(service) == _ONCE
