"""`share-bridge preview`: every post as every target will show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace

__all__ = ["preview"]


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--html", metavar="FILE", help="Write a page to look at and to share.")
@click.option(
    "--open",
    "opens",
    is_flag=True,
    help="Show the page in your browser; without --html it is a temporary file.",
)
@click.option(
    "--target", "targets", multiple=True, metavar="NAME", help="As this one only."
)
@click.option(
    "--as",
    "networks",
    multiple=True,
    metavar="NETWORK",
    help="Also as a network that is not configured, such as bluesky; repeatable.",
)
@click.option(
    "--newest",
    type=click.IntRange(min=1),
    metavar="N",
    help="The N newest posts only.",
)
@click.option(
    "--check-links",
    is_flag=True,
    help="Ask for the pages that the posts link to, as they are now.",
)
@config_option
@click.pass_context
def preview(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    targets: tuple[str, ...],
    networks: tuple[str, ...],
    *,
    html: str | None,
    opens: bool,
    newest: int | None,
    check_links: bool,
) -> None:
    """Show every post as every target will, before it goes out.

    SOURCE names configured sources, files, or - for standard input; without it all
    configured sources are read. Each post is shown with the exact text that each
    target gets, how long that is, what is left out, and what to look at again.

    \b
    share-bridge preview
    share-bridge preview --open --newest 5
    share-bridge preview drafts/new.md --html preview.html --as bluesky --as x

    It sends nothing, resolves no secret and writes nothing but FILE. Exit codes: 0 all
    is well; 2 wrong usage, configuration or ledger; 3 a source could not be read.
    """  # noqa: D301 - click's mark of lines that stay lines
    from share_bridge.cli.previewing import Page, run_preview

    workspace: Workspace = ctx.obj
    ctx.exit(
        run_preview(
            workspace,
            sources=sources,
            targets=targets,
            networks=networks,
            newest=newest,
            check_links=check_links,
            page=Page(html, opens) if html or opens else None,
        )
    )
