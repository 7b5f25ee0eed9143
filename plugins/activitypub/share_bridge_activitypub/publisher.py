"""The blog itself as an actor: people follow it, and posts are delivered to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import ClassVar

from share_bridge.plugin import (
    Account,
    Action,
    Capabilities,
    Context,
    Counting,
    Format,
    MediaLimits,
    Message,
    Notice,
    Publisher,
    Receipt,
    Recipient,
    Remark,
    Rendering,
    Support,
    TextLimit,
    TransientError,
    post_id,
    replace,
)
from share_bridge_activitypub.activities import as_bytes
from share_bridge_activitypub.deliver import deliver
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.round import Round
from share_bridge_activitypub.settings import FediverseSettings

__all__ = ["FediversePublisher"]

#: What every kind of server was seen to show; Mastodon takes 16 MB (2026-11-22).
_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
CAPABILITIES = Capabilities(
    # Threads shows about that much of a note; longer ones are cut there (2026-11-22).
    text=(TextLimit(500, Counting(url_length=23)),),
    formats=frozenset({Format.PLAIN, Format.HTML}),
    media=MediaLimits(
        max_count=4,
        max_bytes=16_000_000,
        max_alt=1500,
        types=_PICTURES,
        by_address=True,
    ),
    fan_out=True,
    honours_keys=timedelta.max,
    discover=True,
    collect=True,
    edit=Support.FULL,
    delete=Support.FULL,
    content_warning=Support.FULL,
    visibility=Support.FULL,
    language=Support.FULL,
    link_card=Support.FULL,
)


class FediversePublisher(Publisher):
    """Deliver activities to the inboxes of followers; each is known by its id."""

    name = "activitypub"
    title = "ActivityPub"
    settings = FediverseSettings
    capabilities: ClassVar = CAPABILITIES

    def __init__(self) -> None:
        self._begun: Round | None = None

    async def check(self, context: Context) -> Account:
        """The actor as it is configured, if it is the one that it was."""
        actor = Actor(context)
        _ = actor.keys
        return Account(
            id=actor.who.actor,
            name=f"@{actor.who.handle}",
            url=actor.settings.profile.page,
            server=actor.who.host,
        )

    async def discover(self, context: Context) -> Capabilities:
        """With the length of teasers, and the inbox, that is configured."""
        settings: FediverseSettings = context.settings
        limit = TextLimit(settings.max_characters, Counting(url_length=23))
        collects = settings.inbox == "spool"
        return replace(CAPABILITIES, text=(limit,), collect=collects)

    async def examine(self, context: Context) -> Sequence[Remark]:
        """What other servers see of the actor."""
        from share_bridge_activitypub.examine import examine  # noqa: PLC0415 - seldom

        return await examine(Actor(context))

    async def collect(self, context: Context) -> Sequence[Remark]:
        """Act on what a separate inbox has kept."""
        if context.settings.inbox != "spool":
            return await super().collect(context)
        from share_bridge_activitypub.spool.collect import (  # noqa: PLC0415 - few do
            collect,
        )

        return await collect(Actor(context))

    def preview(
        self, message: Message, settings: FediverseSettings
    ) -> Sequence[Rendering]:
        """As servers of each kind would show it."""
        from share_bridge_activitypub.preview.renderings import (  # noqa: PLC0415 - previews only
            renderings,
        )

        return renderings(message, settings)

    async def prepare(self, message: Message, context: Context) -> Receipt | None:
        """Put the object on the shelf, where it is served from, followers or not."""
        return await self._round(context).prepare(
            message, key=context.key(), seconds=context.timeout / 2
        )

    async def obstacle(self, message: Message, context: Context) -> str:
        """What is made of files has to be in place before anybody is told of it."""
        if context.settings.inbox == "served":
            return ""
        from share_bridge_activitypub.live import what_is_wrong  # noqa: PLC0415 - few do

        actor = self._round(context).actor
        post = actor.who.post(post_id(message.post.identity))
        wrong = await what_is_wrong(actor, post)
        return "" if wrong is None else str(wrong)

    async def recipients(
        self,
        message: Message,
        context: Context,
    ) -> AsyncIterator[Recipient]:
        """Every inbox behind which somebody follows, or is mentioned.

        None once the actor moved: what is new, the other one tells; and none where it
        is to be looked for.
        """
        actor, seen = self._round(context).actor, set()
        if actor.moved_to or actor.settings.inbox == "none":
            return
        for recipient in actor.followers.recipients():
            seen.add(recipient.address)
            yield recipient
        for recipient in self._mentioned(message, context):
            if recipient.address not in seen:
                seen.add(recipient.address)
                yield recipient

    async def newcomers(
        self, message: Message, context: Context
    ) -> AsyncIterator[Recipient]:
        """Who is mentioned in an edit. They get the Create, as the post is now.

        That makes a post everywhere; what an Update of an unknown one makes differs
        (https://docs.joinmastodon.org/spec/activitypub/#status, 2026-11-24).
        """
        actor = self._round(context).actor
        if actor.moved_to or actor.settings.inbox == "none":
            return
        for recipient in self._mentioned(message, context):
            yield recipient

    async def publish(self, message: Message, context: Context) -> Receipt:
        """Deliver the Create to one inbox."""
        return await self._deliver(post_id(message.post.identity), context)

    async def update(
        self,
        receipt: Receipt,  # noqa: ARG002 - it has one for each inbox
        message: Message,
        context: Context,
    ) -> Receipt:
        """Deliver the Update to one inbox."""
        post = post_id(message.post.identity)
        return await self._deliver(post, context, Action.UPDATE)

    async def delete(self, receipt: Receipt, context: Context) -> None:
        """Deliver the Delete to one inbox."""
        post = receipt.remote_id.rpartition("/")[2]
        await self._deliver(post, context, Action.DELETE)

    async def notify(self, notice: Notice, context: Context) -> None:
        """Deliver an answer to the one who asked."""
        round_, inbox = self._round(context), notice.recipient.address
        actor, ends = round_.actor, notice.document["type"] == "Reject"
        round_.refuse_blocked(inbox, *(() if ends else notice.document.get("to", ())))
        stamp = notice.document.get("result")
        if stamp and actor.settings.inbox != "served":  # it is looked for at once
            from share_bridge_activitypub.live import what_is_wrong  # noqa: PLC0415 - few do

            if wrong := await what_is_wrong(actor, stamp):
                raise TransientError(str(wrong))
        await deliver(
            actor.knocker, inbox, as_bytes(notice.document), now=context.now()
        )

    async def close(self, context: Context) -> None:  # noqa: ARG002 - its round's own
        """Let go of those whose inboxes are gone."""
        if self._begun is not None:
            self._begun.close()

    def _mentioned(self, message: Message, context: Context) -> Iterator[Recipient]:
        round_ = self._round(context)
        volume = round_.actor.shelf.get(post_id(message.post.identity))
        for handle in () if volume is None else volume.handles:
            mention = round_.actor.mentions.known(handle)
            if mention is not None and not round_.is_blocked(mention.actor):
                yield mention.recipient

    async def _deliver(
        self, post: str, context: Context, action: Action = Action.CREATE
    ) -> Receipt:
        inbox = context.recipient.address
        return await self._round(context).deliver(post, action, inbox)

    def _round(self, context: Context) -> Round:
        """The one of this run; `check` comes before it, and may find another actor."""
        begun = self._begun
        if begun is None or begun.actor.settings is not context.settings:
            begun = self._begun = Round(context)
        return begun
