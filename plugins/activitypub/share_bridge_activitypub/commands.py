"""`share-bridge fediverse`: the owner's side of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

__all__ = ["fediverse"]

_HELP = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_HELP)
def fediverse() -> None:
    """The blog as a fediverse actor: who follows, and the files of a static site.

    TARGET is the name of a target whose publisher is activitypub.
    """


@fediverse.command()
@click.argument("target")
@click.pass_obj
def init(workspace: Any, target: str) -> None:
    """Make the actor's keys, and say what else it takes.

    The keys are made once, and kept in the credentials store: make a copy of them.
    """
    click.echo(_done(workspace, target, "tending:introduce"))


@fediverse.command()
@click.argument("target")
@click.option("--approve", metavar="ACTOR", help="Let a follower in that waits.")
@click.option("--remove", metavar="ACTOR", help="Turn a follower away.")
@click.pass_obj
def followers(
    workspace: Any, target: str, approve: str | None, remove: str | None
) -> None:
    """Show who follows, and who waits to be let in.

    ACTOR is the follower's address, as it is shown.
    """
    if approve is not None:
        click.echo(_done(workspace, target, "tending:approve", approve))
    elif remove is not None:
        click.echo(_done(workspace, target, "tending:remove", remove))
    else:
        click.echo(_done(workspace, target, "tending:list_followers"))


@fediverse.command()
@click.argument("target")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Hear them again.")
@click.pass_obj
def block(workspace: Any, target: str, name: str, *, undo: bool) -> None:
    """Hear nothing more of an actor or host, and send them nothing.

    NAME is an address, or a host and all below it. What is kept of them is forgotten,
    that they follow, too; after --undo they may follow anew.
    """
    click.echo(_done(workspace, target, "tending:block", name, undo=undo))


@fediverse.command()
@click.argument("target")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--host",
    type=click.Choice(["netlify", "cloudflare", "vercel", "nginx", "apache", "caddy"]),
    help="Also write the rules of this host: types of the files, what is gone (410).",
)
@click.option(
    "--inbox-server",
    "server",
    metavar="URL",
    default="",
    help="Where `serve --inbox-only` listens: the rules lead the inbox there.",
)
@click.pass_obj
def export(
    workspace: Any, target: str, folder: Path, host: str | None, server: str
) -> None:
    """Write the actor's files, to be deployed with the site.

    Sources are read first, and what came in is collected, so that the posts that are
    to be sent are among the files. Nothing is sent: deploy, then `share-bridge
    publish`. Never remove a file.
    """
    if any(
        it.name == target and it.publisher == "activitypub"
        for it in workspace.config.targets
    ):
        workspace.prepare(target)
    named = "tending:export_files"
    click.echo(_done(workspace, target, named, folder, host=host, server=server))


@fediverse.command()
@click.argument("target")
@click.option("--to", "other", metavar="ACTOR", help="Another actor, by its handle.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def migrate(workspace: Any, target: str, other: str | None, *, yes: bool) -> None:
    """Take a new handle or new keys, or move to another actor.

    The handle and keys that are configured now become the actor's own.

    With --to, move to another actor: followers are asked to follow that one, which has
    to say that it was this one. It is a handle (blog@example.org) or an address, of
    another target or on another server. A move cannot be taken back.
    """
    if other is not None:
        _move(workspace, target, other, yes=yes)
        return
    text = _done(workspace, target, "migrate:differences")
    if not text:
        click.echo("The actor is what it was: there is nothing to do.")
        return
    click.echo(text)
    if not yes:
        click.confirm("Go on?", abort=True)
    click.echo(_done(workspace, target, "migrate:take_over"))


def _move(workspace: Any, target: str, other: str, *, yes: bool) -> None:
    found = _done(workspace, target, "migrate:destination", other)
    click.echo(f"{target} moves to {found}, and its followers with it, for good.")
    if not yes:
        click.confirm("Go on?", abort=True)
    click.echo(_done(workspace, target, "migrate:move", found))


@fediverse.command()
@click.argument("target")
@click.option("--clear", is_flag=True, help="Forget them.")
@click.pass_obj
def complaints(workspace: Any, target: str, *, clear: bool) -> None:
    """Show what moderators of other servers report of the blog."""
    click.echo(_done(workspace, target, "tending:list_complaints", clear=clear))


def _done(
    workspace: Any, target: str, function: str, *arguments: Any, **options: Any
) -> Any:
    """What a function of a module of ours makes of the actor of a target.

    It is named, not given: its module needs the extra, which opening the target asks
    for in words.
    """
    import asyncio
    from importlib import import_module
    from inspect import isawaitable

    module, _, name = function.partition(":")

    async def run() -> Any:
        async with workspace.target(target) as context:
            from share_bridge_activitypub.here import Actor
            from share_bridge_activitypub.settings import FediverseSettings

            if not isinstance(context.settings, FediverseSettings):
                raise click.UsageError(f"targets.{target} is no fediverse actor")
            do = getattr(import_module(f"share_bridge_activitypub.{module}"), name)
            done = do(Actor(context), *arguments, **options)
            return await done if isawaitable(done) else done

    return asyncio.run(run())
