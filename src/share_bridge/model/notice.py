"""A notice: something a publisher tells one recipient that is not about a post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from share_bridge.model.receipt import Recipient

__all__ = ["Notice"]


class Notice(Struct, frozen=True, kw_only=True):
    """An answer to a follower, a new profile: sent soon, and as often as it takes.

    It may be sent twice, so that whoever gets it has to know it by its `key` or by
    something in its `document`.

    Attributes:
        key: The same notice has the same key: added again, it replaces what waits.
        title: For people, one line.
        document: JSON; the publisher's own.
        recipient: Whom it is for.

    """

    key: str
    title: str
    document: Mapping[str, Any]
    recipient: Recipient
