"""`share-bridge retract`: take back what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from share_bridge.cli.named import find_post
from share_bridge.cli.options import config_option
from share_bridge.errors import ConfigurationError

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.ledger.ledger import Ledger
    from share_bridge.ledger.records import PostRecord

__all__ = ["retract"]

_Chosen = Mapping[str, list["PostRecord"]]


@click.command()
@click.argument("posts", nargs=-1, metavar="[POST]...")
@click.option(
    "--target", "targets", multiple=True, metavar="NAME", help="At this one only."
)
@click.option("--last-run", is_flag=True, help="What the last run sent that was new.")
@click.option("--run", metavar="ID", help="What this run sent; reports name it.")
@click.option("--held", is_flag=True, help="What is held because it was taken back.")
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0),
    default=20,
    show_default=True,
    help="Begin nothing after that; what is left is done by the next run.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON report.")
@config_option
@click.pass_context
def retract(
    ctx: click.Context,
    posts: tuple[str, ...],
    targets: tuple[str, ...],
    *,
    last_run: bool,
    run: str | None,
    held: bool,
    max_seconds: float,
    as_json: bool,
) -> None:
    """Take a post's copies away where it was sent, and send it nowhere again.

    POST is a post's link or the start of its short id, as reports show it. The
    copies go at once; what is out of reach waits for the next run. What was not sent
    yet is not sent. More than three at one target are held first: answer with --held.

    \b
    share-bridge retract https://example.org/oops/
    share-bridge retract 5f1d9c3b2a70 --target home
    share-bridge retract --last-run

    Exit codes are those of publish.
    """  # noqa: D301 - click's mark of lines that stay lines
    from share_bridge.cli.running import run_retract

    workspace: Workspace = ctx.obj
    if bool(posts) + last_run + (run is not None) + held != 1:
        raise click.UsageError("name POSTs, or --last-run, or --run ID, or --held")

    def choose(ledger: Ledger) -> _Chosen:
        if posts:
            found = _named(ledger, posts, _configured(workspace, targets))
        elif held:
            found = _held(ledger, _configured(workspace, targets))
        else:
            found = _of_run(ledger, run, _configured(workspace, targets))
        if not targets and not held:
            _mark_gone(ledger, found)
        return found

    ctx.exit(
        run_retract(
            workspace,
            choose,
            ask_if_many=not held,
            max_seconds=max_seconds,
            as_json=as_json,
        )
    )


def _configured(workspace: Workspace, targets: tuple[str, ...]) -> list[str]:
    from share_bridge.config.select import select_targets

    return [target.name for target in select_targets(workspace.config, targets)]


def _named(ledger: Ledger, posts: tuple[str, ...], targets: list[str]) -> _Chosen:
    records = [find_post(ledger, post) for post in posts]
    found = list({record.id: record for record in records}.values())
    return dict.fromkeys(targets, found)


def _of_run(ledger: Ledger, run: str | None, targets: list[str]) -> _Chosen:
    wanted = ledger.retractions.last_run() if run is None else run
    by_id = ledger.retractions.sent_by(wanted)
    names = {target.id: target.name for target in ledger.targets.all()}
    found = {
        names[target]: [ledger.posts.get(post) for post in posts]
        for target, posts in by_id.items()
        if names[target] in targets
    }
    if not found:
        which = "no run" if run is None else f"run {run}"
        raise ConfigurationError(f"{which} sent anything that stands there now")
    return found


def _held(ledger: Ledger, targets: list[str]) -> _Chosen:
    from share_bridge.model.delivery import State
    from share_bridge.model.question import Kind

    found = {
        target.name: [ledger.posts.get(delivery.post) for delivery in deliveries]
        for target in ledger.targets.all()
        if target.name in targets
        and (
            deliveries := [
                delivery
                for delivery in ledger.retractions.deletions(target=target.id)
                if delivery.state is State.HELD
                and ledger.kind(delivery.question) is Kind.TAKEN_BACK
            ]
        )
    }
    if not found:
        raise ConfigurationError("nothing is held that was taken back")
    return found


def _mark_gone(ledger: Ledger, found: _Chosen) -> None:
    """Targets that are added later get it no more than those of today."""
    with ledger.transaction():
        for record in {post.id: post for posts in found.values() for post in posts}:
            ledger.retractions.mark_gone(record, reason="its owner took it back")
