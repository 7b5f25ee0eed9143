"""`share-bridge ledger`: the owner's word on what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from share_bridge.cli.ledger_files import compact
from share_bridge.cli.named import (
    find_post,
    find_target,
    find_targets,
    say,
    title_of,
)
from share_bridge.cli.options import config_option

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.ledger.ledger import Ledger
    from share_bridge.ledger.records import (
        DeliveryRecord,
        PostRecord,
        TargetRecord,
    )

__all__ = ["ledger"]


@click.group()
def ledger() -> None:
    """Answer questions: say what stands, what does not, what to try again.

    POST is a post's link or the start of its short id, as reports show it.
    """


ledger.add_command(compact)


@ledger.command()
@click.argument("post")
@click.argument("target")
@click.argument("url")
@config_option
@click.pass_obj
def adopt(workspace: Workspace, post: str, target: str, url: str) -> None:
    """It stands at URL: count POST as delivered to TARGET."""
    from share_bridge.cli.running import open_ledger
    from share_bridge.model.delivery import State
    from share_bridge.model.receipt import Receipt

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise click.UsageError(f"{url}: the address of the copy starts with https://")
    remote_id = parts.path.rstrip("/").rpartition("/")[2] or url
    with open_ledger(workspace.config) as opened, opened.transaction():
        record, found = find_post(opened, post), find_target(opened, target)
        deliveries = _creates(opened, found, record)
        if not deliveries:
            opened.deliveries.plan(target=found.id, post=record)
            deliveries = _creates(opened, found, record)
        for delivery in deliveries:
            opened.holds.settle(
                delivery,
                state=State.DELIVERED,
                reason="its owner says that it stands there",
                receipt=Receipt(remote_id, url),
            )
        _stand(opened, found, deliveries[0])
    say(f"{title_of(record)} stands at {target}: {url}")


@ledger.command()
@click.argument("post")
@click.argument("target")
@config_option
@click.pass_obj
def forget(workspace: Workspace, post: str, target: str) -> None:
    """It does not stand at TARGET: send POST there anew.

    Of many recipients only those get it again of whom nobody knows whether they
    have it.
    """
    from share_bridge.cli.running import open_ledger

    with open_ledger(workspace.config) as opened, opened.transaction():
        record, found = find_post(opened, post), find_target(opened, target)
        deliveries = _creates(opened, found, record)
        taken = opened.retractions.is_retracted(target=found.id, post=record.id)
        for delivery in deliveries:
            if taken or not delivery.recipient:
                opened.holds.anew(delivery)
            elif delivery.unknown:
                opened.holds.anew_recipient(delivery)
        if not deliveries:
            opened.deliveries.plan(target=found.id, post=record)
        opened.retractions.mark_gone(record.id, reason="")
    say(f"{title_of(record)} is sent to {target} by the next run")


@ledger.command()
@click.argument("post", required=False)
@click.option("--target", metavar="NAME", help="At this target only.")
@click.option("--held", is_flag=True, help="Only what is held and surely not sent.")
@config_option
@click.pass_obj
def seed(
    workspace: Workspace, post: str | None, target: str | None, *, held: bool
) -> None:
    """Count posts as sent before, so that they are never sent.

    Without POST the sources are read, and everything that is there now counts:
    for those who come from another tool.
    """
    from share_bridge.cli.running import open_ledger, run_seed
    from share_bridge.model.delivery import State

    if held:
        say(f"{_seed_held(workspace, target)} held posts now count as sent before")
        return
    if post is None:
        report = run_seed(workspace, targets=(target,) if target else ())
        skipped = report.totals["skipped"]
        say(f"{skipped} planned or held posts now count as sent before")
        return
    with open_ledger(workspace.config) as opened, opened.transaction():
        record = find_post(opened, post)
        for found in find_targets(opened, target):
            for delivery in opened.deliveries.of(target=found.id, post=record.id):
                if delivery.state in {State.PLANNED, State.HELD, State.WAITING}:
                    opened.holds.skip(delivery, reason="counted as sent before")
    say(f"{title_of(record)} counts as sent before")


def _seed_held(workspace: Workspace, target: str | None) -> int:
    """Nothing that is planned is touched: how many were held."""
    from share_bridge.cli.running import open_ledger
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
            opened.holds.skip(delivery, reason="counted as sent before")
    return len(held)


def _is_refused(target: TargetRecord, delivery: DeliveryRecord) -> bool:
    """The recipient's server wants nothing from this target."""
    from share_bridge.dispatch.questions import about_hosts

    asked = about_hosts(target=target.name, hosts=()).id
    return delivery.question == asked and not delivery.unknown


@ledger.command()
@click.argument("post", required=False)
@click.option("--target", metavar="NAME", help="At this target only.")
@click.option("--all", "everything", is_flag=True, help="All that waits or is held.")
@config_option
@click.pass_obj
def retry(
    workspace: Workspace, post: str | None, target: str | None, *, everything: bool
) -> None:
    """Try again with the next run what waits, is held or was refused.

    A post that may be the double of an older one is sent only when it is named; what
    was taken back is answered by `retract` and `ledger keep`, what waits to be approved
    by `approve`.

    With --target alone it frees a blocked target, or says that the account that
    its settings lead to now is meant. A lost attempt is looked for first, and not
    before its time.
    """
    from share_bridge.cli.running import open_ledger

    if post is None and target is None and not everything:
        raise click.UsageError("name a POST, --target NAME, or --all")
    with open_ledger(workspace.config) as opened, opened.transaction():
        record = None if post is None else find_post(opened, post)
        count = 0
        for found in find_targets(opened, target):
            opened.hosts.free(found.id)
            if record is None:
                count += _free(opened, found)
            if record is not None or everything:
                count += _retry(opened, found, record)
    say(f"{count} deliveries are tried again by the next run")


@ledger.command()
@click.argument("post", required=False)
@click.option("--target", metavar="NAME", help="At this target only.")
@click.option("--all", "everything", is_flag=True, help="Whatever would be changed.")
@config_option
@click.pass_obj
def keep(
    workspace: Workspace, post: str | None, target: str | None, *, everything: bool
) -> None:
    """Leave copies as they stand: make no change or deletion that is held or planned.

    For a post that was taken back and whose copy may stay, and for a copy that was
    edited over there. What the post says later is carried over again.
    """
    from share_bridge.cli.running import open_ledger
    from share_bridge.model.delivery import OPEN, State
    from share_bridge.model.message import Action

    if post is None and not everything:
        raise click.UsageError("name a POST, or --all")
    with open_ledger(workspace.config) as opened, opened.transaction():
        record = None if post is None else find_post(opened, post)
        changes = [
            delivery
            for found in find_targets(opened, target)
            for delivery in opened.deliveries.of(
                target=found.id, post="" if record is None else record.id
            )
            if delivery.action is not Action.CREATE
            and delivery.state in OPEN - {State.SENDING}
        ]
        for delivery in changes:
            opened.holds.skip(delivery, reason="its owner leaves the copy as it is")
    say(f"{len(changes)} copies are left as they stand")


def _stand(opened: Ledger, target: TargetRecord, delivery: DeliveryRecord) -> None:
    """What we sent may be edited later; what we never sent is not ours to edit."""
    message = opened.deliveries.frozen(delivery.message)
    opened.deliveries.stand(
        target=target.id,
        post=delivery.post,
        words=None if message is None else message.words,
        revision=opened.deliveries.revision(delivery.message),
    )


def _free(opened: Ledger, target: TargetRecord) -> int:
    """Let a blocked target go on; whatever account it leads to is meant."""
    from share_bridge.dispatch.questions import BLOCKING, about_target
    from share_bridge.model.question import Kind

    other = about_target(Kind.OTHER_ACCOUNT, target=target.name).id
    if opened.is_asked(other):
        opened.targets.confirm(target.id)
    else:
        opened.targets.recheck(target.id)
    return opened.holds.release(target.id, (*BLOCKING, Kind.HOSTS_BLOCKED))


def _retry(opened: Ledger, target: TargetRecord, record: PostRecord | None) -> int:
    from share_bridge.model.delivery import State

    states = {State.WAITING, State.HELD, State.PENDING}
    if record is not None:
        states.add(State.REJECTED)
    deliveries = opened.deliveries.of(
        target=target.id, post="" if record is None else record.id
    )
    return sum(
        opened.holds.due_now(delivery)
        for delivery in deliveries
        if delivery.state in states
        and not _is_for_another(opened, delivery, named=record is not None)
    )


def _is_for_another(opened: Ledger, delivery: DeliveryRecord, *, named: bool) -> bool:
    """Whether another command answers it; a double is sent only by its own name."""
    from share_bridge.model.question import Kind

    kind = opened.kind(delivery.question)
    if kind is Kind.SAME_POST:
        return not named
    return kind in {Kind.APPROVE, Kind.TAKEN_BACK}


def _creates(
    opened: Ledger, target: TargetRecord, record: PostRecord
) -> list[DeliveryRecord]:
    from share_bridge.model.message import Action

    deliveries = opened.deliveries.of(target=target.id, post=record.id)
    return [delivery for delivery in deliveries if delivery.action is Action.CREATE]
