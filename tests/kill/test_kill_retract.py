"""SIGKILL between the word that takes posts back and the request that deletes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from kill_support import PUBLISH, Zygote, finish, write_feed
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
@pytest.mark.parametrize("seed", range(4))
def test_what_was_taken_back_goes_and_the_rest_stands(
    tmp_path: Path, zygote: Zygote, seed: int
) -> None:
    """While it is being published or after, killed again and again."""
    random = Random(f"retract {seed}")
    service = Fediverse(PROFILES["gotosocial"], clock=lambda: datetime.now(UTC))
    write_feed(tmp_path)
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url, token=TOKEN)
        (tmp_path / "share-bridge.toml").write_text(config)
        zygote.run(tmp_path, *PUBLISH, "--max-seconds", "0")
        zygote.run(tmp_path, *PUBLISH, kill_after=random.uniform(0, 0.3))
        for post in random.sample((2, 4), 2):
            link = f"https://example.org/{post}"
            service.fail(random.choice(TROUBLES))
            moment = random.uniform(0, 0.3)
            zygote.run(tmp_path, "retract", link, kill_after=moment)
            service.recover()
            while zygote.run(tmp_path, "retract", link)["code"] == 2:
                zygote.run(tmp_path, *PUBLISH)
        finish(zygote, tmp_path)

    stands = [status.text for status in service.standing if not status.ghost]
    titles = [text.partition("\n")[0] for text in stands]
    assert titles == ["Post 1", "Post 3", "Post 5"]
