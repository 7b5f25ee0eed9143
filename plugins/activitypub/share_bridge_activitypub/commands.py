"""`share-bridge fediverse` and `share-bridge conversation`: the owner's side of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from share_bridge_activitypub.here import Actor

__all__ = ["conversation", "fediverse"]

_HELP = {"help_option_names": ["-h", "--help"]}
_T = TypeVar("_T")


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
    from share_bridge_activitypub.tending import introduce

    click.echo(_with(workspace, target, introduce))


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
    from share_bridge_activitypub import tending

    def do(actor: Actor) -> str:
        if approve is not None:
            return tending.approve(actor, approve)
        if remove is not None:
            return tending.remove(actor, remove)
        return tending.list_followers(actor)

    click.echo(_with(workspace, target, do))


@fediverse.command()
@click.argument("target")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Hear them again.")
@click.pass_obj
def block(workspace: Any, target: str, name: str, *, undo: bool) -> None:
    """Hear nothing more of an actor, or of a host and all below it.

    NAME is an address or a host. What is kept of them is forgotten.
    """
    from share_bridge_activitypub import tending

    click.echo(
        _with(workspace, target, lambda actor: tending.block(actor, name, undo=undo))
    )


@fediverse.command()
@click.argument("target")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--host",
    type=click.Choice(["netlify", "cloudflare", "vercel", "nginx", "apache", "caddy"]),
    help="Also write the rules that tell this host the types of the files.",
)
@click.pass_obj
def export(workspace: Any, target: str, folder: Path, host: str | None) -> None:
    """Write the actor's documents as files, to be deployed with the site.

    Deploy them before `share-bridge publish`, and never remove one.
    """
    from share_bridge_activitypub.tending import export_files

    click.echo(
        _with(workspace, target, lambda actor: export_files(actor, folder, host=host))
    )


@fediverse.command()
@click.argument("target")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def migrate(workspace: Any, target: str, *, yes: bool) -> None:
    """Take the handle, address and keys that are configured now for the actor's own.

    With new keys, followers are told; with another address they stay with the old
    actor, and have to follow again.
    """
    from share_bridge_activitypub.migrate import differences, take_over

    text = _with(workspace, target, differences)
    if not text:
        click.echo("The actor is what it was: there is nothing to do.")
        return
    click.echo(text)
    if not yes:
        click.confirm("Go on?", abort=True)
    click.echo(_with(workspace, target, take_over))


@click.group(context_settings=_HELP)
def conversation() -> None:
    """What others said of your posts: seen by you first, then shown."""


@conversation.command("list")
@click.argument("target")
@click.option("--all", "everything", is_flag=True, help="Also what you have decided.")
@click.pass_obj
def show_list(workspace: Any, target: str, *, everything: bool) -> None:
    """Show the replies that wait for your word."""
    from share_bridge_activitypub.tending import list_interactions

    click.echo(
        _with(
            workspace,
            target,
            lambda actor: list_interactions(actor, everything=everything),
        )
    )


@conversation.command()
@click.argument("target")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def approve(workspace: Any, target: str, names: tuple[str, ...]) -> None:
    """Show a reply. ID is its address, or the short name that `list` shows."""
    from share_bridge_activitypub.interactions import Moderation
    from share_bridge_activitypub.tending import moderate

    click.echo(
        _with(
            workspace,
            target,
            lambda actor: moderate(actor, names, Moderation.APPROVED),
        )
    )


@conversation.command()
@click.argument("target")
@click.argument("names", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def hide(workspace: Any, target: str, names: tuple[str, ...]) -> None:
    """Show a reply no more. ID is as for approve."""
    from share_bridge_activitypub.interactions import Moderation
    from share_bridge_activitypub.tending import moderate

    click.echo(
        _with(
            workspace, target, lambda actor: moderate(actor, names, Moderation.HIDDEN)
        )
    )


@conversation.command("export")
@click.argument("target")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export_files(workspace: Any, target: str, folder: Path) -> None:
    """Write what was approved as JSON and HTML, two files for each post."""
    from share_bridge_activitypub.conversation import export_conversation

    count = _with(workspace, target, lambda actor: export_conversation(actor, folder))
    click.echo(f"{count} {'post was' if count == 1 else 'posts were'} talked about.")


def _with(workspace: Any, target: str, do: Callable[[Actor], _T]) -> _T:
    """What a function makes of the actor of a target."""
    import asyncio

    from share_bridge_activitypub.here import Actor
    from share_bridge_activitypub.settings import FediverseSettings

    async def run() -> _T:
        async with workspace.target(target) as context:
            if not isinstance(context.settings, FediverseSettings):
                raise click.UsageError(f"targets.{target} is no fediverse actor")
            return do(Actor(context))

    return asyncio.run(run())
