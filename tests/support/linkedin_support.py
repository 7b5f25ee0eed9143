"""The LinkedIn publisher at work: called as the core does, on a server of the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace

from linkedin_service import TOKEN
from publisher_support import Desk as AnyDesk
from share_bridge.model.message import Message
from share_bridge.model.post import Image, Post
from share_bridge.testing import read_settings
from share_bridge.text.compose import Rules, compose
from share_bridge_linkedin.publisher import LinkedinPublisher
from share_bridge_linkedin.settings import LinkedinSettings

__all__ = ["PNG", "Desk", "make_settings", "message", "picture"]

PNG = b"\x89PNG\r\n\x1a\n"


def make_settings(**given: Any) -> LinkedinSettings:
    """As `[targets.home]` gives them; secrets as plain text."""
    table = {"token": TOKEN, **given}
    return read_settings(LinkedinSettings, table, path="targets.home")


def picture(name: str = "a.png", *, alt: str = "A hill", **changes: Any) -> Image:
    """An image with bytes."""
    given = Image(
        f"https://learning.example/{name}",
        alt,
        data=PNG + name.encode(),
        media_type="image/png",
    )
    return replace(given, **changes)


def message(*images: Image, **changes: Any) -> Message:
    """A post as the core composes it for LinkedIn, with the bytes of its images."""
    values: dict[str, Any] = {
        "source": "blog",
        "identity": "guid:blog:1",
        "url": "https://learning.example/posts/1/",
        "title": "Learning out loud",
        "content": "<p>We write once (and carry it).</p>",
        "tags": ("learning",),
        "language": "en",
        **changes,
    }
    rules = Rules(target="home", capabilities=LinkedinPublisher.capabilities)
    composed = compose(Post(images=images, **values), rules)
    shown = zip(composed.images, images, strict=False)
    with_bytes = (
        replace(it, data=given.data, media_type=given.media_type) for it, given in shown
    )
    return replace(composed, images=tuple(with_bytes))


class Desk(AnyDesk):
    """The publisher at `server`, or at what `transport` answers for it."""

    def __init__(
        self,
        folder: Path,
        server: str = "",
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        **settings: Any,
    ) -> None:
        where = {"server": server, "website": server} if server else {}
        super().__init__(
            folder,
            LinkedinPublisher(),
            make_settings(**where, **settings),
            transport=transport,
        )
