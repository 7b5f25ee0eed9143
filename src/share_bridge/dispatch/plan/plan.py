"""What is new at a target, and what was edited: decided in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec import Struct

from share_bridge.config.model import FirstRun, SourceConfig, TargetConfig
from share_bridge.dispatch.plan.absorb import likeness
from share_bridge.dispatch.plan.copies import count_as_copy, target_of
from share_bridge.dispatch.plan.filters import is_wanted, reason_against
from share_bridge.dispatch.questions import about_post, flood
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import PostRecord, TargetRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post
from share_bridge.model.question import Kind
from share_bridge.text.links import same_link

__all__ = ["FLOOD", "PlannedTarget", "plan_edits", "plan_new"]

#: More new posts than that at once, in a source that is known, are a question.
FLOOD = 10


class PlannedTarget(Struct, frozen=True):
    """A configured target, and what the ledger knows of it."""

    config: TargetConfig
    record: TargetRecord


def plan_new(
    ledger: Ledger,
    source: SourceConfig,
    targets: Sequence[PlannedTarget],
    *,
    language: str,
    now: datetime,
) -> None:
    """Plan a create for every post of the source that is new to a target.

    Args:
        ledger: In a transaction of the caller's.
        source: One that was read.
        targets: Where its posts go.
        language: Of posts that do not say.
        now: The time.

    """
    for target in targets:
        against = partial(
            reason_against, target.config.filters, language=language, now=now
        )
        unplanned = ledger.posts.unplanned(source.name, target=target.record.id)
        if not unplanned:
            continue  # an empty source says nothing of what is old in it
        fresh = [
            (record, post)
            for record in unplanned
            if is_wanted(post := record.post, target.config.name)
        ]
        fresh = _once(ledger, target, _absent(ledger, target, targets, fresh))
        fresh = _pass(ledger, target, fresh, against)
        if ledger.targets.subscribed(source.name, target=target.record.id):
            _plan_later(ledger, source, target, fresh, now=now)
        else:
            newest = _newest(ledger, source, target, fresh, against)
            _plan_first(ledger, source, target, fresh, newest=newest, now=now)
            ledger.targets.subscribe(source.name, target=target.record.id, now=now)


def plan_edits(
    ledger: Ledger, target: TargetRecord, *, compose: Callable[[Post], Message]
) -> None:
    """Plan an update for every delivered post whose words have changed."""
    for record, words, changes in ledger.deliveries.edited(target.id):
        if not is_wanted(record.post, target.name):
            continue
        try:
            message = compose(record.post)
        except ValueError:  # an override that does not fit: what stands, stands
            continue
        if message.words == words:
            ledger.deliveries.stand(
                target=target.id, post=record.id, words=words, revision=record.revision
            )
        else:
            ledger.deliveries.plan(
                target=target.id, post=record, action=Action.UPDATE, number=changes + 1
            )


def _absent(
    ledger: Ledger,
    target: PlannedTarget,
    targets: Sequence[PlannedTarget],
    fresh: list[tuple[PostRecord, Post]],
) -> list[tuple[PostRecord, Post]]:
    """What does not stand there by its author's own word; the rest counts as sent."""
    absent = []
    for record, post in fresh:
        urls = [url for url in post.syndication if target_of(url, targets) is target]
        if not urls:
            absent.append((record, post))
            continue
        ledger.deliveries.plan(target=target.record.id, post=record)
        planned = ledger.deliveries.of(target=target.record.id, post=record.id)
        count_as_copy(ledger, planned, urls[0], reason="its author says that it stands")
    return absent


def _pass(
    ledger: Ledger,
    target: PlannedTarget,
    fresh: list[tuple[PostRecord, Post]],
    against: Callable[[Post], str],
) -> list[tuple[PostRecord, Post]]:
    """What the target's filters let pass; the rest is skipped, and why is kept."""
    passed = []
    for record, post in fresh:
        if reason := against(post):
            ledger.deliveries.plan(
                target=target.record.id,
                post=record,
                state=State.SKIPPED,
                reason=reason,
            )
        else:
            passed.append((record, post))
    return passed


def _plan_first(
    ledger: Ledger,
    source: SourceConfig,
    target: PlannedTarget,
    fresh: list[tuple[PostRecord, Post]],
    *,
    newest: str | None,
    now: datetime,
) -> None:
    rule = target.config.first_run or source.first_run
    for record, post in fresh:
        chosen = rule is FirstRun.ALL or (
            rule is FirstRun.NEWEST and record.id == newest
        )
        if chosen:
            _plan_one(ledger, target, record, post, now=now)
        else:
            ledger.deliveries.plan(
                target=target.record.id,
                post=record,
                state=State.SKIPPED,
                reason=f"older than the first run (first_run = {rule})",
            )


def _newest(
    ledger: Ledger,
    source: SourceConfig,
    target: PlannedTarget,
    fresh: list[tuple[PostRecord, Post]],
    against: Callable[[Post], str],
) -> str | None:
    """The newest post of the source that is meant for the target."""
    newest = ledger.posts.newest(source.name)
    if newest is None or not fresh:
        return None
    post = ledger.posts.get(newest).post
    if is_wanted(post, target.config.name) and not against(post):
        return newest
    return fresh[-1][0].id


def _plan_later(
    ledger: Ledger,
    source: SourceConfig,
    target: PlannedTarget,
    fresh: list[tuple[PostRecord, Post]],
    *,
    now: datetime,
) -> None:
    if len(_sudden(ledger, target, fresh)) <= FLOOD:
        for record, post in fresh:
            _plan_one(ledger, target, record, post, now=now)
        return
    question = flood(source=source.name, target=target.config.name, count=len(fresh))
    held_by = ledger.ask(question, now=now)
    for record, _ in fresh:
        ledger.deliveries.plan(
            target=target.record.id,
            post=record,
            state=State.HELD,
            reason=f"{len(fresh)} new posts at once",
            question=held_by,
        )


def _sudden(
    ledger: Ledger, target: PlannedTarget, fresh: list[tuple[PostRecord, Post]]
) -> list[tuple[PostRecord, Post]]:
    """What nobody expects to be new; a digest expects the posts of its period."""
    if target.config.digest is None:
        return fresh
    from share_bridge.dispatch.plan.digest import (  # noqa: PLC0415 - few targets do
        passed_end,
    )

    passed = passed_end(ledger, target.config.name)
    return [
        (record, post)
        for record, post in fresh
        if passed is None or record.ordered_at < passed.timestamp()
    ]


def _once(
    ledger: Ledger, target: PlannedTarget, fresh: Sequence[tuple[PostRecord, Post]]
) -> list[tuple[PostRecord, Post]]:
    """Without what a source lists again under another id: same words, same link."""
    kept = []
    for record, post in fresh:
        oldest = _twin(ledger, record, post)
        if oldest is None or not same_link(oldest.post.url, post.url):
            kept.append((record, post))
            continue
        ledger.deliveries.plan(
            target=target.record.id,
            post=record,
            state=State.SKIPPED,
            reason="it is listed twice, under two ids",
        )
    return kept


def _twin(ledger: Ledger, record: PostRecord, post: Post) -> PostRecord | None:
    """An older post with the same title, day and content."""
    looks = likeness(post)
    oldest = ledger.posts.like(looks) if looks else None
    return None if oldest is None or oldest.id == record.id else oldest


def _plan_one(
    ledger: Ledger,
    target: PlannedTarget,
    record: PostRecord,
    post: Post,
    *,
    now: datetime,
) -> None:
    if _twin(ledger, record, post) is None:
        ledger.deliveries.plan(target=target.record.id, post=record)
        return
    question = about_post(
        Kind.SAME_POST, target=target.config.name, post=record.id, title=post.title
    )
    ledger.deliveries.plan(
        target=target.record.id,
        post=record,
        state=State.HELD,
        reason="an older post has the same title, day and content",
        question=ledger.ask(question, now=now),
    )
