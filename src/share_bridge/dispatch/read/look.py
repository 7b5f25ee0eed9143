"""Looks at a post's page: whether it is there, and what its head says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from share_bridge.sources.head import Head, read_head
from share_bridge.sources.published import not_its_page

if TYPE_CHECKING:
    import httpx

__all__ = ["Look", "look_at"]

_SECONDS = 20.0
_BYTES = 5_000_000
_HEAD = 300_000


class Look(Struct, frozen=True):
    """What one look at a page found.

    Attributes:
        problem: Why it is not the post's page, or empty.
        head: What it says of itself.

    """

    problem: str = ""
    head: Head = Head()


async def look_at(client: httpx.AsyncClient, url: str) -> Look:
    """Ask for the page as it is now, past every cache."""
    from share_bridge.http.fetch import (  # noqa: PLC0415 - where posts wait
        FetchError,
        fetch,
    )

    try:
        answer = await fetch(
            client,
            url,
            headers={"Cache-Control": "no-cache"},
            max_bytes=_BYTES,
            deadline=_SECONDS,
        )
    except FetchError as error:
        return Look(str(error))
    if answer.status != 200:  # noqa: PLR2004 - what is there answers so
        return Look(f"{url} answers {answer.status}")
    is_page = "html" in answer.headers.get("Content-Type", "html")
    text = answer.body[:_HEAD].decode(errors="replace") if is_page else ""
    head = read_head(text)
    reason = not_its_page(url, shown=answer.url, head=head)
    return Look(f"{url}: {reason}" if reason else "", head)
