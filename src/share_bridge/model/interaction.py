"""What somebody did with a copy of a post: a reply, a like, a boost, a quote."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Self

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

__all__ = ["Interaction", "InteractionKind", "Moderation"]

_PREFIX, _BY_ID = "interaction", "interaction-of"


class InteractionKind(StrEnum):
    """What somebody did with a post."""

    REPLY = "reply"
    LIKE = "like"
    BOOST = "boost"
    QUOTE = "quote"

    @property
    def speaks(self) -> bool:
        """It has words of its own."""
        return self in {InteractionKind.REPLY, InteractionKind.QUOTE}


class Moderation(StrEnum):
    """Whether it is shown."""

    PENDING = "pending"
    APPROVED = "approved"
    HIDDEN = "hidden"


class Interaction(Struct, frozen=True, kw_only=True):
    """One of them.

    It is kept in the documents of a target, under `interaction/POST/KIND/…`, and
    `interaction-of/ID` finds it again when its author changes or takes it back.

    Attributes:
        id: Of the reply or quote, or of the like or boost: unique everywhere, such as
            its address.
        post: Short id of our post; the core fills it in.
        actor: Address of who did it.
        name, handle, page, icon: How that actor shows itself; plain text and
            addresses.
        url: Where people read it, or empty.
        html: What was said, sanitized; empty for likes and boosts.
        published: ISO date.
        parent: The id of the reply that it answers, or empty.

    """

    id: str
    kind: InteractionKind
    actor: str
    post: str = ""
    name: str = ""
    handle: str = ""
    page: str = ""
    icon: str = ""
    url: str = ""
    html: str = ""
    published: str = ""
    parent: str = ""
    moderation: Moderation = Moderation.PENDING

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The interaction that was kept."""
        return convert(document, cls)

    @property
    def key(self) -> str:
        """Where it is kept: one like and one boost an actor, replies by their ids."""
        once = self.id if self.kind.speaks else self.actor
        name = blake2b(once.encode(), digest_size=12)
        return f"{_PREFIX}/{self.post}/{self.kind}/{name.hexdigest()}"

    @property
    def short(self) -> str:
        """How commands name it: 8 hex digits."""
        return self.key.rpartition("/")[2][:8]

    def documents(self) -> list[tuple[str, Any]]:
        """What to keep."""
        return [
            (self.key, to_builtins(self)),
            (f"{_BY_ID}/{self.id}", {"key": self.key}),
        ]

    def removal(self) -> list[tuple[str, Any]]:
        """What to keep no longer."""
        return [(self.key, None), (f"{_BY_ID}/{self.id}", None)]

    def moderated(self, moderation: Moderation) -> Self:
        """The same, with the owner's word on it."""
        return replace(self, moderation=moderation)
