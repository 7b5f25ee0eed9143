"""What is new, what was edited, what was there before: decided in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from msgspec import Struct

from share_bridge.config.model import FirstRun, SourceConfig, TargetConfig
from share_bridge.dispatch.questions import about_post, flood
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.posts import document
from share_bridge.ledger.records import PostRecord, TargetRecord
from share_bridge.model.delivery import State
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post
from share_bridge.model.question import Kind
from share_bridge.plugin.source import Reading

__all__ = ["FLOOD", "Absorbed", "PlannedTarget", "absorb", "plan_edits", "plan_new"]

_NEVER = datetime.max.replace(tzinfo=UTC)

#: More new posts than that at once, in a source that is known, are a question.
FLOOD = 10


class PlannedTarget(Struct, frozen=True):
    """A configured target, and what the ledger knows of it."""

    config: TargetConfig
    record: TargetRecord


class Absorbed(Struct, frozen=True):
    """What a reading brought.

    Attributes:
        new: Posts that were never seen.
        skipped: Posts that are not to be sent now; each says why.

    """

    new: tuple[PostRecord, ...] = ()
    skipped: tuple[Post, ...] = ()


def absorb(
    ledger: Ledger,
    source: SourceConfig,
    reading: Reading,
    *,
    configured: frozenset[str],
    now: datetime,
) -> Absorbed:
    """Keep the posts and validators of a reading.

    Args:
        ledger: In a transaction of the caller's.
        source: The source that was read.
        reading: What it gave.
        configured: Names of all sources: the words of a post whose source is gone
            belong to the one that has it now.
        now: The time.

    """
    new, skipped = [], []
    for post in _oldest_first(reading.posts):
        if post.skip_reason or post.override.skip:
            skipped.append(post)
        known = ledger.posts.find((post.identity, *post.aliases))
        if known is not None and not _is_beside(known, post, reading):
            _update(ledger, known, post, configured=configured)
            continue
        new.append(ledger.posts.add(post, likeness=likeness(post), now=now))
    for identity in reading.gone:
        known = ledger.posts.find((identity,))
        if known is not None and _is_owned(known, source.name, configured):
            reason = f"{source.name} says that it is deleted"
            ledger.retractions.mark_gone(known.id, reason=reason)
    ledger.posts.save_source(
        source.name,
        validators=reading.validators,
        state=reading.state.value,
        now=now,
    )
    return Absorbed(tuple(new), tuple(skipped))


def plan_new(
    ledger: Ledger,
    source: SourceConfig,
    targets: Iterable[PlannedTarget],
    *,
    now: datetime,
) -> None:
    """Plan a create for every post of the source that is new to a target."""
    for target in targets:
        fresh = [
            (record, post)
            for record in ledger.posts.unplanned(source.name, target=target.record.id)
            if _wanted(post := record.post, target.config.name)
        ]
        if ledger.targets.subscribed(source.name, target=target.record.id):
            _plan_later(ledger, source, target, fresh, now=now)
        else:
            _plan_first(ledger, source, target, fresh, now=now)
            ledger.targets.subscribe(source.name, target=target.record.id, now=now)


def plan_edits(
    ledger: Ledger, target: TargetRecord, *, compose: Callable[[Post], Message]
) -> None:
    """Plan an update for every delivered post whose words have changed."""
    for record, words, changes in ledger.deliveries.edited(target.id):
        if not _wanted(record.post, target.name):
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


def likeness(post: Post) -> str:
    """Equal for posts with the same title, day and content; empty if one lacks."""
    body = post.content or post.summary
    if not (post.title and body and post.published):
        return ""
    text = f"{post.title.casefold()}|{post.published.date()}|{body}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _is_beside(known: PostRecord, post: Post, reading: Reading) -> bool:
    """An address that went over to a new post: the one that had it is there still."""
    before = known.post.identity
    return before != post.identity and before in reading.present


def _update(
    ledger: Ledger, known: PostRecord, post: Post, *, configured: frozenset[str]
) -> None:
    """The first source owns the words, as long as it is configured."""
    owned = _is_owned(known, post.source, configured)
    if owned and document(post) != known.fresh:
        ledger.posts.change(known, post, likeness=likeness(post))
        for target in ledger.targets.all():
            if post.skip_reason or not _wanted(post, target.name):
                ledger.deliveries.withdraw(target=target.id, post=known.id)
    ledger.posts.add_aliases(known.id, (post.identity, *post.aliases))


def _is_owned(known: PostRecord, source: str, configured: frozenset[str]) -> bool:
    return known.source == source or known.source not in configured


def _plan_first(
    ledger: Ledger,
    source: SourceConfig,
    target: PlannedTarget,
    fresh: list[tuple[PostRecord, Post]],
    *,
    now: datetime,
) -> None:
    rule = target.config.first_run or source.first_run
    newest = _newest(ledger, source, target, fresh)
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
                reason=f"it was there before {target.config.name} (first_run = {rule})",
            )


def _newest(
    ledger: Ledger,
    source: SourceConfig,
    target: PlannedTarget,
    fresh: list[tuple[PostRecord, Post]],
) -> str | None:
    """The newest post of the source that is meant for the target."""
    newest = ledger.posts.newest(source.name)
    if newest is None or not fresh:
        return None
    if _wanted(ledger.posts.get(newest).post, target.config.name):
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
    if len(fresh) <= FLOOD:
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


def _plan_one(
    ledger: Ledger,
    target: PlannedTarget,
    record: PostRecord,
    post: Post,
    *,
    now: datetime,
) -> None:
    looks = likeness(post)
    oldest = ledger.posts.like(looks) if looks else None
    if oldest is None or oldest.id == record.id:
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


def _wanted(post: Post, target: str) -> bool:
    override = post.override
    if override.skip:
        return False
    return override.targets is None or target in override.targets


def _oldest_first(posts: Sequence[Post]) -> list[Post]:
    dated = [post for post in posts if post.published is not None]
    undated = [post for post in posts if post.published is None]
    # Feeds list the newest first: among the undated the last one is the oldest.
    return undated[::-1] + sorted(dated, key=lambda post: post.published or _NEVER)
