"""Asks the pages that posts link to, where their owner wants it (`--check-links`)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from share_bridge.dispatch.plan.links import foreign_host
from share_bridge.dispatch.read.look import Look, look_at
from share_bridge.dispatch.read.site import site_client
from share_bridge.dispatch.runtime import Runtime
from share_bridge.model.post import Post

__all__ = ["look_at_links"]

_AT_ONCE = 4


async def look_at_links(runtime: Runtime, posts: Iterable[Post]) -> dict[str, Look]:
    """What the page of each post says now, by its address; each is asked once."""
    wanted = {post.url: post for post in posts if post.url}
    turns, client = asyncio.Semaphore(_AT_ONCE), site_client(runtime)

    async def ask(post: Post) -> Look:
        if problem := foreign_host(runtime, post, waits=False):
            return Look(problem)
        async with turns:
            return await look_at(client, post.url)

    try:
        looks = await asyncio.gather(*map(ask, wanted.values()))
    finally:
        await client.aclose()
    return dict(zip(wanted, looks, strict=True))
