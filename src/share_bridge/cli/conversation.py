"""`share-bridge conversation`: what others said of your posts, seen by you first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["conversation"]

_HELP = {"help_option_names": ["-h", "--help"]}
_target = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="NAME",
    help="Only what was said at this target; may be given several times.",
)


@click.group(context_settings=_HELP)
def conversation() -> None:
    """Gather, moderate and export what others said of your posts.

    A fediverse actor is told of replies, likes and boosts; other services are asked by
    `fetch`. Replies and quotes wait until you approve them; likes and boosts are
    counted. A reply that its author changes waits again.
    """


@conversation.command()
@_target
@click.option(
    "--posts",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="Ask about so many of the newest posts.",
)
@config_option
@click.pass_obj
def fetch(workspace: Workspace, targets: tuple[str, ...], posts: int) -> None:
    """Ask the services what was said; change nothing there."""
    from share_bridge.cli.conversing import fetch_all

    raise SystemExit(fetch_all(workspace, targets, most=posts))


@conversation.command("list")
@_target
@click.option("--all", "everything", is_flag=True, help="Also what you have decided.")
@config_option
@click.pass_obj
def show_list(
    workspace: Workspace, targets: tuple[str, ...], *, everything: bool
) -> None:
    """Show the replies that wait for your word."""
    from share_bridge.cli.conversing import show_all

    show_all(workspace, targets, everything=everything)


@conversation.command()
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@_target
@config_option
@click.pass_obj
def approve(
    workspace: Workspace, names: tuple[str, ...], targets: tuple[str, ...]
) -> None:
    """Show a reply. ID is its address, or the short name that `list` shows."""
    from share_bridge.cli.conversing import decide

    decide(workspace, targets, names, "approved")


@conversation.command()
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@_target
@config_option
@click.pass_obj
def hide(
    workspace: Workspace, names: tuple[str, ...], targets: tuple[str, ...]
) -> None:
    """Show a reply no more. ID is as for approve."""
    from share_bridge.cli.conversing import decide

    decide(workspace, targets, names, "hidden")


@conversation.command()
@click.argument("name")
@_target
@click.option("--undo", is_flag=True, help="Take from them again.")
@config_option
@click.pass_obj
def block(
    workspace: Workspace, name: str, targets: tuple[str, ...], *, undo: bool
) -> None:
    """Take nothing more from an actor, or from a host and all below it.

    NAME is an address or a host. What they said is forgotten.
    """
    from share_bridge.cli.conversing import block_everywhere

    block_everywhere(workspace, targets, name, undo=undo)


@conversation.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_target
@click.option(
    "--at",
    default="",
    metavar="URL",
    help="Where FOLDER is on the site, so that pages become current without a build.",
)
@config_option
@click.pass_obj
def export(
    workspace: Workspace, folder: Path, targets: tuple[str, ...], at: str
) -> None:
    """Write what was approved, as two files for each post.

    What was said at all targets stands together. POST.json is for your own templates,
    POST.html to be included in the post's page; index.json says which is which, by the
    page's address.
    conversation.js beside them folds and turns what is in the HTML; it asks nothing of
    any other site, and the HTML is whole without it.
    """
    from share_bridge.cli.conversing import export_all

    export_all(workspace, targets, folder, at=at)
