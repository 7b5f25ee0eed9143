"""SIGKILL with requests of the LinkedIn publisher outstanding."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest

from blog_support import POSTS, configure, write_feed
from kill_support import Zygote, finish, torment, trouble
from linkedin_service import TOKEN, LinkedIn
from share_bridge.testing.faults import Answer, Lost
from share_bridge.testing.server import StatefulServer

SITE = "http://127.0.0.1:9"
TARGET = """[targets.career]
publisher = "linkedin"
server = "{server}"
website = "{server}"
token = "{token}"
timeout = 1
settle_after = 0.1
max_per_run = 50
"""
FROM_CONTENT = 'allow_from_content = ["127.0.0.0/8"]\n'


#: One pixel, and no byte that is not text.
GIF = "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


class Site(LinkedIn):
    """LinkedIn, and the pictures of the blog beside it."""

    def answer(self, request: httpx.Request) -> Answer | Lost:
        if request.url.path.startswith("/pictures/"):
            return Answer(text=GIF, headers={"Content-Type": "image/gif"})
        return super().answer(request)


def leave_the_site(folder: Path) -> None:
    """Nobody answers where its pages are: a card's picture is asked for in vain."""
    feed = folder / "feed.xml"
    feed.write_text(feed.read_text().replace("https://example.org", SITE))


def add_pictures(folder: Path, server: str) -> None:
    """One to each post of the feed."""
    feed = folder / "feed.xml"
    address = f"{server}/pictures/1.gif"
    picture = f'<enclosure url="{address}" type="image/gif" length="9"/></item>'
    feed.write_text(feed.read_text().replace("</item>", picture))


@pytest.mark.slow
@pytest.mark.parametrize("pictures", [False, True], ids=["words", "pictures"])
@pytest.mark.parametrize("seed", range(3))
def test_killed_with_answers_outstanding_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, *, pictures: bool
) -> None:
    """Nobody can be asked what stands there; LinkedIn names what it has.

    A picture that is uploaded once more makes another post of it to LinkedIn.
    """
    random = Random(f"{seed} linkedin {pictures}")
    service = Site(clock=lambda: datetime.now(UTC))
    write_feed(tmp_path)
    leave_the_site(tmp_path)
    with StatefulServer(service) as server:
        if pictures:
            add_pictures(tmp_path, server.url)
        target = TARGET.format(server=server.url, token=TOKEN)
        configure(tmp_path, target, network=FROM_CONTENT)
        torment(zygote, tmp_path, random, fail=lambda: trouble(service, random))
        service.recover()
        finish(zygote, tmp_path)

    titles = Counter(text.partition("\n")[0] for text in service.texts())
    assert titles == {f"Post {number}": 1 for number in range(1, POSTS + 1)}
    assert bool(service.pictures) is pictures
