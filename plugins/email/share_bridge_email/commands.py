"""`share-bridge email`: who is not written to, and what came back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

__all__ = ["email"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def email() -> None:
    """Keep the list of those who are not written to.

    The list is the target's own, wins over every other list, and holds no addresses.
    """


@email.command()
@click.argument("target")
@click.argument("who", nargs=-1, required=True)
@click.pass_obj
def suppress(workspace: Any, target: str, who: tuple[str, ...]) -> None:
    """Write to someone no more.

    WHO is an address, or the token of an unsubscribe link; - reads them from standard
    input, one a line.
    """
    from share_bridge_email.keeping import suppress_all

    click.echo(suppress_all(workspace, target, _names(who)))


@email.command()
@click.argument("target")
@click.argument("who", nargs=-1)
@click.option(
    "--unreadable",
    is_flag=True,
    help="Those put there under another SHARE_BRIDGE_KEY, whoever they are.",
)
@click.pass_obj
def unsuppress(
    workspace: Any, target: str, who: tuple[str, ...], *, unreadable: bool
) -> None:
    """Write to someone again who asked for it.

    WHO is as for suppress.
    """
    from share_bridge_email.keeping import unsuppress_all

    if not who and not unreadable:
        raise click.UsageError("name someone")
    click.echo(unsuppress_all(workspace, target, _names(who), unreadable=unreadable))


@email.command("list")
@click.argument("target")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show_list(workspace: Any, target: str, *, as_json: bool) -> None:
    """Show who is not written to, since when, and why.

    The list holds tokens. Whoever is still on the list of readers is shown by address.
    """
    from share_bridge_email.keeping import show

    for line in show(workspace, target, as_json=as_json):
        click.echo(line)


@email.command()
@click.argument("target")
@click.argument(
    "mailbox", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Say what it would do; change nothing.")
@click.pass_obj
def bounces(
    workspace: Any, target: str, mailbox: tuple[Path, ...], *, dry_run: bool
) -> None:
    """Read mails that came back, and suppress who is gone.

    MAILBOX is a maildir, a mbox, a folder of .eml files, or one mail. Reports of failed
    delivery (RFC 3464) count, and mails that ask to unsubscribe; each has to hold the
    token of a mail of ours. Nothing in the mailbox is changed.
    """
    from share_bridge_email.keeping import read_bounces

    for line in read_bounces(workspace, target, mailbox, dry_run=dry_run):
        click.echo(line)


def _names(who: tuple[str, ...]) -> list[str]:
    if who != ("-",):
        return [*who]
    lines = sys.stdin.read().splitlines()
    return [line.strip() for line in lines if line.strip()]
