"""`share-bridge serve`: the web side, and publishing on schedule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen there.")
@click.option("--port", type=int, default=8065, show_default=True)
@click.option(
    "--every",
    type=click.IntRange(min=1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How often to publish.",
)
@click.option("--no-publish", is_flag=True, help="Serve only; another run publishes.")
@click.option(
    "--fetch-every",
    type=click.IntRange(min=0),
    default=3600,
    show_default=True,
    metavar="SECONDS",
    help="How often to ask services what was said of your posts; 0: never.",
)
@click.option(
    "--inbox-only",
    is_flag=True,
    help="Only take in what others send; `publish` elsewhere collects it.",
)
@click.option(
    "--spool",
    type=click.Path(dir_okay=False, path_type=Path),
    help=(
        "With --inbox-only: the file that keeps it until then "
        "(share-bridge-spool.db beside the configuration)."
    ),
)
@config_option
@click.pass_obj
def serve(
    workspace: Workspace,
    *,
    host: str,
    port: int,
    every: int,
    no_publish: bool,
    fetch_every: int,
    inbox_only: bool,
    spool: Path | None,
) -> None:
    """Serve what plugins serve, publish on schedule, and gather what others say.

    Put a web server with https before it, such as Caddy or nginx. `/-/health` and
    `/-/metrics` tell how it is. It needs the extra `serve`.

    With --inbox-only, the ledger is not opened and nothing is published: the inbox of
    a site that is made of files.
    """
    if inbox_only:
        from share_bridge.cli.taking_in import run_inbox

        run_inbox(workspace, spool, host=host, port=port)
    else:
        from share_bridge.cli.serving import run_server

        run_server(
            workspace,
            host=host,
            port=port,
            every=None if no_publish else every,
            fetch_every=0 if no_publish else fetch_every,
        )
