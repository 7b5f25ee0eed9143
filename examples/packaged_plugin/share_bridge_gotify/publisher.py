"""Sends teasers as push notifications of a Gotify server (gotify.net/api-docs)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar

from share_bridge.plugin import (
    Account,
    AuthExpiredError,
    Capabilities,
    Context,
    GoneError,
    Message,
    Publisher,
    PublishError,
    Receipt,
    RejectedError,
    RemotePost,
    Secret,
    Settings,
    Support,
    TextLimit,
    raise_for_response,
    read_json,
)

if TYPE_CHECKING:
    import httpx

__all__ = ["GotifyPublisher", "GotifySettings"]


class GotifySettings(Settings):
    """What `[targets.NAME]` of a Gotify server may say."""

    server: str
    """Where Gotify is, such as `https://push.example.org`."""

    application: Secret
    """Token of the application that sends."""

    client: Secret
    """Token of a client, which lists and deletes."""

    priority: int = 5
    """Above 3, phones make a sound."""


class GotifyPublisher(Publisher):
    """One notification a post: title, text, and a link that a tap opens."""

    name = "gotify"
    title = "Gotify"
    settings = GotifySettings
    capabilities: ClassVar = Capabilities(
        text=(TextLimit(1000),),  # our choice: Gotify has no limit, phones do
        has_title=True,
        has_tags=False,
        delete=Support.FULL,
        recent=Support.FULL,
    )

    async def check(self, context: Context) -> Account:
        """The application of the token is the account."""
        token = context.settings.application.reveal()
        for application in await _ask("GET", "/application", context):
            if application["token"] == token:
                server = context.settings.server
                return Account(str(application["id"]), application["name"], "", server)
        raise AuthExpiredError(f"{context.target}: no application has this token")

    async def publish(self, message: Message, context: Context) -> Receipt:
        """Send it; the teaser and the link stand in the text."""
        notification = {
            "title": message.title,
            "message": message.text,
            "priority": context.settings.priority,
            "extras": {"client::notification": {"click": {"url": message.link}}},
        }
        token = context.settings.application
        sent = await _ask("POST", "/message", context, token=token, json=notification)
        return Receipt(str(sent["id"]))

    async def delete(self, receipt: Receipt, context: Context) -> None:
        """Take it off the phones that have not shown it yet."""
        await _ask("DELETE", f"/message/{receipt.remote_id}", context)

    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        """What this application sent, page by page."""
        account, params = await self.check(context), {"limit": 100}
        path = f"/application/{account.id}/message"
        while page := (await _ask("GET", path, context, params=params))["messages"]:
            for sent in page:
                yield _remote(sent)
            if _remote(page[-1]).created < since:
                return
            params["since"] = page[-1]["id"]


def _remote(sent: dict[str, Any]) -> RemotePost:
    link = sent.get("extras", {}).get("client::notification", {})
    return RemotePost(
        str(sent["id"]),
        "",
        datetime.fromisoformat(sent["date"]).astimezone(UTC),
        links=tuple(filter(None, [link.get("click", {}).get("url")])),
        text=sent["message"],
    )


async def _ask(
    method: str,
    path: str,
    context: Context,
    *,
    token: Secret | None = None,
    **more: Any,
) -> Any:
    """The answer's JSON, or an error that says what happens next."""
    key = (token or context.settings.client).reveal()
    url = context.settings.server.rstrip("/") + path
    headers = {"X-Gotify-Key": key}
    response = await context.http.request(method, url, headers=headers, **more)
    raise_for_response(response, now=context.now(), rejected=_refusal)
    return read_json(response) if method != "DELETE" else None


def _refusal(response: httpx.Response) -> PublishError | None:
    """What Gotify itself refuses; a page of a proxy in front of it says nothing."""
    if not response.headers.get("Content-Type", "").startswith("application/json"):
        return None
    problem = str(response.json().get("errorDescription", ""))
    if response.status_code == HTTPStatus.NOT_FOUND:
        return GoneError(problem)
    return (
        RejectedError(problem)
        if response.status_code == HTTPStatus.BAD_REQUEST
        else None
    )
