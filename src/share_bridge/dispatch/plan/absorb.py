"""What a reading brought is kept: new posts, changed ones, those that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from msgspec import Struct

from share_bridge.config.model import SourceConfig
from share_bridge.dispatch.plan.filters import is_wanted
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.posts import document
from share_bridge.ledger.records import PostRecord
from share_bridge.model.post import Post
from share_bridge.plugin.source import Reading
from share_bridge.sources.event import is_event

__all__ = ["Absorbed", "absorb", "likeness"]

_NEVER = datetime.max.replace(tzinfo=UTC)


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
            if post.skip_reason or not is_wanted(post, target.name):
                ledger.deliveries.withdraw(target=target.id, post=known.id)
            else:
                ledger.filtered.reconsider(target=target.id, post=known.id)
    ledger.posts.add_aliases(known.id, (post.identity, *post.aliases))


def _is_owned(known: PostRecord, source: str, configured: frozenset[str]) -> bool:
    if is_event(known.source):  # it was told in so many words
        return known.source == source
    return known.source == source or known.source not in configured


def _oldest_first(posts: Sequence[Post]) -> list[Post]:
    dated = [post for post in posts if post.published is not None]
    undated = [post for post in posts if post.published is None]
    # Feeds list the newest first: among the undated the last one is the oldest.
    return undated[::-1] + sorted(dated, key=lambda post: post.published or _NEVER)
