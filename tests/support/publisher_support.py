"""What publishers are tested with: a context in memory, and messages to send."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from html import escape
from pathlib import Path
from typing import Any, TypeVar

import httpx

from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.model.receipt import Recipient
from share_bridge.plugin.context import Context, Credentials, Documents

__all__ = ["FakeContext", "FakeCredentials", "FakeDocuments", "make_message"]

_T = TypeVar("_T")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class FakeCredentials:
    """Credentials that end with the test."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def get(self) -> Mapping[str, str]:
        return dict(self._values)

    def replace(
        self, change: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        self._values = dict(change(self.get()))
        return self.get()


class FakeDocuments:
    """Documents in a dict; what comes out is never what went in, only equal to it."""

    def __init__(self) -> None:
        self._documents: dict[str, str] = {}

    def get(self, key: str) -> Any:
        return json.loads(self._documents.get(key, "null"))

    def put(self, key: str, document: Any) -> None:
        self.batch([(key, document)])

    def scan(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        keys = sorted(key for key in self._documents if key.startswith(prefix))
        return ((key, self.get(key)) for key in keys)

    def count(self, prefix: str = "") -> int:
        return len(list(self.scan(prefix)))

    def batch(self, documents: Sequence[tuple[str, Any]]) -> None:
        for key, document in documents:
            self._documents.pop(key, None)
            if document is not None:
                self._documents[key] = json.dumps(document)


@dataclass
class FakeContext:
    """A `Context` whose every part a test can set.

    Attributes:
        delivery: What `key` is made from, beside target and recipient; another
            value stands for another message.
        printed: What `print` was given.
        clock: What `now` says.
        transport: What answers `http`; without it every request is refused.

    """

    folder: Path
    settings: Any = None
    target: str = "target"
    delivery: str = "create post-1"
    recipient: Recipient = field(default_factory=Recipient)
    attempt: int = 1
    progress: Any = None
    clock: datetime = NOON
    credentials: Credentials = field(default_factory=FakeCredentials)
    state: Documents = field(default_factory=FakeDocuments)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("target"))
    printed: list[str] = field(default_factory=list)
    transport: httpx.AsyncBaseTransport | None = None

    @property
    def http(self) -> httpx.AsyncClient:
        if self.transport is None:
            raise AssertionError("this test expects no request")
        return httpx.AsyncClient(transport=self.transport)

    def connect(
        self, host: str, port: int, *, tls: bool = True
    ) -> AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        raise AssertionError(f"this test expects no connection to {host}:{port}")

    def key(self, part: str = "") -> str:
        parts = (self.target, self.delivery, self.recipient.address, part)
        return blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()

    def checkpoint(self, progress: Any) -> None:
        self.progress = progress

    def now(self) -> datetime:
        return self.clock

    async def run_blocking(self, function: Callable[..., _T], *args: Any) -> _T:
        return await asyncio.to_thread(function, *args)

    def print(self, text: str) -> None:
        self.printed.append(text)

    def later(self, **changes: Any) -> FakeContext:
        """The same target, a second on, with the same state."""
        return replace(self, clock=self.clock + timedelta(seconds=1), **changes)


def _is_a_context(context: FakeContext) -> Context:
    """Checked by mypy: the fake keeps the contract."""
    return context


def make_message(
    number: int = 1,
    *,
    title: str | None = None,
    teaser: str = "A teaser of one sentence.",
    link: str | None = None,
    published: datetime | None = NOON,
    **changes: Any,
) -> Message:
    """A message as the core composes it for a target that has a title of its own.

    Post `number` was published that many days after `published`.
    """
    link = f"https://learning.example/{number}/" if link is None else link
    title = f"Post {number}" if title is None else title
    post = Post(
        source="blog",
        identity=f"guid:blog:{number}",
        url=link,
        title=title,
        published=published and published + timedelta(days=number),
        language="en",
    )
    more = f'<p><a href="{escape(link)}">Read more</a></p>' if link else ""
    text = "\n\n".join(filter(None, (teaser, link and f"Read more: {link}")))
    message = Message(
        post=post,
        text=text,
        parts=(text,),
        html=f"<p>{escape(teaser)}</p>{more}",
        title=title,
        teaser=teaser,
        link=link,
        read_more="Read more",
        language="en",
    )
    return replace(message, **changes)
