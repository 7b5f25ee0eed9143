"""`share-bridge doctor`: what works, what does not, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["doctor"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON report.")
@config_option
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Look at feeds, targets, tokens, limits and clocks; send nothing.

    Every line is ok, a warning or a problem, with what to do on the line below.

    Exit codes: 0 no problem; 1 a target or a plugin has one; 2 the configuration or
    the ledger has; 3 a source has.
    """
    from share_bridge.cli import findings
    from share_bridge.cli.examining import examine

    workspace: Workspace = ctx.obj
    found = examine(workspace)
    if as_json:
        import json

        click.echo(json.dumps(findings.document(found), ensure_ascii=False, indent=2))
    else:
        for line in findings.lines(found):
            click.echo(line)
        click.echo(findings.summary(found))
    ctx.exit(findings.exit_code(found))
