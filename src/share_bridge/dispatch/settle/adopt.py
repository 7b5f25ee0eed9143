"""What stands at a target before a create: no ledger knows what was posted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from share_bridge.dispatch.questions import about_target
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.settle.settle import can_ask, is_ours, same_text
from share_bridge.dispatch.target.identity import block
from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import PublishError, TargetBlockedError
from share_bridge.ledger.records import DeliveryRecord, PostRecord
from share_bridge.model.delivery import State
from share_bridge.model.question import Kind
from share_bridge.model.receipt import Receipt, RemotePost
from share_bridge.text.links import canonical, is_home_page

__all__ = ["adopt", "adopt_standing"]

#: A post may have been shared a little before its own date.
_EARLY = timedelta(days=2)
#: More of an account's own posts than that are not read.
_MOST = 2000


async def adopt(runtime: Runtime, opened: OpenedTarget) -> str:
    """Find the posts that stand there already, and count them as delivered.

    Returns:
        Empty where creates may be sent now, else why not yet.

    """
    known = opened.record.adopted
    if opened.capabilities.local or (known and not can_ask(opened.capabilities)):
        if not known:
            _done(runtime, opened)
        return ""
    if not can_ask(opened.capabilities):
        return _without_asking(runtime, opened)
    try:
        await adopt_standing(runtime, opened)
    except TargetBlockedError as error:
        block(runtime, opened.record, Kind.TARGET_BLOCKED, detail=str(error))
        return str(error)
    except PublishError as error:
        return f"what stands there could not be read: {error}"
    if not known:
        _done(runtime, opened)
    return ""


def _without_asking(runtime: Runtime, opened: OpenedTarget) -> str:
    ledger = runtime.ledger
    if not runtime.ci or runtime.first_run:
        _done(runtime, opened)
        return ""
    reason = "the ledger is new, and the service cannot be asked"
    question = about_target(Kind.FIRST_RUN, target=opened.config.name)
    with ledger.transaction():
        held_by = ledger.ask(question, now=runtime.now())
        ledger.holds.hold_firsts(opened.record.id, question=held_by, reason=reason)
    return ""


async def adopt_standing(
    runtime: Runtime, opened: OpenedTarget, *, since: datetime | None = None
) -> list[RemotePost]:
    """Count the posts that stand there as delivered.

    Args:
        runtime: What to work with.
        opened: Where to look.
        since: How far back; None: to the oldest post that is to be sent.

    Returns:
        The account's own posts that were looked at.

    Raises:
        PublishError: They could not be listed.

    """
    candidates = runtime.ledger.deliveries.adoptable(opened.record.id)
    if opened.record.adopted:  # the owner's word of later epochs wins
        candidates = [
            (delivery, record)
            for delivery, record in candidates
            if delivery.state is State.PLANNED and delivery.epoch == 1
        ]
    by_link: dict[str, list[tuple[DeliveryRecord, PostRecord]]] = {}
    for delivery, record in candidates:
        if record.post.url:
            sharing = by_link.setdefault(canonical(record.post.url), [])
            sharing.append((delivery, record))
    planned = [
        record for delivery, record in candidates if delivery.state is not State.SKIPPED
    ]
    if since is None and not planned:
        return []
    known = runtime.ledger.copies.ids(opened.record.id)  # of other posts
    listed = await _list(opened, since=since or _since(planned))
    for remote in reversed(listed):
        if remote.id in known:
            continue
        found = []
        for link in {canonical(link) for link in remote.links}:
            sharing = by_link.get(link, [])
            place = _match(opened, [record for _, record in sharing], remote, link)
            if place is not None:
                found.append(sharing.pop(place))
        if opened.config.digest is not None and len(found) > 1:
            for delivery, _ in found:
                reason = f"in a digest that stands there: {remote.url}"
                runtime.ledger.holds.skip(delivery, reason=reason)
            continue
        for delivery, record in found:
            _count(runtime, opened, delivery, record, remote=remote)
    return listed


def _match(
    opened: OpenedTarget, sharing: list[PostRecord], remote: RemotePost, link: str
) -> int | None:
    """Which of the posts with this link it is: by its words, else the only one.

    Who links to the front of a site means the site.
    """
    for place, record in enumerate(sharing):
        if _words(opened, record, remote) is not None:
            return place
    return 0 if len(sharing) == 1 and not is_home_page(link) else None


def _words(opened: OpenedTarget, record: PostRecord, remote: RemotePost) -> str | None:
    """The fingerprint of our words, if it has them; else it is not ours to edit.

    Our mark tells whose it is, but not which post's: only its one link does.
    """
    try:
        message = opened.compose(record.post)
    except ValueError:
        return None
    marked = is_ours(remote, opened.record.application) and (
        {canonical(link) for link in remote.links} == {canonical(message.link)}
    )
    return message.words if marked or same_text(message.text, remote.text) else None


async def _list(opened: OpenedTarget, *, since: datetime) -> list[RemotePost]:
    async def read() -> list[RemotePost]:
        remotes: list[RemotePost] = []
        async for remote in opened.publisher.recent(opened.context(), since=since):
            if remote.created < since or len(remotes) >= _MOST:
                break
            remotes.append(remote)
        return remotes

    return await opened.call(read, seconds=opened.longest)


def _count(
    runtime: Runtime,
    opened: OpenedTarget,
    delivery: DeliveryRecord,
    record: PostRecord,
    *,
    remote: RemotePost,
) -> None:
    """Ours, if it has our words; else the author's own, which is never edited."""
    ledger = runtime.ledger
    with ledger.transaction():
        ledger.holds.settle(
            delivery,
            state=State.DELIVERED,
            reason="it stood there already",
            receipt=Receipt(remote.id, remote.url),
        )
        ledger.deliveries.stand(
            target=delivery.target,
            post=delivery.post,
            words=_words(opened, record, remote),
            revision=record.revision,
        )


def _since(planned: list[PostRecord]) -> datetime:
    """Back to the oldest post that is to be sent; undated ones: as far as it goes."""
    oldest = min(record.ordered_at for record in planned)
    if oldest <= 0:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return datetime.fromtimestamp(oldest, UTC) - _EARLY


def _done(runtime: Runtime, opened: OpenedTarget) -> None:
    runtime.ledger.targets.mark_adopted(opened.record.id, now=runtime.now())
    opened.refresh(
        runtime.ledger.targets.named(opened.config.name, opened.config.publisher)
    )
