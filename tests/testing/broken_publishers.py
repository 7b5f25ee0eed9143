"""Publishers that break one promise each, as people write them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

import httpx
from msgspec.structs import asdict, replace
from noticeboard import (
    Board,
    BoardPublisher,
    BoardSettings,
    ForgetfulBoard,
    StrictBoard,
)

from share_bridge.plugin import (
    Account,
    AuthExpiredError,
    Capabilities,
    Context,
    Message,
    OutcomeUnknownError,
    RateLimitedError,
    Receipt,
    Recipient,
    RejectedError,
    RemotePost,
    Settings,
    Support,
    TransientError,
    hookimpl,
)
from share_bridge.testing import read_settings

__all__ = ["BOARDS", "PUBLISHERS", "register_publishers"]


def changed(**features: Any) -> Capabilities:
    return replace(BoardPublisher.capabilities, **features)


class RelabelledBoard(BoardPublisher):
    """Breaks none, at a server that keeps no keys."""

    capabilities = changed(honours_keys=None)


class NamingBoard(BoardPublisher):
    """Breaks none, at a server that names duplicates."""

    capabilities = changed(honours_keys=None, names_duplicates=True)


class PreviewsAsText(BoardPublisher):
    def preview(self, message: Message, settings: Any) -> Any:
        return [message.text]


class SwallowsCancellation(BoardPublisher):
    async def publish(self, message: Message, context: Context) -> Receipt:
        try:
            return await super().publish(message, context)
        except asyncio.CancelledError:
            raise OutcomeUnknownError("it was stopped") from None


class ClosesOnce(BoardPublisher):
    closed = False

    async def close(self, context: Context) -> None:
        if self.closed:
            raise RuntimeError("closed already")
        self.closed = True


class LeaksItsSecretInAnError(BoardPublisher):
    def refuse(self, response: httpx.Response, context: Context) -> None:
        if response.status_code == 422:
            raise RejectedError(f"{context.settings.token.reveal()} refused")
        super().refuse(response, context)


class LogsItsSecret(BoardPublisher):
    async def publish(self, message: Message, context: Context) -> Receipt:
        token = context.settings.token.reveal()
        context.log.debug("sending as %s", token)
        return await super().publish(message, context)


class ShowsItsSecretInTheLedger(BoardPublisher):
    async def check(self, context: Context) -> Account:
        account = await super().check(context)
        return replace(account, name=context.settings.token.reveal())


class PlainSettings(Settings):
    server: str
    token: str


class TakesItsTokenForText(BoardPublisher):
    settings: ClassVar = PlainSettings

    async def ask(self, *args: Any, **options: Any) -> Any:
        context = args[2]
        context.settings = read_settings(BoardSettings, asdict(context.settings))
        return await super().ask(*args, **options)


class Treats500AsRejected(BoardPublisher):
    def refuse(self, response: httpx.Response, context: Context) -> None:
        super().refuse(response, context)
        if response.is_server_error and response.request.method == "POST":
            raise RejectedError("the board failed")


class FollowsRedirectsOnWrite(BoardPublisher):
    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        context.http.follow_redirects = True
        return await super().send(notice, context, key=key)


class LosesTheLinkAtTheLimit(BoardPublisher):
    def notice(self, message: Message, text: str) -> dict[str, Any]:
        cut = text if len(text) <= 280 else f"{text[:279]}…"
        return super().notice(message, cut)


class MakesItsOwnKey(BoardPublisher):
    def key(self, context: Context, number: int) -> str:
        return uuid4().hex


class PutsItsKeyIntoTheBody(BoardPublisher):
    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        body = notice | {"idempotency_key": key}
        return await self.ask("POST", "notices", context, json=body)


class RaisesOnRecent(BoardPublisher):
    def recent(self, context: Context, *, since: datetime) -> AsyncIterator[RemotePost]:
        raise NotImplementedError


class EndsWhereItCannotRead(BoardPublisher):
    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        try:
            async for remote in super().recent(context, since=since):
                yield remote
        except httpx.HTTPError:
            return


class ReadsOnePage(BoardPublisher):
    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        for notice in await self.ask("GET", "notices", context):
            yield self.remote(notice)


class ListsTheOldestFirst(BoardPublisher):
    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        newest = [it async for it in super().recent(context, since=since)]
        for remote in reversed(newest):
            yield remote


class ShortensLinksInItsList(BoardPublisher):
    def remote(self, notice: dict[str, Any]) -> RemotePost:
        return replace(super().remote(notice), links=("https://sho.rt/x",))


class ClaimsEditWithoutUpdate(BoardPublisher):
    update = BoardPublisher.__base__.update  # type: ignore[union-attr]  # Publisher


class HidesThatItCanDelete(BoardPublisher):
    capabilities = changed(delete=Support.NOT_IMPLEMENTED)


class TriesAgainByItself(BoardPublisher):
    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        try:
            return await super().send(notice, context, key=key)
        except httpx.HTTPStatusError as error:
            if not error.response.is_server_error:
                raise
            return await super().send(notice, context, key=key)


class TakesATimeoutForAFailure(BoardPublisher):
    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        try:
            return await super().send(notice, context, key=key)
        except httpx.ReadTimeout as error:
            raise TransientError("no answer") from error


class BelievesAnyAnswer(BoardPublisher):
    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        try:
            answer = await super().send(notice, context, key=key)
        except ValueError:
            answer = {}
        return {"id": "0"} | (answer if isinstance(answer, dict) else {})


class IgnoresRetryAfter(BoardPublisher):
    def refuse(self, response: httpx.Response, context: Context) -> None:
        super().refuse(response, context)
        if response.status_code == 429:
            raise RateLimitedError("slow down")


class CallsEveryRefusalFinal(BoardPublisher):
    def refuse(self, response: httpx.Response, context: Context) -> None:
        super().refuse(response, context)
        if response.status_code in {400, 404, 418, 451}:
            raise RejectedError("the board refused")


class CallsAnOutageAnExpiredToken(BoardPublisher):
    async def check(self, context: Context) -> Account:
        try:
            return await super().check(context)
        except httpx.HTTPStatusError as error:
            raise AuthExpiredError("check the token") from error


class PostsWhenItChecks(BoardPublisher):
    async def check(self, context: Context) -> Account:
        await self.ask("POST", "notices", context, json={"text": "ping", "link": ""})
        return await super().check(context)


class NumbersItsReceipts(BoardPublisher):
    def receipt(self, ids: list[str], context: Context) -> Receipt:
        return Receipt(int(ids[0]), parts=tuple(ids))  # type: ignore[arg-type]  # the fault


class LosesContentWarnings(BoardPublisher):
    def notice(self, message: Message, text: str) -> dict[str, Any]:
        return super().notice(replace(message, content_warning=""), text)


class LosesImageDescriptions(BoardPublisher):
    def notice(self, message: Message, text: str) -> dict[str, Any]:
        images = tuple(replace(image, alt="") for image in message.images)
        return super().notice(replace(message, images=images), text)


class BeginsAThreadAnew(BoardPublisher):
    async def publish(self, message: Message, context: Context) -> Receipt:
        context.progress = None
        return await super().publish(message, context)


class OverlooksWhatStands(BoardPublisher):
    async def publish(self, message: Message, context: Context) -> Receipt:
        context.standing = ()
        return await super().publish(message, context)


class CreatesWhatIsGone(BoardPublisher):
    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        path = f"notices/{receipt.remote_id}"
        notice = self.notice(message, message.text)
        try:
            await self.ask("PUT", path, context, json=notice)
        except Exception:  # noqa: BLE001 - the fault
            return Receipt("2")
        return receipt


class Listing:
    """Sends to three, each on a server of its own."""

    async def recipients(
        self, message: Message, context: Context
    ) -> AsyncIterator[Recipient]:
        for host in ("one.example", "two.example", "three.example"):
            yield Recipient(f"https://{host}/inbox", host=host)

    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        to = {"to": context.recipient.address}
        return await super().send(notice | to, context, key=key)  # type: ignore[misc]  # a board


class ListingBoard(Listing, BoardPublisher):
    """Breaks none, with recipients."""

    capabilities = changed(fan_out=True)

    async def prepare(self, message: Message, context: Context) -> Receipt:
        return Receipt(context.key())


class RemembersWhomItServes(Listing, BoardPublisher):
    capabilities = changed(fan_out=True)

    async def publish(self, message: Message, context: Context) -> Receipt:
        self.serving = context.recipient
        return await super().publish(message, context)

    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        await self.ask("GET", "limits", context)
        to = {"to": self.serving.address}
        return await BoardPublisher.send(self, notice | to, context, key=key)


class StopsForAllAtOneRefusal(Listing, BoardPublisher):
    capabilities = changed(fan_out=True)
    refused = False

    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        if self.refused:
            raise TransientError("they refuse us")
        try:
            return await super().send(notice, context, key=key)
        except httpx.HTTPStatusError as error:
            self.refused = error.response.status_code == 403
            raise


class PreparesAnew(Listing, BoardPublisher):
    capabilities = changed(fan_out=True)

    async def prepare(self, message: Message, context: Context) -> Receipt:
        return Receipt(uuid4().hex)


#: All of them, by the names of their classes.
PUBLISHERS: dict[str, type[BoardPublisher]] = {
    cls.__name__: cls for cls in BoardPublisher.__subclasses__()
}
#: Where each of them posts, if not to a `Board`.
BOARDS = {
    "RelabelledBoard": ForgetfulBoard,
    "NamingBoard": StrictBoard,
    "ListingBoard": Board,
}


@hookimpl
def register_publishers() -> list[type[BoardPublisher]]:
    return [BoardPublisher, *PUBLISHERS.values()]
