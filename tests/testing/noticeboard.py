"""A service that does everything, and a publisher for it that keeps every promise."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

import httpx
from msgspec.structs import replace

from share_bridge.plugin import (
    Account,
    Capabilities,
    Context,
    Counting,
    DuplicateError,
    GoneError,
    MediaLimits,
    Message,
    Publisher,
    Receipt,
    RejectedError,
    RemotePost,
    Secret,
    Settings,
    Support,
    TextLimit,
)
from share_bridge.testing import Answer, ScriptedService

__all__ = ["Board", "BoardPublisher", "BoardSettings", "ForgetfulBoard", "StrictBoard"]

PAGE = 20


class Board(ScriptedService):
    """Keeps notices, and idempotency keys for a day."""

    unauthorized = Answer(401, {"error": "the token is not known"})
    rate_limited = Answer(429, {"error": "slow down"}, headers={"Retry-After": "60"})
    missing = Answer(404, {"error": "no such notice"})
    refused = Answer(422, {"error": "the text is blank"})
    honours_keys = True

    def __init__(self) -> None:
        super().__init__()
        self.notices: list[dict[str, Any]] = []
        self.keys: dict[str, dict[str, Any]] = {}

    def answer(self, request: httpx.Request) -> Answer:
        match request.method, request.url.path.split("/")[1:]:
            case "GET", ["account"]:
                return Answer(200, {"id": "alice"})
            case "GET", ["limits"]:
                return Answer(200, {"characters": 280})
            case "GET", ["notices"]:
                return self.page(int(request.url.params.get("before", 10**9)))
            case "POST", ["notices"]:
                return self.add(request)
            case method, ["notices", number]:
                return self.change(method, int(number), request)
        return self.missing

    def page(self, before: int) -> Answer:
        older = [it for it in self.notices if int(it["id"]) < before]
        return Answer(200, older[::-1][:PAGE])

    def add(self, request: httpx.Request) -> Answer:
        key = request.headers.get("Idempotency-Key", "")
        if self.honours_keys and key and key in self.keys:
            return Answer(200, self.keys[key])
        notice = json.loads(request.content) | {
            "id": str(len(self.notices) + 1),
            "created": self.now().isoformat(),
        }
        self.notices.append(notice)
        self.keys[key] = notice
        return Answer(201, notice)

    def change(self, method: str, number: int, request: httpx.Request) -> Answer:
        found = [it for it in self.notices if it["id"] == str(number)]
        if not found:
            return self.missing
        if method == "DELETE":
            self.notices.remove(found[0])
            return Answer(204)
        found[0] |= json.loads(request.content)
        return Answer(200, found[0])


class ForgetfulBoard(Board):
    """Makes of every request a notice."""

    honours_keys = False


class StrictBoard(ForgetfulBoard):
    """Refuses what stands already, and says where."""

    def add(self, request: httpx.Request) -> Answer:
        text = json.loads(request.content)["text"]
        for notice in self.notices:
            if notice["text"] == text:
                return Answer(409, {"error": "that stands", "notice": notice})
        return super().add(request)


class BoardSettings(Settings):
    """Where the board is."""

    server: str
    token: Secret


class BoardPublisher(Publisher):
    """Keeps every promise; subclasses break one."""

    name = "board"
    title = "Notice board"
    settings = BoardSettings
    capabilities: ClassVar = Capabilities(
        text=(
            TextLimit(300, Counting(url_length=23)),
            TextLimit(2000, Counting(weigh=lambda text: len(text.encode()))),
        ),
        media=MediaLimits(max_count=2),
        honours_keys=timedelta(days=1),
        discover=True,
        edit=Support.FULL,
        delete=Support.FULL,
        recent=Support.FULL,
        content_warning=Support.FULL,
        threads=Support.FULL,
    )

    def __init_subclass__(cls) -> None:
        cls.name = cls.title = cls.__name__.lower()

    async def check(self, context: Context) -> Account:
        account = await self.ask("GET", "account", context)
        return Account(account["id"], server=context.settings.server)

    async def discover(self, context: Context) -> Capabilities:
        limits = await self.ask("GET", "limits", context)
        first, second = self.capabilities.text
        text = (replace(first, maximum=limits["characters"]), second)
        return replace(self.capabilities, text=text)

    async def publish(self, message: Message, context: Context) -> Receipt:
        ids: list[str] = list(context.progress or ())
        ids += [part.id for part in context.standing[len(ids) :]]
        for number in range(len(ids), len(message.parts)):
            notice = self.notice(message, message.parts[number])
            notice["in_reply_to"] = ids[-1] if ids else ""
            answer = await self.send(notice, context, key=self.key(context, number))
            ids.append(answer["id"])
            context.checkpoint(ids)
        return self.receipt(ids, context)

    async def update(
        self, receipt: Receipt, message: Message, context: Context
    ) -> Receipt:
        path = f"notices/{receipt.remote_id}"
        await self.ask("PUT", path, context, json=self.notice(message, message.text))
        return receipt

    async def delete(self, receipt: Receipt, context: Context) -> None:
        await self.ask("DELETE", f"notices/{receipt.remote_id}", context)

    async def recent(
        self, context: Context, *, since: datetime
    ) -> AsyncIterator[RemotePost]:
        path = "notices"
        while page := await self.ask("GET", path, context):
            for notice in page:
                yield self.remote(notice)
            path = f"notices?before={page[-1]['id']}"

    # The parts that subclasses break

    def key(self, context: Context, number: int) -> str:
        return context.key(f"part {number}")

    def notice(self, message: Message, text: str) -> dict[str, Any]:
        return {
            "text": text,
            "link": message.link,
            "warning": message.content_warning,
            "images": [
                {"alt": image.alt, "bytes": b64encode(image.data).decode()}
                for image in message.images
                if image.data
            ],
        }

    def receipt(self, ids: list[str], context: Context) -> Receipt:
        url = f"{context.settings.server}/notices/{ids[0]}"
        return Receipt(ids[0], url, parts=tuple(ids))

    def remote(self, notice: dict[str, Any]) -> RemotePost:
        return RemotePost(
            notice["id"],
            f"https://board.example/notices/{notice['id']}",
            datetime.fromisoformat(notice["created"]),
            links=(notice["link"],),
            text=notice["text"],
            in_reply_to=notice.get("in_reply_to", ""),
        )

    async def send(self, notice: dict[str, Any], context: Context, *, key: str) -> Any:
        headers = {"Idempotency-Key": key}
        return await self.ask("POST", "notices", context, json=notice, headers=headers)

    async def ask(
        self,
        method: str,
        path: str,
        context: Context,
        *,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> Any:
        token = context.settings.token.reveal()
        response = await context.http.request(
            method,
            f"{context.settings.server}/{path}",
            headers={"Authorization": f"Bearer {token}", **(headers or {})},
            **body,
        )
        self.refuse(response, context)
        response.raise_for_status()
        return response.json() if response.content else None

    def refuse(self, response: httpx.Response, context: Context) -> None:
        """Raise what the board says in its own words."""
        if response.request.method in {"PUT", "DELETE"} and response.status_code == 404:
            raise GoneError("the notice is not there any more")
        if response.status_code not in {409, 422} or not _is_json(response):
            return
        document = response.json()
        if "notice" in document:
            existing = Receipt(document["notice"]["id"])
            raise DuplicateError("it stands already", existing=existing)
        raise RejectedError(f"{context.target}: {document['error']}")


def _is_json(response: httpx.Response) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")
