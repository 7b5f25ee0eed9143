"""What became of a lost attempt: the service is asked before anything is repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.receipt import Receipt, RemotePost
from share_bridge.text.links import same_link

__all__ = [
    "CLOCK",
    "Finding",
    "Verdict",
    "can_ask",
    "is_ours",
    "judge",
    "look",
    "may_replay",
    "same_text",
]

#: What a service's clock may differ from ours: far enough back costs one page more.
CLOCK = timedelta(hours=1)

#: More of one's own posts than that are not read to settle one.
_MOST = 1000


class Verdict(StrEnum):
    """What looking came to."""

    FOUND = "found"
    ABSENT = "absent"
    #: Something is there that may be ours, or may be not.
    INCONCLUSIVE = "inconclusive"
    #: Some parts of a thread stand.
    PARTLY = "partly"


class Finding(Struct, frozen=True):
    """What was found, and where.

    Attributes:
        standing: The first parts of a thread, in order, where not all of them stand.

    """

    verdict: Verdict
    receipt: Receipt | None = None
    reason: str = ""
    standing: tuple[RemotePost, ...] = ()


async def look(
    listing: AsyncIterator[RemotePost],
    message: Message,
    *,
    since: datetime,
    application: str = "",
) -> Finding:
    """Page back past the attempt's start and judge what was seen.

    Raises whatever the listing raises: what cannot be read proves nothing.
    """
    seen: list[RemotePost] = []
    async for remote in listing:
        if remote.created < since - CLOCK:
            break
        seen.append(remote)
        if len(seen) >= _MOST:
            return Finding(
                Verdict.INCONCLUSIVE, reason=f"over {_MOST} posts since the attempt"
            )
    return judge(seen, message, since=since, application=application)


def judge(
    remotes: Iterable[RemotePost],
    message: Message,
    *,
    since: datetime,
    application: str = "",
) -> Finding:
    """Found is the whole URL and the same text, or our mark, since the attempt.

    Args:
        remotes: The account's own posts since then, in any order.
        message: What was attempted.
        since: When the attempt began, by our clock.
        application: How the service names what posts for us, or empty.

    """
    recent = [remote for remote in remotes if remote.created >= since - CLOCK]
    parts = message.parts or (message.text,)
    if len(parts) > 1:
        return _judge_thread(recent, parts)
    near = [remote for remote in recent if _names(remote, message)]
    exact = [
        remote
        for remote in near
        if same_text(remote.text, message.text) or is_ours(remote, application)
    ]
    if exact:
        oldest = min(exact, key=lambda remote: remote.created)
        return Finding(Verdict.FOUND, Receipt(oldest.id, oldest.url))
    if near:
        return Finding(
            Verdict.INCONCLUSIVE,
            reason=f"a post with this link, but other words, stands at {near[0].url}",
        )
    return Finding(Verdict.ABSENT)


def may_replay(
    capabilities: Capabilities, *, first_attempt: datetime, now: datetime
) -> bool:
    """Whether sending again under the same key has the effect of once."""
    if capabilities.names_duplicates:
        return True
    lifetime = capabilities.honours_keys
    if lifetime is None:
        return False
    return lifetime == timedelta.max or now - first_attempt < lifetime


def can_ask(capabilities: Capabilities) -> bool:
    """Whether the target's own posts can be listed."""
    return capabilities.recent is Support.FULL


def is_ours(remote: RemotePost, application: str) -> bool:
    """Whether it bears our application's mark."""
    return bool(application) and remote.application == application


def same_text(shown: str, sent: str) -> bool:
    """Equal but for white space, which services shape as they like."""
    return "".join(shown.split()) == "".join(sent.split())


def _names(remote: RemotePost, message: Message) -> bool:
    if not message.link:
        return same_text(remote.text, message.text)
    return any(same_link(link, message.link) for link in remote.links)


def _judge_thread(recent: list[RemotePost], parts: tuple[str, ...]) -> Finding:
    """Parts are told by their text and by the part that they continue."""
    found: list[RemotePost] = []
    for part in parts:
        before = found[-1].id if found else ""
        match = [
            remote
            for remote in recent
            if same_text(remote.text, part) and (remote.in_reply_to == before)
        ]
        if not match:
            break
        found.append(min(match, key=lambda remote: remote.created))
    if len(found) == len(parts):
        ids = tuple(remote.id for remote in found)
        return Finding(Verdict.FOUND, Receipt(ids[0], found[0].url, parts=ids))
    if found:
        return Finding(Verdict.PARTLY, standing=tuple(found))
    return Finding(Verdict.ABSENT)
