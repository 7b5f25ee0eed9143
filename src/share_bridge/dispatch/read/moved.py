"""An old link that leads to a new one means the same post: asked when titles agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from share_bridge.dispatch.read.reading import Read
from share_bridge.dispatch.runtime import Runtime
from share_bridge.model.post import Post
from share_bridge.text.links import same_link

if TYPE_CHECKING:
    import httpx

__all__ = ["follow_moved"]

#: Old links that one run follows at most; what is left is told by its words.
_MOST = 20


async def follow_moved(runtime: Runtime, reads: Sequence[Read]) -> list[Read]:
    """Give posts that only seem new the name of the post whose link leads to them."""
    suspects = [
        (post, olds)
        for read in reads
        if read.reading is not None
        for post in read.reading.posts
        if (olds := _suspects(runtime, post))
    ]
    if not suspects:
        return list(reads)
    from share_bridge.dispatch.read.site import site_client  # noqa: PLC0415 - seldom

    found = {}
    async with site_client(runtime) as client:
        for post, olds in suspects[:_MOST]:
            if alias := await _leads_here(client, post, olds):
                found[post.identity] = alias
    return [_renamed(read, found) for read in reads]


def _suspects(runtime: Runtime, post: Post) -> list[Post]:
    """Known posts of that title, where this one is known by none of its names."""
    posts = runtime.ledger.posts
    if not post.url or not post.title:
        return []
    if posts.find((post.identity, *post.aliases)) is not None:
        return []
    return [old for record in posts.titled(post.title) if (old := record.post).url]


async def _leads_here(
    client: httpx.AsyncClient, post: Post, olds: Sequence[Post]
) -> str:
    """The identity of the older post whose link ends at this one, or empty."""
    from share_bridge.dispatch.read.site import ask_site  # noqa: PLC0415 - seldom

    for old in olds:
        answer = await ask_site(client, old.url)
        if answer is not None and same_link(answer.url, post.url):
            return old.identity
    return ""


def _renamed(read: Read, found: dict[str, str]) -> Read:
    if read.reading is None:
        return read
    posts = tuple(
        replace(post, aliases=(*post.aliases, found[post.identity]))
        if post.identity in found
        else post
        for post in read.reading.posts
    )
    return replace(read, reading=replace(read.reading, posts=posts))
