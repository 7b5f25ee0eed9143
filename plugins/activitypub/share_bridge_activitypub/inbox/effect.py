"""What an activity finds here, and leaves: documents to keep, answers to send."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from share_bridge.plugin import Blocks, Documents, Moderation, Recipient
from share_bridge_activitypub.followers import Followers
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.remote import Remote
from share_bridge_activitypub.vocabulary import one_id

__all__ = ["Answering", "Effect", "Here", "answering"]


@dataclass(frozen=True, slots=True)
class Answering:
    """An activity of ours that one actor is to get.

    Attributes:
        key: The same answer has the same key, and goes out once.
        activity: The document.
        recipient: The actor's own inbox.
        title: For people.

    """

    key: str
    activity: dict[str, Any]
    recipient: Recipient
    title: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What to commit, in one transaction.

    Attributes:
        documents: To keep by key; None: no longer.
        answers: To send.

    """

    documents: tuple[tuple[str, Any], ...] = ()
    answers: tuple[Answering, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """The side that was written to.

    Attributes:
        who: The actor.
        state: Its documents.
        remote: Fetches from other servers.
        now: The time.
        approves: Followers are let in by hand.
        shows: What becomes of a reply until the owner has seen it.
        quotes: Who may quote: `everyone`, `followers` or `nobody`.
        moved: The actor is another now, which followers have to follow.
        blocks: Who is not heard.

    """

    who: Identity
    state: Documents
    remote: Remote
    now: datetime
    approves: bool = False
    shows: Moderation = Moderation.PENDING
    quotes: str = "everyone"
    moved: bool = False
    blocks: Blocks | None = None
    _actors: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def actor(self, name: str) -> dict[str, Any]:
        """The document of another actor, fetched once."""
        if name not in self._actors:
            self._actors[name] = await self.remote.fetch(name)
        return self._actors[name]

    def met(self, document: dict[str, Any]) -> None:
        """Its document was fetched for its key just now."""
        self._actors[one_id(document)] = document

    def is_blocked(self, actor: str) -> bool:
        """Whether nothing is wanted of an actor."""
        return self.blocks is not None and self.blocks.has(actor)

    def may_quote(self, actor: str) -> bool:
        """Whether an actor may quote without asking."""
        if self.quotes != "followers":
            return self.quotes == "everyone"
        follower = Followers(self.state).get(actor)
        return follower is not None and follower.approved

    def post_of(self, address: str) -> str:
        """The short id of the post that an id of ours means, or empty."""
        prefix = self.who.post("")
        post = address.removeprefix(prefix)
        if not address.startswith(prefix) or "/" in post:
            return ""
        kept = self.state.get(f"object/{post}")
        return post if kept is not None and not kept.get("deleted") else ""


def answering(
    activity: dict[str, Any], inbox: str, version: str, title: str
) -> Answering:
    """An activity of ours for one inbox; another `version` is another answer."""
    host = urlsplit(inbox).netloc
    return Answering(
        key=f"{activity['id']} {version}".strip(),
        activity=activity,
        recipient=Recipient(address=inbox, host=host),
        title=f"{title} to {activity['to'][0]}",
    )
