"""Which posts are meant for a target: by their author, and by its filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from share_bridge.config.filters import Filters
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.post import Post

__all__ = ["is_wanted", "reason_against", "skip_filtered"]


def is_wanted(post: Post, target: str) -> bool:
    """Whether its author wants it there, by the post's own share block."""
    override = post.override
    if override.skip:
        return False
    return override.targets is None or target in override.targets


def reason_against(
    filters: Filters, post: Post, *, language: str, now: datetime | None = None
) -> str:
    """Why a post is not meant for a target, naming the key; empty: it is.

    Args:
        filters: Of the target.
        post: Any.
        language: Of posts that do not say.
        now: None: its age does not matter.

    """
    return next(_reasons(filters, post, language=language, now=now), "")


def skip_filtered(ledger: Ledger, target: str, filters: Filters, language: str) -> None:
    """Skip what was planned before the filters were as they are now."""
    for delivery in ledger.filtered.untried(target):
        post = ledger.posts.get(delivery.post).post
        if reason := reason_against(filters, post, language=language):
            ledger.holds.skip(delivery, reason=reason)


def _reasons(
    filters: Filters, post: Post, *, language: str, now: datetime | None
) -> Iterator[str]:
    tags = {_plain(tag) for tag in post.tags}
    if filters.tags and not tags & {_plain(tag) for tag in filters.tags}:
        yield f"filters.tags: it has none of {_list(filters.tags)}"
    for tag in filters.not_tags:
        if _plain(tag) in tags:
            yield f"filters.not_tags: it has {tag}"
    spoken = post.language or language
    if filters.language and not any(_speaks(spoken, it) for it in filters.language):
        yield f"filters.language: it is in {spoken or 'a language that nobody says'}"
    if filters.source and _source(post) not in filters.source:
        yield f"filters.source: it comes from {_source(post)}"
    if filters.title and not _looks_like(post.title, filters.title):
        yield f"filters.title: its title is not like {_list(filters.title)}"
    if filters.not_title and _looks_like(post.title, filters.not_title):
        yield f"filters.not_title: its title is like {_list(filters.not_title)}"
    if now is not None and _is_older(post, filters.max_age, now):
        yield f"filters.max_age: it is of {post.published:%Y-%m-%d}"


def _plain(tag: str) -> str:
    return tag.strip().removeprefix("#").casefold()


def _speaks(spoken: str, wanted: str) -> bool:
    spoken, wanted = spoken.lower(), wanted.lower()
    return spoken == wanted or spoken.startswith(f"{wanted}-")


def _source(post: Post) -> str:
    """The name of its source; a single post from an event is of `event`."""
    return post.source.partition(":")[0]


def _looks_like(title: str, patterns: Sequence[str]) -> bool:
    from fnmatch import fnmatchcase  # noqa: PLC0415 - few targets filter by title

    shown = title.casefold()
    return any(fnmatchcase(shown, pattern.casefold()) for pattern in patterns)


def _is_older(post: Post, age: timedelta | None, now: datetime) -> bool:
    return bool(age and post.published and now - post.published > age)


def _list(words: Sequence[str]) -> str:
    return ", ".join(words)
