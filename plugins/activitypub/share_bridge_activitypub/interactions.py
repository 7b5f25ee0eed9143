"""What others said of a post: replies, likes, boosts, quotes, each one document.

`interaction/POST/KIND/…` holds it, and `interaction-of/ID` finds it again when its
author changes or takes back what has that id.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from share_bridge.plugin import Documents

__all__ = ["Interaction", "Interactions", "Kind", "Moderation"]

_PREFIX, _BY_ID = "interaction", "interaction-of"


class Kind(StrEnum):
    """What somebody did with a post."""

    REPLY = "reply"
    LIKE = "like"
    BOOST = "boost"
    QUOTE = "quote"


class Moderation(StrEnum):
    """Whether it is shown."""

    PENDING = "pending"
    APPROVED = "approved"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One of them.

    Attributes:
        id: Of the reply or quote, or of the activity: what takes it back names it.
        post: Short id of our post.
        actor: Who did it.
        name, handle, page, icon: How that actor shows itself; plain text and
            addresses.
        url: Where people read it, or empty.
        html: What was said, sanitized; empty for likes and boosts.
        published: ISO date.
        parent: The id of the reply that it answers, or empty.

    """

    id: str
    post: str
    kind: Kind
    actor: str
    name: str = ""
    handle: str = ""
    page: str = ""
    icon: str = ""
    url: str = ""
    html: str = ""
    published: str = ""
    parent: str = ""
    moderation: Moderation = Moderation.PENDING

    @property
    def key(self) -> str:
        """Where it is kept: one like and one boost an actor, replies by their ids."""
        once = self.kind in {Kind.LIKE, Kind.BOOST}
        name = blake2b((self.actor if once else self.id).encode(), digest_size=12)
        return f"{_PREFIX}/{self.post}/{self.kind}/{name.hexdigest()}"

    def documents(self) -> list[tuple[str, Any]]:
        """What to keep."""
        return [(self.key, asdict(self)), (f"{_BY_ID}/{self.id}", {"key": self.key})]

    def removal(self) -> list[tuple[str, Any]]:
        """What to keep no longer."""
        return [(self.key, None), (f"{_BY_ID}/{self.id}", None)]

    def moderated(self, moderation: Moderation) -> Interaction:
        """The same, with the owner's word on it."""
        return replace(self, moderation=moderation)


class Interactions:
    """All of them, in the documents of a target."""

    def __init__(self, state: Documents) -> None:
        self._state = state

    def named(self, name: str) -> Interaction | None:
        """The one with this id, or None."""
        found = self._state.get(f"{_BY_ID}/{name}")
        document = None if found is None else self._state.get(found["key"])
        return None if document is None else _read(document)

    def of(self, post: str = "", kind: Kind | None = None) -> Iterator[Interaction]:
        """Those of a post, or all."""
        prefix = f"{_PREFIX}/{post}/" if post else f"{_PREFIX}/"
        for _, document in self._state.scan(f"{prefix}{kind}/" if kind else prefix):
            yield _read(document)

    def by(self, actor: str) -> Iterator[Interaction]:
        """Everything that one actor did."""
        return (it for it in self.of() if it.actor == actor)

    def count(self, post: str, kind: Kind) -> int:
        """How many there are of a kind, shown or not."""
        return self._state.count(f"{_PREFIX}/{post}/{kind}/")


def _read(document: dict[str, Any]) -> Interaction:
    return Interaction(
        **{
            **document,
            "kind": Kind(document["kind"]),
            "moderation": Moderation(document["moderation"]),
        }
    )
