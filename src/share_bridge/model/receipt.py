"""What services answer: receipts, accounts, and their own lists of posts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field, to_builtins

__all__ = ["Account", "Pending", "Receipt", "Recipient", "RemotePost"]


class Receipt(Struct, frozen=True):
    """The service took it.

    Attributes:
        remote_id: The service's own name for the copy; what update and delete use.
        url: Where readers see the copy, or empty.
        parts: Remote ids of all parts of a thread, first to last.
        extra: JSON that the publisher wants back in update and delete.

    """

    remote_id: str
    url: str = ""
    parts: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a JSON document."""
        document: dict[str, Any] = to_builtins(self)
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Receipt:
        """The receipt that `to_json` wrote."""
        return cls(**{**document, "parts": tuple(document["parts"])})


class Pending(Struct, frozen=True):
    """Accepted, not visible yet: call again at `at` (aware, UTC)."""

    at: datetime
    reason: str = ""


class Account(Struct, frozen=True):
    """Who a target is over there.

    Attributes:
        id: The service's name for the account; binds the target to it.
        name: As people write it: `@blog@mastodon.example`.
        url: Its page, or empty.
        server: Host that it lives on; empty for local targets.
        expires: When its credentials end (aware, UTC); None: not known.
        application: What `RemotePost.application` says of our own posts, or empty.
        scopes: What the credentials may do, as the service names it; empty: not known.

    """

    id: str
    name: str = ""
    url: str = ""
    server: str = ""
    expires: datetime | None = None
    application: str = ""
    scopes: tuple[str, ...] = ()


class Recipient(Struct, frozen=True):
    """One inbox, one subscriber; publishers without fan-out have one, empty.

    Attributes:
        address: Where it goes: an inbox URL, an e-mail address, or empty.
        personal: The address is a person's: only its keyed hash is stored.
        host: The server that it goes to. What that server refuses or fails at
            concerns its recipients alone; empty: the whole target.

    """

    address: str = ""
    personal: bool = False
    host: str = ""


class RemotePost(Struct, frozen=True):
    """One of the target's own posts, as the service lists it.

    Attributes:
        id: The service's own name for it.
        url: Where readers see it.
        created: By the service's clock (aware, UTC).
        links: Every URL in it, whole.
        text: As shown, without markup.
        application: What posted it, as the service names it, or empty.
        in_reply_to: Id of the post it continues, or empty.

    """

    id: str
    url: str
    created: datetime
    links: tuple[str, ...] = ()
    text: str = ""
    application: str = ""
    in_reply_to: str = ""
