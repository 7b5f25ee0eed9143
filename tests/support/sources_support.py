"""What tests of sources share: a context without a bridge, and feeds to read.

```python
reading = read_feed(rss(item(guid="1", title="One")))
again = read_feed(document, previous=reading)
```
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx

from http_support import LOOPBACK
from share_bridge.config.model import SourceConfig
from share_bridge.errors import SourceError
from share_bridge.http.client import open_client
from share_bridge.model.post import Post
from share_bridge.plugin.source import Previous, Reading
from share_bridge.sources.entry import Origin
from share_bridge.sources.open import open_source

__all__ = [
    "NOW",
    "ORIGIN",
    "ScriptedContext",
    "atom",
    "check_message",
    "fetch_feed",
    "item",
    "only",
    "read_feed",
    "read_files",
    "rss",
    "write",
]

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ORIGIN = Origin(
    source="blog", url="https://example.org/feed.xml", language="en", now=NOW
)


@dataclass
class ScriptedContext:
    """A `SourceContext` whose clock and client are given."""

    settings: SourceConfig
    folder: Path = Path()
    now_is: datetime = NOW
    client: httpx.AsyncClient | None = None
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("blog"))

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def http(self) -> httpx.AsyncClient:
        assert self.client is not None, "this source has no business with HTTP"
        return self.client

    def now(self) -> datetime:
        return self.now_is


def rss(*items: str, channel: str = "<title>Blog</title>", attributes: str = "") -> str:
    """An RSS 2.0 document."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {attributes}>'
        f"<channel>{channel}{''.join(items)}</channel></rss>"
    )


def item(**children: str) -> str:
    """An `<item>`; `dc__creator="…"` is `<dc:creator>`."""
    inside = "".join(
        f"<{name.replace('__', ':')}>{value}</{name.replace('__', ':')}>"
        for name, value in children.items()
    )
    return f"<item>{inside}</item>"


def atom(*entries: str, head: str = "<title>Blog</title>", attributes: str = "") -> str:
    """An Atom document."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{head}'
        f"{''.join(f'<entry>{entry}</entry>' for entry in entries)}</feed>"
    )


def read_feed(
    document: str | bytes,
    *,
    previous: Reading | None = None,
    now: datetime = NOW,
    **settings: Any,
) -> Reading:
    """Read a document from standard input."""
    body = document if isinstance(document, bytes) else document.encode()
    config = SourceConfig(name="blog", kind="feed", feed="-", **settings)
    source = open_source(config, stdin=BytesIO(body))
    return asyncio.run(
        source.read(_previous(previous), ScriptedContext(config, now_is=now))
    )


def fetch_feed(
    url: str,
    *,
    previous: Reading | Mapping[str, Any] | None = None,
    now: datetime = NOW,
    **settings: Any,
) -> Reading:
    """Read a feed over HTTP, from a server of these tests."""
    config = SourceConfig(name="blog", kind="feed", feed=url, **settings)

    async def read() -> Reading:
        async with open_client(LOOPBACK, timeout=10) as client:
            context = ScriptedContext(config, now_is=now, client=client)
            return await open_source(config).read(_previous(previous), context)

    return asyncio.run(read())


def read_files(
    folder: Path,
    *files: str,
    previous: Reading | None = None,
    now: datetime = NOW,
    permalink: str = "https://example.org/{slug}/",
    **settings: Any,
) -> Reading:
    """Read local files; without names the whole folder."""
    config = SourceConfig(
        name="blog",
        kind="files",
        files=files or (".",),
        permalink=permalink,
        **settings,
    )
    context = ScriptedContext(config, folder=folder, now_is=now)
    return asyncio.run(open_source(config).read(_previous(previous), context))


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file, and the folders that it needs."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def check_message(error: SourceError) -> None:
    """What people are told is one line, and says something."""
    assert str(error)
    assert "\n" not in str(error)


def only(reading: Reading) -> Post:
    """The one post of a reading."""
    (post,) = reading.posts
    return post


def _previous(previous: Reading | Mapping[str, Any] | None) -> Previous:
    if isinstance(previous, Reading):
        return Previous(previous.validators)
    return Previous(previous or {})
