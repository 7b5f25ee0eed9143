"""`share-bridge ledger seed`: what counts as sent before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from share_bridge.cli.named import find_post, find_targets, say, title_of
from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from datetime import datetime

    from share_bridge.cli.workspace import Workspace
    from share_bridge.dispatch.plan.seeding import Seed
    from share_bridge.ledger.records import DeliveryRecord, TargetRecord

__all__ = ["seed"]

_REASON = "counted as sent before"


@click.command()
@click.argument("post", required=False)
@click.option("--all", "everything", is_flag=True, help="Whatever is there now.")
@click.option(
    "--before", metavar="DATE", help="What was published before; send the rest."
)
@click.option(
    "--from",
    "memory",
    metavar="TOOL|FILE",
    help="What another tool sent: feed2toot, feediverse, or a file.",
)
@click.option("--held", is_flag=True, help="Only what is held and surely not sent.")
@click.option("--target", metavar="NAME", help="At this target only.")
@config_option
@click.pass_obj
def seed(
    workspace: Workspace,
    post: str | None,
    target: str | None,
    *,
    everything: bool,
    before: str | None,
    memory: str | None,
    held: bool,
) -> None:
    """Count posts as sent before, so that they are never sent.

    For those who come from another tool. FILE has links or ids of posts, one a line,
    or is JSON: a list of them, or a syndication.json, whose copies are then known.
    What is newer than the newest post that was sent before is new, and is sent by the
    next run.

    \b
    share-bridge ledger seed --all
    share-bridge ledger seed --before 2026-11-01
    share-bridge ledger seed --from feed2toot --target home
    share-bridge ledger seed --from public/syndication.json
    """  # noqa: D301 - click's mark of lines that stay lines
    ways = (post, everything, before, memory, held)
    if sum(map(bool, ways)) != 1:
        raise click.UsageError("name one: POST, --all, --before, --from, or --held")
    if held:
        say(f"{_seed_held(workspace, target)} held posts now count as sent before")
    elif post is not None:
        _seed_post(workspace, post, target)
    else:
        _seed_sources(workspace, _sown(workspace, before, memory), target)


def _sown(workspace: Workspace, before: str | None, memory: str | None) -> Seed:
    from share_bridge.dispatch.plan.seeding import Seed

    if before is not None:
        return Seed(before=_moment(before))
    if memory is None:
        return Seed()
    from share_bridge.sources.other_tools import read_memory

    home = Path(workspace.environ.get("HOME", "~"))
    found = read_memory(memory, home=home, folder=workspace.cwd)
    if found.until is None and not len(found):
        raise click.UsageError(f"--from {memory}: it names no post")
    return Seed(before=found.until, names=found.names, copies=found.copies)


def _moment(text: str) -> datetime:
    from share_bridge.config import values

    try:
        moment: datetime = values.date_time(text, values.Place(Path()))
    except values.InvalidError as error:
        raise click.UsageError(f"--before: {error}") from error
    return moment


def _seed_sources(workspace: Workspace, sown: Seed, target: str | None) -> None:
    from share_bridge.cli.running import run_seed

    result = run_seed(workspace, sown, targets=(target,) if target else ())
    say(f"{result.skipped} posts now count as sent before")
    if sown.copies:
        say(f"{result.copies} copies are known now")


def _seed_post(workspace: Workspace, post: str, target: str | None) -> None:
    from share_bridge.cli.runtime import open_ledger
    from share_bridge.model.delivery import State
    from share_bridge.model.message import Action

    with open_ledger(workspace.config) as opened, opened.transaction():
        record = find_post(opened, post)
        for found in find_targets(opened, target):
            for delivery in opened.deliveries.of(target=found.id, post=record.id):
                if (
                    delivery.state in {State.PLANNED, State.HELD, State.WAITING}
                    and delivery.action is not Action.DELETE
                ):
                    opened.holds.skip(delivery, reason=_REASON)
    say(f"{title_of(record)} counts as sent before")


def _seed_held(workspace: Workspace, target: str | None) -> int:
    """Nothing that is planned is touched: how many were held."""
    from share_bridge.cli.runtime import open_ledger
    from share_bridge.model.delivery import State
    from share_bridge.model.question import Kind

    with open_ledger(workspace.config) as opened, opened.transaction():
        held = [
            delivery
            for found in find_targets(opened, target)
            for delivery in opened.deliveries.of(target=found.id)
            if delivery.state is State.HELD
            and (delivery.attempts == 0 or _is_refused(found, delivery))
            and opened.kind(delivery.question) not in {Kind.APPROVE, Kind.TAKEN_BACK}
        ]
        for delivery in held:
            opened.holds.skip(delivery, reason=_REASON)
    return len(held)


def _is_refused(target: TargetRecord, delivery: DeliveryRecord) -> bool:
    """The recipient's server wants nothing from this target."""
    from share_bridge.dispatch.questions import about_hosts

    asked = about_hosts(target=target.name, hosts=()).id
    return delivery.question == asked and not delivery.unknown
