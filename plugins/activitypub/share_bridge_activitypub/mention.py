"""Whom a post mentions, as the server knows them that they are on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from share_bridge.plugin import Recipient

__all__ = ["Mention", "spelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody whose handle leads to an actor.

    Attributes:
        handle: `user@host`.
        actor: The actor's id.
        page: Where people find them.
        inbox, shared: Where they are written to; `shared` serves their whole server,
            or is empty.

    """

    handle: str
    actor: str
    page: str
    inbox: str
    shared: str = ""

    @property
    def recipient(self) -> Recipient:
        """Their server, once for everybody on it."""
        inbox = self.shared or self.inbox
        return Recipient(address=inbox, host=urlsplit(inbox).netloc)

    @property
    def tag(self) -> dict[str, str]:
        """As an object lists it; without that nobody is told."""
        return {"type": "Mention", "href": self.actor, "name": f"@{self.handle}"}

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return asdict(self)


def spelled(handle: str) -> str:
    """The one spelling of `@user@host` that it is known by: `user@host`; or empty."""
    user, at, host = handle.lstrip("@＠").partition("@")
    return f"{user}@{host}".casefold() if at and user and host else ""
