"""Posts to Mastodon, and to every server that speaks its API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import ClassVar

from share_bridge.plugin import (
    Account,
    Browser,
    Capabilities,
    Context,
    Interaction,
    Message,
    Pending,
    Publisher,
    Receipt,
    RemotePost,
)
from share_bridge_mastodon.account import check
from share_bridge_mastodon.api import Api
from share_bridge_mastodon.listing import list_posts
from share_bridge_mastodon.send import send
from share_bridge_mastodon.server import CAPABILITIES, discover
from share_bridge_mastodon.settings import MastodonSettings

__all__ = ["MastodonPublisher"]


class MastodonPublisher(Publisher):
    """Post statuses to one account, change and remove them, and know its own."""

    name = "mastodon"
    title = "Mastodon"
    settings = MastodonSettings
    capabilities: ClassVar = CAPABILITIES

    async def check(self, context: Context) -> Account:
        """The account of the token; its scopes, where the server tells them."""
        return await check(Api(context))

    async def discover(self, context: Context) -> Capabilities:
        """The server's own limits; keys are trusted where they are known to be kept."""
        return await discover(Api(context))

    async def login(self, context: Context, browser: Browser) -> None:
        """A token of an application of its own, allowed in the person's browser."""
        from share_bridge_mastodon.login import login  # noqa: PLC0415 - seldom

        await login(context, browser)

    async def publish(self, message: Message, context: Context) -> Receipt | Pending:
        """Post the images, then the text, or the parts of a thread."""
        return await send(Api(context), message)

    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        """Edit in place, unless the copy was edited over there."""
        from share_bridge_mastodon.edit import edit  # noqa: PLC0415 - few runs need it

        return await edit(Api(context), receipt, message)

    async def delete(self, receipt: Receipt, context: Context) -> None:
        """Take the copy away; some servers do it a moment later."""
        from share_bridge_mastodon.edit import remove  # noqa: PLC0415 - as above

        await remove(Api(context), receipt)

    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        """The account's own posts, without boosts, back to `since`."""
        async for post in list_posts(Api(context), since=since):
            yield post

    async def interactions(
        self, receipt: Receipt, context: Context
    ) -> AsyncIterator[Interaction]:
        """Public answers, favourites and boosts of a status or thread."""
        from share_bridge_mastodon.interactions import (  # noqa: PLC0415 - seldom
            list_interactions,
        )

        async for found in list_interactions(Api(context), receipt):
            yield found
