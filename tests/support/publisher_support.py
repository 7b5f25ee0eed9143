"""What publishers are tested with: a context in memory, and messages to send."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import escape
from typing import Any

from msgspec.structs import replace

from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.testing.context import (
    NOON,
    FakeContext,
    FakeCredentials,
    FakeDocuments,
)

__all__ = ["NOON", "FakeContext", "FakeCredentials", "FakeDocuments", "make_message"]


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
