"""The routes of an actor: its documents to read, and its inbox to write to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from share_bridge.plugin import ConfigurationError, Context
from share_bridge_activitypub.actor import answers_to
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.door import Door
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON
from share_bridge_activitypub.web.pages import Pages

__all__ = ["Knockable", "answered_by", "keep_apart", "routes"]

_OPEN = {"Access-Control-Allow-Origin": "*"}
_CACHED = {"Cache-Control": "public, max-age=180"}
_AS2 = (ACTIVITY_JSON, "application/ld+json")


class Knockable(Protocol):
    """The door of an inbox."""

    async def knock(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: AsyncIterator[bytes],
    ) -> Answer:
        """What a request comes to."""
        ...


def routes(contexts: Sequence[Context]) -> list[BaseRoute]:
    """What `share-bridge serve` mounts: one actor for each target."""
    keep_apart(contexts)
    actors = [Actor(context) for context in contexts]
    return [
        Route("/.well-known/webfinger", _webfinger(actors)),
        *(route for actor in actors for route in _of(actor)),
    ]


def keep_apart(contexts: Sequence[Context]) -> None:
    """A proxy may keep the host's name to itself, so that paths alone tell actors.

    Raises:
        ConfigurationError: Two of them would answer at one path.

    """
    seen: dict[str, str] = {}
    for context in contexts:
        root, name = urlsplit(context.settings.who.base).path, context.target
        if root in seen:
            raise ConfigurationError(
                f"targets.{seen[root]} and targets.{name} would both answer at {root}: "
                "serve each by a configuration of its own, or give another `base` to "
                "one that nobody follows yet"
            )
        seen[root] = name


def _of(actor: Actor) -> list[BaseRoute]:
    root = urlsplit(actor.who.base).path
    pages = Pages(actor, version=_version())

    async def document(request: Request) -> Response:
        page = pages.at(request.url.path)
        if page is None:
            return PlainTextResponse("not found", 404)
        vary = {"Vary": "Accept"}
        if page.page and _is_person(request):
            return Response(status_code=303, headers={"Location": page.page, **vary})
        return JSONResponse(
            page.document,
            status_code=page.status,
            media_type=page.media_type,
            headers=_OPEN | _CACHED | vary,
        )

    return [
        Route(f"{root}/inbox", answered_by(Door(actor)), methods=["POST"]),
        Route("/.well-known/nodeinfo", document),
        Route(f"{root}/{{path:path}}", document),
    ]


def answered_by(door: Knockable) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of an inbox."""

    async def inbox(request: Request) -> Response:
        url = request.url
        answer = await door.knock(
            request.method,
            f"{url.path}?{url.query}" if url.query else url.path,
            request.headers.items(),
            request.stream(),
        )
        wait = {"Retry-After": str(answer.retry_after)} if answer.retry_after else {}
        return PlainTextResponse(answer.reason, answer.status, headers=wait)

    return inbox


def _webfinger(
    actors: Sequence[Actor],
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        resource = request.query_params.get("resource", "")
        if not resource:
            return PlainTextResponse("name a resource", 400, headers=_OPEN)
        for actor in actors:
            if answers_to(actor.who, actor.settings.profile, resource):
                page = Pages(actor, version=_version()).at("/.well-known/webfinger")
                if page is not None:
                    return JSONResponse(
                        page.document,
                        media_type=page.media_type,
                        headers=_OPEN | _CACHED,
                    )
        return PlainTextResponse("not found", 404, headers=_OPEN)

    return answer


def _is_person(request: Request) -> bool:
    """A browser asks for HTML; everything else gets what is here."""
    accepted = request.headers.get("accept", "").lower()
    return "text/html" in accepted and not any(kind in accepted for kind in _AS2)


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - when served

    return version("share-bridge")
