"""The routes of an inbox on its own: to write to, and to collect from."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from share_bridge.plugin import ConfigurationError, Context, Intake
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.spool.door import SpoolDoor
from share_bridge_activitypub.spool.instance import Instance
from share_bridge_activitypub.spool.spool import Spool
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON
from share_bridge_activitypub.web.routes import answered_by, keep_apart

__all__ = ["intake", "spool_routes"]

_NUMBER = re.compile(r"[0-9]{1,15}")
_PRIVATE = {"Cache-Control": "no-store"}
_PUBLIC = {"Cache-Control": "public, max-age=180", "Access-Control-Allow-Origin": "*"}


def intake(contexts: Sequence[Context]) -> Intake:
    """What `share-bridge serve --inbox-only` serves: an inbox for each target."""
    spooled = [it for it in contexts if it.settings.inbox == "spool"]
    keep_apart(spooled)
    spools, routes = [], []
    for context in spooled:
        spool = Spool(context.state)
        spools.append(spool)
        routes += spool_routes(context, spool)
    return Intake(
        routes,
        waiting=lambda: sum(spool.waiting for spool in spools),
        full=lambda: any(spool.is_full for spool in spools),
    )


def spool_routes(context: Context, spool: Spool) -> list[BaseRoute]:
    """The inbox of one target: to write to, to collect from, and who it is."""
    who: Identity = context.settings.who
    token = _token(context)
    instance = Instance(context, who)

    async def document(_: Request) -> Response:
        return JSONResponse(
            instance.document, media_type=ACTIVITY_JSON, headers=_PUBLIC
        )

    async def collected(request: Request) -> Response:
        """GET gives a page; DELETE says up to where somebody else has it for good."""
        if not _may(request, token):
            return PlainTextResponse(
                "a bearer token is needed",
                401,
                headers=_PRIVATE | {"WWW-Authenticate": "Bearer"},
            )
        same = request.query_params.get("spool", spool.name) == spool.name
        after = _number(request, "after") if same else 0
        if after is None:
            return PlainTextResponse("after is a number", 400, headers=_PRIVATE)
        if request.method == "DELETE":
            spool.forget(through=after, now=context.now())
            return Response(status_code=204, headers=_PRIVATE)
        entries, more = spool.after(after)
        page = {
            "spool": spool.name,
            "now": context.now().isoformat(),
            "entries": entries,
            "more": more,
        }
        return JSONResponse(page, headers=_PRIVATE)

    def path(address: str) -> str:
        return urlsplit(address).path

    knock = answered_by(SpoolDoor(context, spool, instance))
    return [
        Route(path(who.inbox), knock, methods=["POST"]),
        Route(path(who.instance), document),
        Route(path(who.spool), collected, methods=["GET", "DELETE"]),
    ]


def _token(context: Context) -> bytes:
    token = context.settings.spool_token
    if token is None:
        raise ConfigurationError(
            f"targets.{context.target}.spool_token: missing: without it anybody could "
            "collect what comes in"
        )
    return token.reveal().encode()  # type: ignore[no-any-return]  # a Secret


def _may(request: Request, token: bytes) -> bool:
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token)
    return same and kind.casefold() == "bearer"


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "0")
    return int(text) if _NUMBER.fullmatch(text) else None
