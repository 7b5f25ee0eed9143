"""SIGKILL with requests of the LinkedIn publisher outstanding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from kill_support import POSTS, PUBLISH, Zygote, finish, write_feed
from linkedin_service import TOKEN, LinkedIn
from share_bridge.testing.faults import Answer, Fault, Lost
from share_bridge.testing.server import StatefulServer

CONFIG = """
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.career]
publisher = "linkedin"
server = "{server}"
website = "{server}"
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
@pytest.mark.parametrize("seed", range(8))
def test_killed_with_answers_outstanding_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int
) -> None:
    """Nobody can be asked what stands there; LinkedIn names what it has."""
    random = Random(f"{seed} linkedin")
    service = LinkedIn(clock=lambda: datetime.now(UTC))
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
