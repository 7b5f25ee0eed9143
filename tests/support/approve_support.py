"""A folder with a blog of five posts and an account whose owner approves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fediverse_support import TOKEN, Fediverse
from kill_support import ITEM
from share_bridge.testing.server import StatefulServer

__all__ = ["approving", "titles", "write_posts"]

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
timeout = 1
settle_after = 0
max_per_run = 50
approve = true

[network]
allow = ["127.0.0.0/8"]
"""


def write_posts(folder: Path, **words: str) -> None:
    """A feed of two posts; `post_1="…"` changes what one says."""
    items = [
        ITEM.format(n=number).replace(
            f"The words of post {number}.",
            words.get(f"post_{number}", f"The words of post {number}."),
        )
        for number in (1, 2)
    ]
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>Blog</title>{"".join(items)}'
        "</channel></rss>"
    )


@contextmanager
def approving(folder: Path) -> Iterator[Fediverse]:
    """A server, and the configuration of an account on it."""
    service = Fediverse()
    write_posts(folder)
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url, token=TOKEN)
        (folder / "share-bridge.toml").write_text(config)
        yield service


def titles(service: Fediverse) -> list[str]:
    """The first lines of what stands."""
    return [text.partition("\n")[0] for text in service.texts()]
