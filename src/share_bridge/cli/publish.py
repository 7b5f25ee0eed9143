"""`share-bridge publish`: every new post to every target, never twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from share_bridge.cli.event import event_options, event_source
from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["publish"]


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option(
    "--target", "targets", multiple=True, metavar="NAME", help="Send to this one only."
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be sent; send and write nothing."
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0),
    default=20,
    show_default=True,
    help="Begin nothing so long after the sources were read; what is left is sent by "
    "the next run.",
)
@click.option(
    "--first-run",
    is_flag=True,
    help="The ledger is truly new: send where CI would hold and ask.",
)
@event_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON report.")
@config_option
@click.pass_context
def publish(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    targets: tuple[str, ...],
    *,
    dry_run: bool,
    max_seconds: float,
    first_run: bool,
    as_json: bool,
    **event: Any,
) -> None:
    """Publish every new post to every target, never twice.

    SOURCE names configured sources, files, or - for standard input; without it all
    configured sources are read. Run it as often as you like.

    \b
    share-bridge publish
    share-bridge publish --dry-run
    share-bridge publish --id v2.1 --title "Version 2.1" --url https://example.org/2.1

    Exit codes: 0 all is well; 1 something was held or refused, or a target is
    blocked; 2 wrong usage, configuration or ledger; 3 a source could not be read;
    4 something failed and will be tried again.
    """  # noqa: D301 - click's mark of lines that stay lines
    from share_bridge.cli.running import run_publish

    workspace: Workspace = ctx.obj
    single = event_source(**event)
    if single is not None and sources:
        raise click.UsageError("--id publishes one post: name no SOURCE")
    ctx.exit(
        run_publish(
            workspace,
            sources=sources,
            targets=targets,
            dry_run=dry_run,
            max_seconds=max_seconds,
            first_run=first_run,
            as_json=as_json,
            event=single,
        )
    )
