"""`share-bridge pause` and `resume`: nothing goes out until its owner says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.ledger.ledger import Ledger
    from share_bridge.ledger.records import TargetRecord

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
    renamed = _paused_before_renamed(workspace) if target and not changed else []
    none = "Nothing is paused."
    if renamed:
        none = (
            f"{target} is not paused. {', '.join(renamed)} is, which the configuration "
            f"does not name: `share-bridge resume` without a name lets all go on."
        )
    _say(changed, f"goes on {goes}", f"go on {goes}", none)


def _stop(workspace: Workspace, name: str | None, *, stopped: bool) -> list[str]:
    """Pause, or do not, one target or all; the names of those that it changed."""
    from share_bridge.cli.runtime import open_ledger
    from share_bridge.config.select import select_targets

    targets = select_targets(workspace.config, [] if name is None else [name])
    with open_ledger(workspace.config) as ledger, ledger.transaction():
        if stopped:
            records = [ledger.targets.named(it.name, it.publisher) for it in targets]
        else:
            found = (ledger.targets.known(it.name) for it in targets)
            records = [record for record in found if record is not None]
            records += _unnamed(workspace, ledger) if name is None else ()
        changed = [record for record in records if record.stopped is not stopped]
        for record in changed:
            ledger.targets.stop(record.id, stopped=stopped)
    return [record.name for record in changed]


def _paused_before_renamed(workspace: Workspace) -> list[str]:
    """Names that paused targets had before the configuration gave them others."""
    from share_bridge.cli.runtime import open_ledger

    with open_ledger(workspace.config) as ledger:
        return [it.name for it in _unnamed(workspace, ledger) if it.stopped]


def _unnamed(workspace: Workspace, ledger: Ledger) -> list[TargetRecord]:
    """Targets that the configuration does not name; perhaps it renamed them."""
    named = {target.name for target in workspace.config.targets}
    return [record for record in ledger.targets.all() if record.name not in named]


def _say(names: list[str], one: str, many: str, none: str) -> None:
    from share_bridge.cli.terminal import show

    if not names:
        show(none)
    else:
        show(f"{', '.join(names)} {one if len(names) == 1 else many}.")
