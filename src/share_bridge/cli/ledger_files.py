"""`share-bridge ledger compact | copy | rebuild`: the ledger itself, not one post."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.named import say
from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.dispatch.settle.rebuild import Rebuilt

__all__ = ["compact", "copy", "rebuild"]


@click.command()
@config_option
@click.pass_obj
def compact(workspace: Workspace) -> None:
    """Make a journal small: leave out what later lines replaced.

    Nothing is forgotten: what was sent, and every name of every post, stays.
    """
    from share_bridge.cli.runtime import open_ledger

    with open_ledger(workspace.config) as opened:
        before, after = opened.compact()
    say(f"{before} lines became {after}")


@click.command()
@click.argument("place")
@config_option
@click.pass_obj
def copy(workspace: Workspace, place: str) -> None:
    """Write all that the ledger knows to PLACE, where nothing is yet.

    PLACE is what `ledger` in the configuration may be: a file, a file that ends with
    .jsonl, or git:BRANCH. Name it there afterwards.
    """
    from share_bridge.cli.runtime import open_ledger
    from share_bridge.config.credentials import ledger_key
    from share_bridge.config.load import ledger_place

    config, environ = workspace.config, workspace.environ
    to = ledger_place(place, folder=config.folder, environ=environ)
    with open_ledger(config, dry=True) as opened:
        posts = opened.copy_to(to, key=ledger_key(environ), environ=environ)
    say(f'{posts} posts are known there; now write: ledger = "{place}"')


@click.command()
@click.option(
    "--target", "targets", multiple=True, metavar="NAME", help="This one only."
)
@config_option
@click.pass_context
def rebuild(ctx: click.Context, targets: tuple[str, ...]) -> None:
    """Make a lost ledger anew from what stands at the targets.

    Nothing is sent. The sources are read, and each target's own posts are listed once:
    what stands there counts as sent, and so does what is older than anything that could
    be listed. A target that cannot be asked gets nothing until `publish --first-run`.
    """
    from share_bridge.cli.running import run_rebuild

    workspace: Workspace = ctx.obj
    rebuilt = run_rebuild(workspace, targets=targets)
    for target in rebuilt:
        say(_line(target))
    ctx.exit(1 if any(target.reason for target in rebuilt) else 0)


def _line(target: Rebuilt) -> str:
    if target.reason:
        return f"{target.target}: {target.reason}"
    return (
        f"{target.target}: {target.standing} stand there, {target.older} are older "
        f"than what could be listed, {target.new} are sent by the next run"
    )
