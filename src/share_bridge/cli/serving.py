"""Makes the application from plugins and targets, and runs it until it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
)
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from share_bridge.cli.progress import Progress
from share_bridge.cli.running import publish_report
from share_bridge.cli.target_context import target_context
from share_bridge.cli.terminal import show, warn
from share_bridge.config.check import check_settings
from share_bridge.errors import ConfigurationError, ShareBridgeError

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from share_bridge.cli.workspace import Workspace
    from share_bridge.plugin.context import Context
    from share_bridge.serve.metrics import Metrics

__all__ = ["run_server", "serve_app"]

#: The newest posts are those that others talk about.
_POSTS = 20
_MISSING = (
    "share-bridge serve needs more than is installed: pip install 'share-bridge[serve]'"
)


def run_server(
    workspace: Workspace,
    *,
    host: str,
    port: int,
    every: float | None,
    fetch_every: float,
) -> None:
    """Serve until interrupted.

    Raises:
        ConfigurationError: The extra is missing, or the configuration is wrong.

    """
    check_settings(workspace.config, workspace.registry)
    serve_app(
        lambda: _application(workspace, every=every, fetch_every=fetch_every),
        host=host,
        port=port,
    )


def serve_app(
    make: Callable[[], AbstractAsyncContextManager[Starlette]], *, host: str, port: int
) -> None:
    """Serve the application until interrupted.

    Raises:
        ConfigurationError: The extra is missing.

    """
    try:
        import uvicorn
    except ImportError as error:
        raise ConfigurationError(_MISSING) from error

    async def run() -> None:
        async with make() as app:
            show(f"Serving on http://{host}:{port} (stop with Ctrl+C)")
            config = uvicorn.Config(
                app,
                host=host,
                port=port,
                access_log=False,
                server_header=False,
                log_level="warning",
            )
            await uvicorn.Server(config).serve()

    asyncio.run(run())


@asynccontextmanager
async def _application(
    workspace: Workspace, *, every: float | None, fetch_every: float
) -> AsyncIterator[Starlette]:
    from share_bridge.serve.app import make_app
    from share_bridge.serve.metrics import Metrics
    from share_bridge.serve.schedule import Schedule

    metrics = Metrics()
    schedule = Schedule(
        _run_of(workspace, metrics, reads=True),
        _run_of(workspace, metrics, reads=False),
        every=every or 0,
    )
    fetching = Schedule(
        _fetch_of(workspace, metrics, every=fetch_every),
        lambda: None,
        every=every or 0,
    )

    @asynccontextmanager
    async def beside() -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            if every is not None:
                await running.enter_async_context(schedule.running())
            if fetch_every:
                await running.enter_async_context(fetching.running())
            yield

    async with AsyncExitStack() as stack:
        routes: list[Any] = []
        for name in [described.name for described in workspace.registry.routes()]:
            contexts = await _contexts(workspace, name, stack, schedule.wake)
            if contexts:
                routes += workspace.registry.routes_of(name)(contexts)
        yield make_app(routes, health=metrics, lifespan=beside)


async def _contexts(
    workspace: Workspace,
    publisher: str,
    stack: AsyncExitStack,
    noticed: Callable[[], None],
) -> Sequence[Context]:
    """What the routes of a publisher's plugin work with: one for each target."""
    return [
        await stack.enter_async_context(
            target_context(workspace, target.name, noticed=noticed, known=True)
        )
        for target in workspace.config.targets
        if target.publisher == publisher
    ]


def _run_of(
    workspace: Workspace, metrics: Metrics, *, reads: bool
) -> Callable[[], None]:
    told: list[str] = []

    def run() -> None:
        """What is said in every run is told once."""
        try:
            report = publish_report(workspace, Progress(enabled=False), reads=reads)
        except ShareBridgeError as error:
            warn(str(error))
            metrics.failed(str(error), at=datetime.now(UTC))
        else:
            for warning in report.warnings:
                if warning not in told:
                    warn(warning)
            told[:] = report.warnings
            metrics.ran(
                report.to_json(), exit_code=report.exit_code, at=datetime.now(UTC)
            )

    return run


def _fetch_of(
    workspace: Workspace, metrics: Metrics, *, every: float
) -> Callable[[], None]:
    """Asks what others said, once a run has shown that the ledger can be used."""
    from share_bridge.cli.conversing import fetch_due
    from share_bridge.conversation.patience import Patience

    patience = Patience(timedelta(seconds=every))

    def fetch() -> None:
        if not metrics.ran_once:
            return
        try:
            fetch_due(workspace, patience, most=_POSTS)
        except ShareBridgeError as error:
            warn(f"what others said was not gathered: {error}")

    return fetch
