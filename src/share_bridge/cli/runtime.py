"""What a run of this process works with: its ledger, its errand, its runtime."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

from share_bridge.cli.progress import Progress
from share_bridge.config.credentials import ledger_key, open_store
from share_bridge.config.model import Config
from share_bridge.config.select import select_sources, select_targets
from share_bridge.dispatch.runtime import Errand, Runtime
from share_bridge.ledger.ledger import Ledger
from share_bridge.text.escape import for_terminal

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["is_paused", "make_errand", "make_runtime", "open_ledger", "validate"]


def open_ledger(
    config: Config, *, dry: bool = False, environ: Mapping[str, str] = os.environ
) -> Ledger:
    """The configured ledger; in a dry run a copy in memory."""
    key = ledger_key(environ)
    if dry:
        return Ledger.in_memory(config.ledger, key=key, environ=environ)
    return Ledger.open(config.ledger, key=key, environ=environ)


def make_runtime(
    workspace: Workspace,
    config: Config,
    ledger: Ledger,
    *,
    progress: Progress | None = None,
    as_json: bool = False,
    max_seconds: float = 20,
    first_run: bool = False,
    dry: bool = False,
) -> Runtime:
    """What a run of this process works with; without `progress`, it is a quiet one."""
    watcher = progress or Progress(enabled=False)
    return Runtime(
        config=config,
        ledger=ledger,
        publishers=workspace.plugins,
        environ=workspace.environ,
        store=open_store(workspace.environ, vault=ledger.vault),
        now=_now,
        sleep=asyncio.sleep,
        random=SystemRandom(),
        deadline=_now() + timedelta(seconds=max_seconds),
        watcher=watcher,
        print=lambda text: watcher.show(for_terminal(text), err=as_json),
        ci=workspace.environ.get("CI", "").lower() in {"true", "1"},
        first_run=first_run,
        paused=is_paused(workspace),
        dry=dry,
    )


def is_paused(workspace: Workspace) -> bool:
    """Whether `SHARE_BRIDGE_PAUSE` lets nothing be sent: in doubt, it does."""
    said = workspace.environ.get("SHARE_BRIDGE_PAUSE", "")
    return said.lower() not in {"", "0", "false", "no"}


def make_errand(
    workspace: Workspace, sources: Sequence[str], targets: Sequence[str]
) -> Errand:
    """What is named of the configuration; nothing named is all of it."""
    config = workspace.config
    return Errand(
        sources=select_sources(config, sources, cwd=workspace.cwd),
        targets=select_targets(config, targets),
        kinds=workspace.plugins,
        stdin=sys.stdin.buffer,
    )


def validate(
    workspace: Workspace, config: Config, ledger: Ledger, *, dry: bool
) -> None:
    """Check every target's settings when the configuration is new."""
    if ledger.recall("configuration") == config.hash:
        return
    from share_bridge.config.check import check_settings

    check_settings(config, workspace.registry)
    if not dry:
        ledger.remember("configuration", config.hash)


def _now() -> datetime:
    return datetime.now(UTC)
