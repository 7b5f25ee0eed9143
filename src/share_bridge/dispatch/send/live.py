"""A post goes out when its page is there: looked at once for all targets."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from share_bridge.dispatch.plan.links import foreign_host
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.backoff import backoff
from share_bridge.dispatch.send.record import Recorder
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.post import Image, Post
from share_bridge.model.question import Kind

if TYPE_CHECKING:
    import httpx

    from share_bridge.dispatch.read.look import Look
    from share_bridge.ledger.pages import PageRecord

__all__ = ["LivePages"]

_SECONDS = 20.0
#: A deploy is over soon, and one's own site may be asked often.
_LONGEST = timedelta(minutes=10)


class LivePages:
    """Looks at the pages of posts, in one run, for all lanes."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._pages = runtime.ledger.pages
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looks: dict[str, Look] = {}
        self._client: httpx.AsyncClient | None = None

    async def let_pass(self, head: DeliveryRecord, recorder: Recorder) -> bool:
        """Whether a post may be sent; else it waits for its page, or is held."""
        record = self._runtime.ledger.posts.get(head.post)
        page = self._pages.get(head.post)
        waits = page is not None
        if host := foreign_host(self._runtime, record.post, waits=waits):
            recorder.hold(head, record, Kind.OTHER_HOST, host)
            return False
        if page is None:
            return True
        async with self._turns[head.post]:
            page = await self._look(record.post, head.post)
        if page.live:
            return True
        first = page.first or self._runtime.now()
        if self._runtime.now() - first >= page.within:
            recorder.hold(head, record, Kind.NOT_LIVE, page.reason)
        return False

    async def image(self, post: Post) -> Image | None:
        """The picture that the post's page names, asked for once; None: there is none.

        Where it is not known, it is not waited for: a post needs no picture.
        """
        if not post.url or foreign_host(self._runtime, post, waits=False):
            return None
        async with self._turns[post.url]:
            if post.url not in self._looks:
                await self._ask(post.url)
        from share_bridge.sources.published import card_image  # noqa: PLC0415 - few need it

        look = self._looks[post.url]
        return None if look.problem else card_image(look.head, post.url)

    async def close(self) -> None:
        """Close the connections, if there are any."""
        if self._client is not None:
            await self._client.aclose()

    async def _look(self, post: Post, name: str) -> PageRecord:
        """Ask the site, unless another lane just did."""
        runtime = self._runtime
        page = self._known(name)
        same, now = page.url == post.url, runtime.now()
        if same and (page.live or (page.due is not None and page.due > now)):
            return page
        reason, gaps = await self._ask(post.url)
        now = runtime.now()
        if reason:
            wait = min(backoff(page.failures + 1, random=runtime.random), _LONGEST)
            self._pages.note_missing(
                name, post.url, now=now, due=now + wait, reason=reason
            )
        else:
            self._pages.note_live(name, post.url, now=now, gaps=", ".join(gaps))
        return self._known(name)

    def _known(self, name: str) -> PageRecord:
        page = self._pages.get(name)
        if page is None:
            raise KeyError(name)
        return page

    async def _ask(self, url: str) -> tuple[str, tuple[str, ...]]:
        """Why the page is not there, or empty; and what its card lacks."""
        from share_bridge.dispatch.read.look import look_at  # noqa: PLC0415 - where posts wait
        from share_bridge.sources.published import card_gaps  # noqa: PLC0415 - same

        look = await look_at(self._open(), url)
        self._looks[url] = look
        return look.problem, card_gaps(look.head)

    def _open(self) -> httpx.AsyncClient:
        from share_bridge.http.addresses import Reach  # noqa: PLC0415 - see `_ask`
        from share_bridge.http.client import open_client  # noqa: PLC0415 - see `_ask`

        if self._client is None:
            self._client = open_client(
                Reach(allow=self._runtime.config.network.allow),
                timeout=_SECONDS,
                http_allowed=True,
                transport=self._runtime.transport,
            )
        return self._client
