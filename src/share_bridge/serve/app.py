"""One ASGI application: what plugins serve, and how the bridge is.

The routes of share-bridge itself are under `/-/`, where no site has pages.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from share_bridge.serve.metrics import Metrics

__all__ = ["make_app"]

Lifespan = Callable[[], AbstractAsyncContextManager[Any]]

#: https://prometheus.io/docs/instrumenting/exposition_formats/ (2026-11-24)
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def make_app(
    routes: Sequence[BaseRoute], *, metrics: Metrics, lifespan: Lifespan
) -> Starlette:
    """The application.

    Args:
        routes: Of plugins; those of share-bridge come first.
        metrics: What `/-/health` and `/-/metrics` tell.
        lifespan: What runs beside it from start to end.

    """

    async def health(_: Request) -> Response:
        """200 as long as runs end; 503 where the last one could not use its ledger."""
        status = 200 if metrics.healthy else 503
        return JSONResponse(metrics.health(), status_code=status)

    async def numbers(_: Request) -> Response:
        return PlainTextResponse(metrics.exposition(), media_type=_PROMETHEUS)

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        async with lifespan():
            yield

    own = [Route("/-/health", health), Route("/-/metrics", numbers)]
    return Starlette(routes=[*own, *routes], lifespan=running)
