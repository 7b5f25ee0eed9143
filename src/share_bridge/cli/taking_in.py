"""Serves inboxes alone: nothing is read, nothing is sent, the ledger is elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from share_bridge.cli.serving import serve_app
from share_bridge.cli.target_context import target_context
from share_bridge.config.check import check_settings
from share_bridge.errors import ConfigurationError
from share_bridge.ledger.locks import Lock

if TYPE_CHECKING:
    from starlette.applications import Starlette

    from share_bridge.cli.workspace import Workspace
    from share_bridge.plugin.intake import Intake

__all__ = ["run_inbox"]

_SPOOL = "share-bridge-spool.db"


def run_inbox(
    workspace: Workspace, spool: Path | None, *, host: str, port: int
) -> None:
    """Serve until interrupted, and keep what comes in at `spool`.

    Raises:
        ConfigurationError: No target takes anything in, another server uses the
            spool, or the configuration is wrong.

    """
    check_settings(workspace.config, workspace.registry)
    spool = workspace.cwd / spool if spool else workspace.config.folder / _SPOOL
    with Lock(spool, "inbox") as lock:
        if not lock.acquire():
            raise ConfigurationError(f"{spool} is used by another serve --inbox-only")
        serve_app(lambda: _application(workspace, spool), host=host, port=port)


@asynccontextmanager
async def _application(workspace: Workspace, spool: Path) -> AsyncIterator[Starlette]:
    from share_bridge.serve.app import make_app
    from share_bridge.serve.spooling import Spooling

    async with AsyncExitStack() as stack:
        intakes = [
            intake
            for described in workspace.registry.inboxes()
            if (intake := await _intake(workspace, described.name, spool, stack)).routes
        ]
        if not intakes:
            raise ConfigurationError(
                "no target has a spool: a fediverse actor that is made of files has "
                'inbox = "spool"'
            )
        routes = [route for intake in intakes for route in intake.routes]
        yield make_app(routes, health=Spooling(intakes), lifespan=nullcontext)


async def _intake(
    workspace: Workspace, publisher: str, spool: Path, stack: AsyncExitStack
) -> Intake:
    contexts = [
        await stack.enter_async_context(
            target_context(workspace, target.name, place=spool)
        )
        for target in workspace.config.targets
        if target.publisher == publisher
    ]
    return workspace.registry.inbox_of(publisher)(contexts)
