"""What a feed's document says, once its entries have names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from share_bridge.model.post import Post
from share_bridge.sources.identity import Entry, Known, link_of, name_entries

__all__ = ["Parsed", "parsed_from", "without_changed"]

_MAX_NAMED = 3


class Parsed(Struct, frozen=True):
    """What a feed's document says.

    Attributes:
        posts: New and changed ones, in the order of the document.
        known: Every entry that is there and was understood, for the next time.
        present: Identities of everything that is there.
        gone: Identities that the document says are deleted.
        total: Entries that are there.
        due: When the first post that waits for its date is due, or None.
        complete: False: something was left out that the next reading may get.
        warnings: One line each.

    """

    posts: tuple[Post, ...]
    known: Known
    present: frozenset[str]
    total: int
    gone: frozenset[str] = frozenset()
    due: datetime | None = None
    complete: bool = True
    warnings: tuple[str, ...] = ()


def parsed_from(
    entries: Iterable[Entry],
    unchanged: Known,
    *,
    total: int,
    empty: Sequence[str] = (),
    complete: bool = True,
    notes: Sequence[str] = (),
) -> Parsed:
    """Name the entries, drop older twins, and say what to remember."""
    found = list(entries)
    named = name_entries(found, unchanged)
    newest = {post.identity: post for post in named.values()}
    waiting = {post.identity for post in newest.values() if post.skip_reason}
    known = dict(unchanged) | dict.fromkeys(empty, ("", ""))
    known |= {
        key: (post.identity, link_of(post.url))
        for key, post in named.items()
        if post.identity not in waiting
    }
    dates = [
        post.published
        for post in newest.values()
        if post.published and post.identity in waiting
    ]
    twins = _twins(list(named.values()))
    return Parsed(
        posts=tuple(
            post
            for entry in found
            if newest[(post := named[entry.key]).identity] is post
        ),
        known=known,
        present=frozenset(newest) | {identity for identity, _ in known.values()} - {""},
        total=total,
        due=min(dates, default=None),
        complete=complete,
        warnings=(*notes, *twins),
    )


def without_changed(unchanged: Known, parsed: Parsed) -> Known:
    """Those of which no other version has changed.

    Only with all versions of an entry at hand can the newest of them be told.
    """
    changed = {post.identity for post in parsed.posts}
    return {key: of for key, of in unchanged.items() if of[0] not in changed}


def _twins(posts: Sequence[Post]) -> list[str]:
    count = Counter(post.identity for post in posts)
    twice = sorted(name for name, times in count.items() if times > 1)
    if not twice:
        return []
    shown = ", ".join(name.partition(":")[2] for name in twice[:_MAX_NAMED])
    return [f"several entries are called {shown}; the newest of each is read"]
