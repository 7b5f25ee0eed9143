"""The Mastodon publisher at work: called as the core does, on a server of the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from fediverse_support import TOKEN
from publisher_support import Desk as AnyDesk
from publisher_support import make_message
from share_bridge.model.message import Message
from share_bridge.model.post import Image
from share_bridge.model.receipt import Pending, Receipt
from share_bridge.testing import read_settings
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


class Desk(AnyDesk):
    """The Mastodon publisher at a server; `settings` are more keys of the target."""

    def __init__(
        self,
        folder: Path,
        server: str = "https://mastodon.example",
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        **settings: Any,
    ) -> None:
        table = {"server": server, "token": TOKEN, **settings}
        chosen = read_settings(MastodonSettings, table)
        super().__init__(folder, MastodonPublisher(), chosen, transport=transport)

    def publish(self, what: Message | None = None, **values: Any) -> Receipt | Pending:
        return super().publish(message() if what is None else what, **values)
