"""`share-bridge pause` and `resume`: nothing goes out until its owner says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["pause", "resume"]


@click.command()
@click.argument("target", required=False)
@config_option
@click.pass_obj
def pause(workspace: Workspace, target: str | None) -> None:
    """Send nothing to a target, or to all, until you say so.

    Posts are read and planned meanwhile, so none is lost. A run that is under way
    ends the post that it is sending.
    """
    changed = _stop(workspace, target, stopped=True)
    _say(changed, "is paused", "are paused", "It was paused before.")


@click.command()
@click.argument("target", required=False)
@config_option
@click.pass_obj
def resume(workspace: Workspace, target: str | None) -> None:
    """Let a paused target, or all, go on.

    What was planned meanwhile goes out with the next run, `max_per_run` at a time.
    """
    changed = _stop(workspace, target, stopped=False)
    goes = "with the next run"
    _say(changed, f"goes on {goes}", f"go on {goes}", "Nothing is paused.")


def _stop(workspace: Workspace, name: str | None, *, stopped: bool) -> list[str]:
    """Pause, or do not, one target or all; the names of those that it changed."""
    from share_bridge.cli.runtime import open_ledger
    from share_bridge.config.select import select_targets

    targets = select_targets(workspace.config, [] if name is None else [name])
    with open_ledger(workspace.config) as ledger, ledger.transaction():
        records = [ledger.targets.named(it.name, it.publisher) for it in targets]
        changed = [record for record in records if record.stopped is not stopped]
        for record in changed:
            ledger.targets.stop(record.id, stopped=stopped)
    return [record.name for record in changed]


def _say(names: list[str], one: str, many: str, none: str) -> None:
    from share_bridge.cli.terminal import show

    if not names:
        show(none)
    else:
        show(f"{', '.join(names)} {one if len(names) == 1 else many}.")
