"""`share-bridge status`: what went where, what waits, what is asked."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["status"]

#: Where no terminal is, a line is as long as it is.
_UNBROKEN = 10_000


@click.command()
@click.option(
    "--count",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    help="How many of the newest deliveries to list.",
)
@click.option("--skipped", is_flag=True, help="List also what was not sent, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@config_option
@click.pass_context
def status(ctx: click.Context, *, count: int, skipped: bool, as_json: bool) -> None:
    """Show what went where, what waits until when, and every question.

    It reads the ledger alone: nothing is fetched, sent or written.
    """
    from share_bridge.cli.runtime import is_paused, open_ledger
    from share_bridge.cli.standing import document, lines, standing

    workspace: Workspace = ctx.obj
    with open_ledger(workspace.config, dry=True) as ledger:
        found = standing(
            ledger,
            workspace.config,
            workspace.plugins,
            count=count,
            skipped=skipped,
            now=datetime.now(UTC),
            paused=is_paused(workspace),
        )
    if as_json:
        click.echo(json.dumps(document(found), ensure_ascii=False, indent=2))
        return
    columns = shutil.get_terminal_size().columns
    for line in lines(found, width=columns if sys.stdout.isatty() else _UNBROKEN):
        click.echo(line)
