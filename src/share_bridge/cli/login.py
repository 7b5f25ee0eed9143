"""`share-bridge login`: get credentials for a target, and carry them to CI."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["login"]


@click.command()
@click.argument("target")
@click.option(
    "--paste",
    is_flag=True,
    help="The browser is on another machine: paste what it shows.",
)
@click.option(
    "--ci",
    is_flag=True,
    help="Print the line that makes a CI secret of it; log in only where needed.",
)
@click.option(
    "--show",
    metavar="KEY",
    help="Print this secret, such as token, and nothing else; log in nowhere.",
)
@config_option
@click.pass_obj
def login(
    workspace: Workspace, target: str, *, paste: bool, ci: bool, show: str | None
) -> None:
    """Log in at a target in your browser.

    What the service gives is saved in the keyring of this system, or else in a file
    that only you can read. Then the service is asked who that is.
    """
    from share_bridge.cli import logging_in as run

    found = run.find_target(workspace, target)
    if show is not None:
        run.show_secret(workspace, found, show)
        return
    if not ci or run.is_missing(workspace, found):
        run.run_login(workspace, found, paste=paste, quiet=ci)
    if ci:
        run.show_ci(workspace, found)
