"""The Mastodon publisher at work: called as the core does, on a server of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from fediverse_support import TOKEN
from publisher_support import NOON, FakeContext, FakeDocuments, make_message
from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.model.receipt import Account, Pending, Receipt, RemotePost
from share_bridge.testing import read_settings
from share_bridge.testing.server import LOOPBACK
from share_bridge_mastodon.publisher import MastodonPublisher
from share_bridge_mastodon.settings import MastodonSettings

__all__ = ["PNG", "Desk", "message", "picture"]

PNG = b"\x89PNG\r\n\x1a\n"


def message(text: str = "", **changes: Any) -> Message:
    """A message as it is composed for a Mastodon target; its text ends in its link."""
    link = changes.pop("link", "https://learning.example/posts/1/")
    words = text or "Learning out loud\n\nWe write once. #learning"
    whole = f"{words}\n\nRead more: {link}" if link else words
    return make_message(
        **{"text": whole, "parts": (whole,), "link": link, "teaser": words, **changes}
    )


def picture(name: str = "a.png", *, alt: str = "A hill", **changes: Any) -> Image:
    """An image with bytes."""
    given = Image(
        f"https://learning.example/{name}",
        alt,
        data=PNG + name.encode(),
        media_type="image/png",
    )
    return replace(given, **changes)


class Desk:
    """Calls the publisher; what a context keeps goes from one attempt to the next.

    Args:
        folder: Of the configuration.
        server: Address of the server.
        transport: Answers in memory; without it, the network does.
        settings: More keys of the target.

    """

    def __init__(
        self,
        folder: Path,
        server: str = "https://mastodon.example",
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        **settings: Any,
    ) -> None:
        self.publisher = MastodonPublisher()
        table = {"server": server, "token": TOKEN, **settings}
        self.settings = read_settings(MastodonSettings, table)
        self.now = NOON
        self.progress: Any = None
        self.state = FakeDocuments()
        self._folder = folder
        self.transport = transport

    def call(self, do: Callable[[FakeContext], Awaitable[Any]], **values: Any) -> Any:
        """Run one call with a context of its own."""
        context = FakeContext(
            self._folder,
            self.settings,
            transport=self.transport,
            reach=None if self.transport else LOOPBACK,
            **{"clock": self.now, "state": self.state, "timeout": 5.0, **values},
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
        sent = message() if what is None else what
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
