"""A blog that is an actor, served on this machine, and the feed that it is made of."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from serve_support import free_port, serving, until

__all__ = ["ServedBlog", "blog_config", "feed_of", "served_blog"]

_CONFIG = """\
[site]
url = "https://blog.example"
language = "en"

[[sources]]
name = "blog"
feed = "feed.xml"

[targets.fediverse]
publisher = "activitypub"
handle = "blog@127.0.0.1:{port}"
base = "http://127.0.0.1:{port}/ap"
page = "https://blog.example/"
delete = "send"
{more}
[network]
allow = ["127.0.0.0/8"]
allow_from_content = ["{strangers}"]
"""
_PAGE = """\
<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>Blog</title><id>https://blog.example/</id>
{entries}</feed>
"""
_ENTRY = """\
<entry><id>tag:blog.example,2026:{number}</id><title>Post {number}</title>
<link href="https://blog.example/{number}/"/><updated>2026-11-01T10:00:00Z</updated>
<published>2026-11-0{number}T10:00:00Z</published><category term="learning"/>
<content type="html">&lt;p&gt;{words}&lt;/p&gt;</content></entry>
"""
_GONE = """\
<at:deleted-entry ref="tag:blog.example,2026:{number}" when="2026-11-05T10:00:00Z"/>
"""


def blog_config(port: int, more: str = "", strangers: str = "127.0.0.0/8") -> str:
    """A blog that is an actor at that port.

    Args:
        port: Of its public address.
        more: Stands in its target's table.
        strangers: Where what they write may lead to.

    """
    return _CONFIG.format(port=port, more=more, strangers=strangers)


def feed_of(*words: str) -> str:
    """A feed whose posts say this; empty: that one is deleted."""
    entries = "".join(
        (_ENTRY if text else _GONE).format(number=number, words=text)
        for number, text in enumerate(words, start=1)
    )
    return _PAGE.format(entries=entries)


@dataclass(frozen=True)
class ServedBlog:
    """A blog at work.

    Attributes:
        folder: Of its configuration and its feed.
        address: Where the world finds it.
        port: Where it is served.

    """

    folder: Path
    address: str
    port: int

    @property
    def environ(self) -> Mapping[str, str]:
        """It has a home of its own, whoever shares it."""
        home = self.folder / "home"
        places = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
        return os.environ | places

    @property
    def actor(self) -> str:
        """Its id."""
        return f"{self.address}/ap/actor"

    @property
    def post(self) -> str:
        """The id of its newest post, as soon as there is one."""
        until(lambda: self.count("outbox"))
        page = httpx.get(f"{self.address}/ap/outbox-pages/1").json()
        return str(page["orderedItems"][0]["object"]["id"])

    def says(self, *words: str) -> None:
        """The posts of the feed say this; empty: that one is deleted."""
        (self.folder / "feed.xml").write_text(feed_of(*words))

    def count(self, name: str) -> int:
        """How many there are in a collection."""
        return int(httpx.get(f"{self.address}/ap/{name}").json()["totalItems"])

    def run(self, *command: str) -> str:
        """What a command prints."""
        return subprocess.run(
            [sys.executable, "-m", "share_bridge", *command],
            cwd=self.folder,
            env=self.environ,
            capture_output=True,
            text=True,
            check=True,
        ).stdout


@contextmanager
def served_blog(
    folder: Path,
    *,
    says: str,
    more: str = "",
    strangers: str = "127.0.0.0/8",
    public: int | None = None,
) -> Iterator[ServedBlog]:
    """A blog with one post, which looks at its feed every second.

    Args:
        folder: Of its configuration and its feed.
        says: The post.
        more: Stands in its target's table; `{port}` is its public port.
        strangers: Where what they write may lead to.
        public: Of a web server before it.

    """
    port = free_port()
    seen = public or port
    config = blog_config(seen, more.format(port=seen), strangers)
    (folder / "share-bridge.toml").write_text(config)
    blog = ServedBlog(folder, f"http://127.0.0.1:{seen}", port)
    blog.says(says)
    with serving(folder, port, "--every", "1", environ=blog.environ):
        yield blog
