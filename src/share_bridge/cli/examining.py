"""What `share-bridge doctor` looks at: everything, side by side, changing nothing."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from share_bridge.cli.examine_sources import examine_source
from share_bridge.cli.examine_targets import examine_target
from share_bridge.cli.findings import Area, Finding, Grade
from share_bridge.cli.progress import Progress
from share_bridge.cli.runtime import make_runtime, open_ledger
from share_bridge.dispatch import border
from share_bridge.dispatch.runtime import Runtime
from share_bridge.errors import LedgerError
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.place import is_new

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.config.model import Config

__all__ = ["examine"]

_PROXIES = ("https_proxy", "http_proxy", "all_proxy")


def examine(workspace: Workspace) -> list[Finding]:
    """Every finding; the ledger is read as a copy, and nothing is sent.

    Raises:
        ConfigurationError: The configuration cannot be read.

    """
    config = workspace.config
    registry = workspace.installed
    with ExitStack() as stack:
        progress = stack.enter_context(Progress())
        ledger, found = _open(config)
        stack.enter_context(ledger)
        runtime = make_runtime(
            workspace, config, ledger, progress=progress, as_json=True
        )
        found += border.run(_examine_all(workspace, runtime, progress))
    failed = (
        Finding(Area.PLUGIN, it.plugin, Grade.PROBLEM, it.reason, _off(it.plugin))
        for it in registry.failures
    )
    return [*_configuration(workspace), *found, *failed]


async def _examine_all(
    workspace: Workspace, runtime: Runtime, progress: Progress
) -> list[Finding]:
    config = runtime.config
    left = {f"source {it.name}" for it in config.sources}
    left |= {f"target {it.name}" for it in config.targets}

    async def follow(name: str, work: Awaitable[list[Finding]]) -> list[Finding]:
        try:
            return await work
        finally:
            left.discard(name)
            progress.note(f"Asking {', '.join(sorted(left))} …" if left else "")

    progress.note(f"Asking {', '.join(sorted(left))} …")
    kinds = workspace.installed
    found = await asyncio.gather(
        *(
            follow(f"source {it.name}", examine_source(runtime, it, kinds))
            for it in config.sources
        ),
        *(
            follow(f"target {it.name}", examine_target(runtime, it))
            for it in config.targets
        ),
    )
    return [finding for findings in found for finding in findings]


def _configuration(workspace: Workspace) -> Iterator[Finding]:
    config = workspace.config
    for warning in config.warnings:
        yield Finding(Area.CONFIGURATION, "", Grade.WARNING, warning)
    for kind, there in (("sources", config.sources), ("targets", config.targets)):
        if not there:
            text = f"there are no {kind}"
            fix = "share-bridge init writes a first configuration"
            yield Finding(Area.CONFIGURATION, "", Grade.WARNING, text, fix)
    named = [name for name in workspace.environ if name.lower() in _PROXIES]
    if named:
        text = f"{' and '.join(sorted(named))} set: share-bridge uses no proxy"
        fix = "let this machine reach the network itself"
        yield Finding(Area.CONFIGURATION, "", Grade.WARNING, text, fix)


def _open(config: Config) -> tuple[Ledger, list[Finding]]:
    """A copy of the ledger, and what is worth knowing of it."""
    place = config.ledger
    name = place.name if isinstance(place, Path) else str(place)
    try:
        ledger = open_ledger(config, dry=True)
    except LedgerError as error:
        found = [Finding(Area.LEDGER, "", Grade.PROBLEM, str(error))]
        return Ledger.in_memory(), found
    if is_new(place):
        text = f"{name} is not there yet: the first publish makes it"
    else:
        text = f"{name} opens, schema {ledger.recall('schema')}"
    found = [Finding(Area.LEDGER, "", Grade.OK, text)]
    if stuck := _read_only(config):
        found = [Finding(Area.LEDGER, "", Grade.PROBLEM, stuck, "check who owns it")]
    for question in ledger.questions():
        fix = " or ".join(question.answers)
        found.append(Finding(Area.LEDGER, "", Grade.WARNING, question.text, fix))
    return ledger, found


def _read_only(config: Config) -> str:
    """Why nothing could be written, or empty."""
    if not isinstance(config.ledger, Path):
        return ""
    path = config.ledger if config.ledger.exists() else config.ledger.parent
    while not path.exists():
        path = path.parent
    return "" if os.access(path, os.W_OK) else f"{path} may not be written"


def _off(plugin: str) -> str:
    return f'mend it, or switch it off: [plugins] disable = ["{plugin}"]'
