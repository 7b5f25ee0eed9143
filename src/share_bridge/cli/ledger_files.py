"""`share-bridge ledger compact`: the ledger itself, whatever it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.named import say
from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["compact"]


@click.command()
@config_option
@click.pass_obj
def compact(workspace: Workspace) -> None:
    """Make a journal small: leave out what later lines replaced.

    Nothing is forgotten: what was sent, and every name of every post, stays.
    """
    from share_bridge.cli.running import open_ledger

    with open_ledger(workspace.config) as opened:
        before, after = opened.compact()
    say(f"{before} lines became {after}")
