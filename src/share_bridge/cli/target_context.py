"""A target opened for a command of a plugin, or for the server: not for a delivery."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from share_bridge.cli.runtime import make_runtime, open_ledger
from share_bridge.config.select import select_targets
from share_bridge.errors import ConfigurationError

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.plugin.context import Context

__all__ = ["target_context"]


@asynccontextmanager
async def target_context(
    workspace: Workspace,
    name: str,
    *,
    noticed: Callable[[], None] = lambda: None,
    known: bool = False,
    place: Path | None = None,
) -> AsyncIterator[Context]:
    """The context of one target, outside of any delivery.

    Args:
        workspace: With configuration and plugins.
        name: The target.
        noticed: Told when its publisher plans a notice.
        known: It is used for long: first find out which account it is.
        place: A ledger of its own, instead of the configured one.

    Raises:
        ConfigurationError: There is no such target, or it is not what it was.

    """
    from share_bridge.dispatch.target.identity import identify
    from share_bridge.dispatch.target.opened import open_target

    config = workspace.config
    if place is not None:
        config = replace(config, ledger=place)
    (target,) = select_targets(config, [name])
    with open_ledger(config) as ledger:
        record = ledger.targets.named(target.name, target.publisher)
        runtime = make_runtime(workspace, config, ledger)
        opened = open_target(replace(runtime, noticed=noticed), target, record)
        try:
            if known and not (await identify(runtime, opened)).ready:
                raise ConfigurationError(
                    f"targets.{name} cannot be used: share-bridge status says why"
                )
            yield opened.context()
        finally:
            await opened.close()
