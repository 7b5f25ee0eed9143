"""One ASGI application: what plugins serve, and how the bridge is.

The routes of share-bridge itself are under `/-/`, where no site has pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

__all__ = ["Health", "make_app"]

Lifespan = Callable[[], AbstractAsyncContextManager[Any]]

#: https://prometheus.io/docs/instrumenting/exposition_formats/ (2026-11-24)
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Health(Protocol):
    """Who knows how the server is."""

    @property
    def healthy(self) -> bool:
        """200, or 503."""
        ...

    def health(self) -> dict[str, Any]:
        """As `/-/health` answers."""
        ...

    def exposition(self) -> str:
        """As `/-/metrics` answers."""
        ...


def make_app(
    routes: Sequence[BaseRoute], *, health: Health, lifespan: Lifespan
) -> Starlette:
    """The application.

    Args:
        routes: Of plugins; those of share-bridge come first.
        health: What `/-/health` and `/-/metrics` tell.
        lifespan: What runs beside it from start to end.

    """

    async def state(_: Request) -> Response:
        status = 200 if health.healthy else 503
        return JSONResponse(health.health(), status_code=status)

    async def numbers(_: Request) -> Response:
        return PlainTextResponse(health.exposition(), media_type=_PROMETHEUS)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        async with lifespan():
            yield

    own = [Route("/-/health", state), Route("/-/metrics", numbers)]
    return Starlette(routes=[*own, *routes], lifespan=running)
