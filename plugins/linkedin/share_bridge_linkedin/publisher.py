"""Posts to LinkedIn, as a member or as an organization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from share_bridge.plugin import (
    Account,
    Browser,
    Capabilities,
    Context,
    Message,
    Pending,
    Publisher,
    Receipt,
    Remark,
    Support,
    network,
    replace,
)
from share_bridge_linkedin.account import check
from share_bridge_linkedin.api import Api
from share_bridge_linkedin.edit import edit, remove
from share_bridge_linkedin.login import login
from share_bridge_linkedin.send import send
from share_bridge_linkedin.settings import LinkedinSettings
from share_bridge_linkedin.version import remark_on

__all__ = ["LinkedinPublisher"]


class LinkedinPublisher(Publisher):
    """Post for one member or organization; change and remove what was posted."""

    name = "linkedin"
    title = "LinkedIn"
    settings = LinkedinSettings
    #: A member's posts can be listed by nobody (`r_member_social` is not given out).
    capabilities: ClassVar = replace(
        network("linkedin").capabilities,
        names_duplicates=True,
        page_image=True,
        discover=True,
        login=True,
        edit=Support.FULL,
        delete=Support.FULL,
        visibility=Support.FULL,
    )

    async def check(self, context: Context) -> Account:
        """The member or organization; a token that ends soon is renewed."""
        return await check(Api(context))

    async def examine(self, context: Context) -> Sequence[Remark]:
        """How old the version of the API is."""
        version = context.settings.version
        return [remark_on(version, target=context.target, now=context.now())]

    async def discover(self, context: Context) -> Capabilities:
        """Without a card the text says "Read more"; LinkedIn itself is not asked."""
        if context.settings.show == "card":
            return self.capabilities
        return replace(
            self.capabilities, link_card=Support.UNSUPPORTED, page_image=False
        )

    async def login(self, context: Context, browser: Browser) -> None:
        """A token of the person's own app, or one made on LinkedIn's page."""
        await login(context, browser)

    async def publish(self, message: Message, context: Context) -> Receipt | Pending:
        """Post the images, then the words with a card or the images."""
        return await send(Api(context), message)

    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        """Change the words; LinkedIn lets nothing else be changed."""
        return await edit(Api(context), receipt, message)

    async def delete(self, receipt: Receipt, context: Context) -> None:
        """Take the post away."""
        await remove(Api(context), receipt)
