"""SIGKILL with requests of the Mastodon publisher outstanding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from kill_support import POSTS, PUBLISH, Zygote, finish, write_feed
from share_bridge.testing.faults import Answer, Fault, Lost
from share_bridge.testing.server import StatefulServer

CONFIG = """
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "{server}"
token = "{token}"
timeout = 0.4
settle_after = 0.1
max_per_run = 50

[network]
allow = ["127.0.0.0/8"]
"""
TROUBLES = (
    Fault(what=Lost.RESET, times=1),
    Fault(what=Lost.RESET, accepted=True, times=1),
    Fault(what=Lost.HALF, accepted=True, times=1),
    Fault(what=Answer(503), times=1),
    Fault(what=Answer(504), accepted=True, times=1),
    Fault(what=Lost.RESET, accepted=True, delay=0.1, times=1),
)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mastodon", "gotosocial"])
@pytest.mark.parametrize("seed", range(8))
def test_killed_with_answers_outstanding_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, kind: str
) -> None:
    """Keys honoured, and keys ignored; a server in trouble besides."""
    random = Random(f"{seed} {kind}")
    service = Fediverse(PROFILES[kind], clock=lambda: datetime.now(UTC))
    write_feed(tmp_path)
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url, token=TOKEN)
        (tmp_path / "share-bridge.toml").write_text(config)
        for _ in range(8):
            if random.random() < 0.7:
                service.fail(random.choice(TROUBLES))
            moment = random.uniform(0, 0.35)
            zygote.run(tmp_path, *PUBLISH, kill_after=moment)
        service.recover()
        finish(zygote, tmp_path)

    titles = Counter(text.partition("\n")[0] for text in service.texts())
    assert titles == {f"Post {number}": 1 for number in range(1, POSTS + 1)}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mastodon", "gotosocial"])
@pytest.mark.parametrize("seed", range(4))
def test_killed_in_the_middle_of_threads_every_part_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, kind: str
) -> None:
    """What stands is gone on from, whether its answer came or not."""
    random = Random(f"thread {seed} {kind}")
    service = Fediverse(PROFILES[kind], clock=lambda: datetime.now(UTC))
    write_feed(tmp_path)
    feed = (tmp_path / "feed.xml").read_text()
    for number in range(1, POSTS + 1):
        sentences = (f"This is {name} of {number} here." for name in range(45))
        feed = feed.replace(f"The words of post {number}.", " ".join(sentences))
    (tmp_path / "feed.xml").write_text(feed)
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url, token=TOKEN)
        thread = "thread = { numbered = true }\nmax_characters = 500"
        config = config.replace("timeout = 0.4\n", f"timeout = 2\n{thread}\n")
        (tmp_path / "share-bridge.toml").write_text(config)
        for _ in range(8):
            if random.random() < 0.5:
                service.fail(random.choice(TROUBLES))
            zygote.run(tmp_path, *PUBLISH, kill_after=random.uniform(0, 0.5))
        service.recover()
        finish(zygote, tmp_path)

    parts = Counter(service.texts())
    assert set(parts.values()) == {1}
    assert len(parts) >= 3 * POSTS
    for number in range(1, POSTS + 1):
        shown = " ".join(part for part in parts if f" of {number} " in part)
        assert all(f"is {name} of {number} here." in shown for name in range(45))
