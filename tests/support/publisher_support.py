"""What publishers are tested with: a context in memory, and messages to send."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities
from share_bridge.model.interaction import Interaction
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.model.receipt import Account, Pending, Receipt, RemotePost
from share_bridge.plugin.publisher import Publisher
from share_bridge.testing.context import (
    NOON,
    FakeContext,
    FakeCredentials,
    FakeDocuments,
)
from share_bridge.testing.server import LOOPBACK

__all__ = [
    "NOON",
    "Desk",
    "FakeContext",
    "FakeCredentials",
    "FakeDocuments",
    "make_message",
]


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


class Desk:
    """Calls a publisher; what a context keeps goes from one attempt to the next.

    Args:
        folder: Of the configuration.
        publisher: Who is called.
        settings: Of the target.
        transport: Answers in memory; without it, the network does.

    """

    def __init__(
        self,
        folder: Path,
        publisher: Publisher,
        settings: Any,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.publisher = publisher
        self.settings = settings
        self.transport = transport
        self.now = NOON
        self.progress: Any = None
        self.state = FakeDocuments()
        self.credentials = FakeCredentials()
        self.printed: list[str] = []
        self._folder = folder

    def call(self, do: Callable[[FakeContext], Awaitable[Any]], **values: Any) -> Any:
        """Run one call with a context of its own."""
        kept = {
            "clock": self.now,
            "state": self.state,
            "credentials": self.credentials,
            "printed": self.printed,
            "timeout": 5.0,
        }
        context = FakeContext(
            self._folder,
            self.settings,
            transport=self.transport,
            reach=None if self.transport else LOOPBACK,
            **{**kept, **values},
        )

        async def run() -> Any:
            try:
                return await do(context)
            finally:
                self.progress = context.progress
                await context.close()

        return asyncio.run(run())

    def check(self) -> Account:
        account: Account = self.call(self.publisher.check)
        return account

    def discover(self) -> Capabilities:
        found: Capabilities = self.call(self.publisher.discover)
        return found

    def publish(self, what: Message | None = None, **values: Any) -> Receipt | Pending:
        """One attempt; `progress` is what the last one left, if wanted."""
        sent = make_message() if what is None else what
        result: Receipt | Pending = self.call(
            lambda context: self.publisher.publish(sent, context), **values
        )
        return result

    def post(self, what: Message | None = None, **values: Any) -> Receipt:
        """An attempt that has to succeed."""
        result = self.publish(what, **values)
        assert isinstance(result, Receipt)
        return result

    def update(self, receipt: Receipt, what: Message, **values: Any) -> Receipt:
        kept = Receipt.from_json(receipt.to_json())
        changed: Receipt = self.call(
            lambda context: self.publisher.update(kept, what, context),
            **{"delivery": "update post-1 1", **values},
        )
        return changed

    def delete(self, receipt: Receipt) -> None:
        self.call(lambda context: self.publisher.delete(receipt, context))

    def recent(self, since: datetime = NOON) -> list[RemotePost]:
        async def read(context: FakeContext) -> list[RemotePost]:
            listing = self.publisher.recent(context, since=since)
            return [post async for post in listing]

        found: list[RemotePost] = self.call(read)
        return found

    def interactions(self, receipt: Receipt) -> list[Interaction]:
        """What others did with a copy."""

        async def read(context: FakeContext) -> list[Interaction]:
            listing = self.publisher.interactions(receipt, context)
            return [found async for found in listing]

        found: list[Interaction] = self.call(read)
        return found
