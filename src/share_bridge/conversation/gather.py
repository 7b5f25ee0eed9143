"""Asks a target's service what others did with its copies, and keeps what is new.

What the owner said of a reply stays said, until its author says something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.errors import (
    GoneError,
    PublishError,
    RateLimitedError,
    ShareBridgeError,
)
from share_bridge.ledger.copies import Copies
from share_bridge.model.interaction import Interaction, Moderation
from share_bridge.plugin.blocks import Blocks
from share_bridge.plugin.context import Documents
from share_bridge.plugin.interactions import Interactions
from share_bridge.text.plain import one_line
from share_bridge.text.sanitize import clean

__all__ = ["Gathered", "gather", "merge"]

_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_HTML = 200, 2_000, 20_000
#: A page would load them from a stranger.
_PICTURE = re.compile(r"<img\b[^>]*>")


class Gathered(Struct, frozen=True):
    """What asking came to.

    Attributes:
        posts: How many copies were asked about.
        new, changed, gone: Interactions.
        problem: Why it stopped before the end, or empty.
        rest: How long the service wants not to be asked.

    """

    posts: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    problem: str = ""
    rest: timedelta = timedelta()

    @classmethod
    def stopped(cls, error: ShareBridgeError) -> Self:
        """It did not come to the end."""
        rest = error.retry_after if isinstance(error, RateLimitedError) else None
        return cls(problem=str(error), rest=rest or timedelta())

    def plus(self, other: Gathered) -> Gathered:
        """Both together."""
        return Gathered(
            self.posts + other.posts,
            self.new + other.new,
            self.changed + other.changed,
            self.gone + other.gone,
            self.problem or other.problem,
            max(self.rest, other.rest),
        )


async def gather(
    opened: OpenedTarget, state: Documents, copies: Copies, *, most: int
) -> Gathered:
    """Ask about the newest copies of a target; what is gone there is forgotten.

    Args:
        opened: The target.
        state: Its documents.
        copies: Where it has copies.
        most: About so many posts.

    """
    standing = list(copies.at(opened.record.id))
    total = _forget_others(state, {post for post, _ in standing})
    for post, receipt in standing[:most]:
        listing = opened.publisher.interactions(receipt, opened.context())
        try:
            found = await opened.call(partial(_all, listing))
        except GoneError:
            found = []
        except PublishError as error:
            return total.plus(Gathered.stopped(error))
        total = total.plus(merge(state, post, found))
    return total


def merge(state: Documents, post: str, found: Iterable[Interaction]) -> Gathered:
    """Keep what was found of a post, and nothing else, in one transaction."""
    blocks, known = Blocks(state), Interactions(state)
    before = {it.key: it for it in known.of(post)}
    now = {
        it.key: it
        for it in (_cleaned(replace(it, post=post)) for it in found)
        if it.id and it.actor and not blocks.has(it.actor)
    }
    kept = {key: _judged(it, before.get(key)) for key, it in now.items()}
    changed = [it for key, it in kept.items() if it != before.get(key)]
    gone = [it for key, it in before.items() if key not in kept]
    documents: list[tuple[str, Any]] = [
        it for one in gone for it in known.removing(one)
    ]
    documents += [it for one in changed for it in one.documents()]
    if documents:
        state.batch(documents)
    new = sum(it.key not in before for it in changed)
    return Gathered(1, new, len(changed) - new, len(gone))


async def _all(listing: Any) -> list[Interaction]:
    return [it async for it in listing]


def _forget_others(state: Documents, posts: set[str]) -> Gathered:
    """What was said of copies that were taken away goes with them."""
    known = Interactions(state)
    gone = [it for it in known.of() if it.post not in posts]
    if gone:
        state.batch([it for one in gone for it in known.removing(one)])
    return Gathered(gone=len(gone))


def _judged(found: Interaction, known: Interaction | None) -> Interaction:
    """Likes and boosts say nothing that could hurt; words wait for the owner."""
    if known is not None and known.html == found.html:
        return found.moderated(known.moderation)
    if known is not None and known.moderation is Moderation.HIDDEN:
        return found.moderated(Moderation.HIDDEN)
    speaks = found.kind.speaks
    return found.moderated(Moderation.PENDING if speaks else Moderation.APPROVED)


def _cleaned(found: Interaction) -> Interaction:
    """Text as text, addresses as addresses, HTML without what could act."""
    html = clean(found.html[:_LONGEST_HTML]) if found.kind.speaks else ""
    return replace(
        found,
        actor=_address(found.actor),
        name=one_line(found.name)[:_LONGEST_NAME],
        handle=one_line(found.handle)[:_LONGEST_NAME],
        page=_address(found.page),
        icon=_address(found.icon),
        url=_address(found.url),
        html=_PICTURE.sub("", html),
        published=_date(found.published),
    )


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.hostname
    return text if good and len(text) <= _LONGEST_ADDRESS else ""


def _date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return ""
