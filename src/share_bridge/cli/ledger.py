"""`share-bridge ledger`: the owner's word on what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from share_bridge.cli.ledger_files import compact, copy, rebuild
from share_bridge.cli.named import (
    find_post,
    find_target,
    find_targets,
    say,
    title_of,
)
from share_bridge.cli.options import config_option
from share_bridge.cli.seed import seed

if TYPE_CHECKING:
    from share_bridge.cli.workspace import Workspace
    from share_bridge.ledger.ledger import Ledger
    from share_bridge.ledger.records import (
        DeliveryRecord,
        PostRecord,
        TargetRecord,
    )

__all__ = ["ledger"]

_RETRY = "share-bridge ledger retry "


@click.group()
def ledger() -> None:
    """Answer questions: say what stands, what does not, what to try again.

    POST is a post's link or the start of its short id, as reports show it.
    """


for command in (compact, copy, rebuild):
    ledger.add_command(command)


ledger.add_command(seed)


@ledger.command()
@click.argument("post")
@click.argument("target")
@click.argument("url")
@config_option
@click.pass_obj
def adopt(workspace: Workspace, post: str, target: str, url: str) -> None:
    """It stands at URL: count POST as delivered to TARGET."""
    from share_bridge.cli.runtime import open_ledger
    from share_bridge.dispatch.plan.copies import receipt_of_address
    from share_bridge.model.delivery import State

    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise click.UsageError(f"{url}: the address of the copy starts with https://")
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
                receipt=receipt_of_address(url),
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
    from share_bridge.cli.runtime import open_ledger

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
@click.option("--all", "everything", is_flag=True, help="All that waits or is held.")
@config_option
@click.pass_obj
def retry(
    workspace: Workspace, post: str | None, target: str | None, *, everything: bool
) -> None:
    """Try again with the next run what waits, is held or was refused.

    A post that may be the double of an older one is sent only when it is named, and so
    is one that may stand where nobody can look: `adopt`, `seed` and `forget` answer
    that; what was taken back is answered by `retract` and `ledger keep`, what waits to
    be approved by `approve`.

    With --target alone it frees a blocked target, or says that the account that
    its settings lead to now is meant. A lost attempt is looked for first, and not
    before its time.
    """
    from share_bridge.cli.runtime import open_ledger

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
    """Leave copies as they stand.

    No change or deletion that is held or planned is made: of a post that was taken back
    and whose copy may stay, or of a copy that was edited over there. What the post says
    later is carried over again.
    """
    from share_bridge.cli.runtime import open_ledger
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
    """Whether another command answers it, or it goes only by the post's own name."""
    from share_bridge.model.question import Kind

    kind = opened.kind(delivery.question)
    if kind is Kind.OUTCOME_UNKNOWN:
        tried = (it.startswith(_RETRY) for it in opened.answers(delivery.question))
        return not named and not any(tried)  # it would be asked once more
    if kind is Kind.SAME_POST:
        return not named
    return kind in {Kind.APPROVE, Kind.TAKEN_BACK}


def _creates(
    opened: Ledger, target: TargetRecord, record: PostRecord
) -> list[DeliveryRecord]:
    from share_bridge.model.message import Action

    deliveries = opened.deliveries.of(target=target.id, post=record.id)
    return [delivery for delivery in deliveries if delivery.action is Action.CREATE]
