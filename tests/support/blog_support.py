"""A folder with a blog of five posts, and a configuration that publishes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fediverse_support import TOKEN, Fediverse
from share_bridge.testing.server import StatefulServer

__all__ = ["FEED", "POSTS", "account", "configure", "serving", "titles", "write_feed"]

POSTS = 5
ITEM = """<item><title>Post {n}</title><link>https://example.org/{n}</link>
<guid>https://example.org/{n}</guid><pubDate>Mon, 02 Nov 2026 1{n}:00:00 GMT</pubDate>
<description>The words of post {n}.</description></item>"""
FEED = """[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"
"""


def write_feed(folder: Path, *, posts: int = POSTS, **words: str) -> None:
    """A feed of so many posts; `post_1="…"` changes what one says."""
    items = (
        ITEM.format(n=number).replace(
            f"The words of post {number}.",
            words.get(f"post_{number}", f"The words of post {number}."),
        )
        for number in range(1, posts + 1)
    )
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>Blog</title>{"".join(items)}'
        "</channel></rss>"
    )


def configure(
    folder: Path,
    *targets: str,
    sources: str = FEED,
    ledger: str = "share-bridge.db",
    site: str = "",
    network: str = "",
    plugin: str = "",
) -> None:
    """Write the configuration: tables of targets, and more lines of the others.

    `plugin` is the text of a plugin of one file.
    """
    parts = [f'ledger = "{ledger}"\n', f'[site]\nurl = "https://example.org"\n{site}']
    parts += [sources, *targets]
    parts.append(f'[network]\nallow = ["127.0.0.0/8"]\n{network}')
    if plugin:
        (folder / "plugins").mkdir()
        (folder / "plugins" / "plugin.py").write_text(plugin)
        parts.append('[plugins]\ndirs = ["plugins"]\n')
    (folder / "share-bridge.toml").write_text("\n".join(parts))


def account(server: str, *lines: str) -> str:
    """The table of a Mastodon account on this server, with more lines."""
    given = (
        *("[targets.home]", 'publisher = "mastodon"', f'server = "{server}"'),
        *(f'token = "{TOKEN}"', "max_per_run = 50"),
    )
    return "\n".join((*given, *lines, ""))


@contextmanager
def serving(service: Fediverse, folder: Path, *lines: str) -> Iterator[str]:
    """A blog, and an account on this service, on a real socket; its address."""
    write_feed(folder)
    with StatefulServer(service) as server:
        configure(folder, account(server.url, *lines))
        yield server.url


def titles(service: Fediverse) -> list[str]:
    """The first lines of what stands."""
    return [text.partition("\n")[0] for text in service.texts()]
