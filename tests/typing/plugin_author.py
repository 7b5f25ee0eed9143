"""A plugin as its author would write it: never run, only type-checked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from share_bridge.plugin import (
    Account,
    Browser,
    Capabilities,
    Context,
    Counting,
    Delivery,
    GoneError,
    Message,
    Pending,
    Pkce,
    Previous,
    Publisher,
    RateLimitedError,
    Reading,
    Receipt,
    Recipient,
    Registration,
    RemotePost,
    Secret,
    Settings,
    Source,
    SourceContext,
    Support,
    TextLimit,
    Unit,
    clean,
    hookimpl,
    same_link,
)


class CardsSettings(Settings):
    """What `[targets.NAME]` of this publisher may say."""

    server: str
    """Address of the service."""
    token: Secret


class CardsPublisher(Publisher):
    """Declares more than most, so that every signature is checked."""

    name = "cards"
    title = "Cards"
    settings = CardsSettings
    capabilities: ClassVar[Capabilities] = Capabilities(
        text=(
            TextLimit(300),
            TextLimit(3000, Counting(unit=Unit.BYTES, url_length=23)),
        ),
        fan_out=True,
        login=True,
        honours_keys=timedelta(hours=1),
        edit=Support.FULL,
        recent=Support.FULL,
    )

    async def check(self, context: Context) -> Account:
        response = await context.http.get(f"{context.settings.server}/me")
        response.raise_for_status()
        return Account(id=str(response.json()["id"]), server=response.url.host)

    async def login(self, context: Context, browser: Browser) -> None:
        proof = Pkce()
        asked = f"challenge={proof.challenge}&method={proof.method}"
        answer = await browser.authorize(f"{context.settings.server}/in?{asked}")
        name = "" if browser.pastes else await browser.ask("Your name", secret=False)
        token = answer["code"] + proof.verifier + name + browser.redirect_uri
        context.credentials.replace(lambda saved: {**saved, "token": token})

    async def publish(self, message: Message, context: Context) -> Receipt | Pending:
        if context.progress is None:
            context.checkpoint({"begun": context.now().isoformat()})
            return Pending(context.now() + timedelta(seconds=5), "being made")
        if context.attempt > 3:
            raise RateLimitedError("too many", retry_after=timedelta(minutes=1))
        body = clean(message.post.content, base=message.link) or message.html
        response = await context.http.post(
            f"{context.settings.server}/cards",
            headers={"Idempotency-Key": context.key()},
            json={"text": message.text, "html": body, "to": context.recipient.address},
        )
        response.raise_for_status()
        return Receipt(remote_id=str(response.json()["id"]))

    async def recipients(
        self, message: Message, context: Context
    ) -> AsyncIterator[Recipient]:
        for _, document in context.state.scan("member/"):
            yield Recipient(str(document["address"]), personal=True)

    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        response = await context.http.get(f"{context.settings.server}/cards")
        for card in response.json():
            if not same_link(card["url"], card["link"]):
                yield RemotePost(card["id"], card["url"], since, (card["link"],))

    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        raise GoneError(f"{receipt.remote_id} is not there any more")


class CardsSource(Source):
    """Reads nothing, in the right types."""

    async def read(self, previous: Previous, context: SourceContext) -> Reading:
        from share_bridge.plugin import Post, ReadingState  # noqa: PLC0415 - one name

        post = Post(
            source=context.name,
            identity=f"guid:{context.name}:1",
            published=datetime(2026, 1, 1, tzinfo=UTC),
        )
        return Reading(
            state=ReadingState.READ, posts=(post,), validators=previous.validators
        )


@hookimpl
def register_publishers() -> Iterable[Registration]:
    return [Registration("cards", "Cards", "cards:CardsPublisher", extra="cards")]


@hookimpl
def delivery_failed(
    delivery: Delivery, error: Exception, next_attempt_at: datetime | None
) -> None:
    del delivery, error, next_attempt_at
