"""Who follows: one document each, so that they live in any kind of ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from share_bridge.plugin import Blocks, Documents, Recipient
from share_bridge_activitypub.inbox.activity import origin_of
from share_bridge_activitypub.vocabulary import one_id

__all__ = ["Follower", "Followers", "back", "inboxes_of"]

_PREFIX, _STRIKE, _GONE = "follower/", "strike/", "gone/"
#: Days on which an inbox was missing before it counts as gone.
_DAYS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """One actor that follows.

    Attributes:
        actor: Its id.
        inbox, shared: Where it is written to; `shared` serves its whole server, or
            is empty.
        follow: The id of the Follow, which an Accept or Reject names.
        since: ISO date.
        approved: It was let in.

    """

    actor: str
    inbox: str
    shared: str = ""
    follow: str = ""
    since: str = ""
    approved: bool = True

    @property
    def key(self) -> str:
        """Where its document is kept."""
        return f"{_PREFIX}{self.actor}"

    @property
    def recipient(self) -> Recipient:
        """The actor alone, not its server."""
        return Recipient(address=self.inbox, host=urlsplit(self.inbox).netloc)

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return {
            "actor": self.actor,
            "inbox": self.inbox,
            "shared": self.shared,
            "follow": self.follow,
            "since": self.since,
            "approved": self.approved,
        }


class Followers:
    """The followers in the documents of a target."""

    def __init__(self, state: Documents, blocks: Blocks | None = None) -> None:
        self._state = state
        self._blocks = blocks or Blocks(state)

    def get(self, actor: str) -> Follower | None:
        """The follower with this id, or None."""
        document = self._state.get(f"{_PREFIX}{actor}")
        return None if document is None else Follower(**document)

    def __iter__(self) -> Iterator[Follower]:
        for _, document in self._state.scan(_PREFIX):
            yield Follower(**document)

    def recipients(self) -> Iterator[Recipient]:
        """Every inbox once: a server with one for all is written to once."""
        seen, is_blocked = self._gone(), self._blocks.as_now()
        for follower in self:
            inbox = follower.shared or follower.inbox
            wanted = follower.approved and not is_blocked(follower.actor)
            if wanted and inbox not in seen:
                seen.add(inbox)
                yield Recipient(address=inbox, host=urlsplit(inbox).netloc)

    def strike(self, inbox: str, *, surely: bool, now: datetime) -> None:
        """An inbox is not there: those behind it go, after three days if in doubt."""
        days = {*self._missed.get(inbox, ()), now.date().isoformat()}
        self._missed[inbox] = sorted(days)
        if surely or len(days) >= _DAYS:
            self._state.batch([*back(inbox), (f"{_GONE}{inbox}", now.isoformat())])
        else:
            self._state.put(f"{_STRIKE}{inbox}", self._missed[inbox])

    def answered(self, inbox: str) -> None:
        """An inbox is there: what was missed of it does not count."""
        if self._missed.pop(inbox, None) is not None:
            self._state.batch(back(inbox))

    def sweep(self) -> None:
        """Let go of everybody behind inboxes that are gone: once, for all of them."""
        gone = self._gone()
        if not gone:
            return
        behind = [it.key for it in self if (it.shared or it.inbox) in gone]
        rest = [it for inbox in gone for it in back(inbox)]
        self._state.batch([*((key, None) for key in behind), *rest])

    def _gone(self) -> set[str]:
        """Inboxes that are, with followers who stay until they are swept."""
        return {key.removeprefix(_GONE) for key, _ in self._state.scan(_GONE)}

    @cached_property
    def _missed(self) -> dict[str, list[str]]:
        """Inboxes that were not there, and on which days."""
        return {
            key.removeprefix(_STRIKE): days for key, days in self._state.scan(_STRIKE)
        }


def back(inbox: str) -> list[tuple[str, None]]:
    """What to keep no longer of an inbox that is there after all."""
    return [(f"{_STRIKE}{inbox}", None), (f"{_GONE}{inbox}", None)]


def inboxes_of(actor: dict[str, Any]) -> tuple[str, str]:
    """An actor's inbox and its server's shared one; empty where it has none.

    Both have to be on the actor's own server: what is sent there is trusted to it.
    """
    origin = origin_of(one_id(actor))
    endpoints = actor.get("endpoints")
    shared = one_id(endpoints.get("sharedInbox")) if isinstance(endpoints, dict) else ""
    inbox = one_id(actor.get("inbox"))
    return (
        inbox if origin_of(inbox) == origin else "",
        shared if origin_of(shared) == origin else "",
    )
