"""The actor of a site that nobody can write to: others have to look for what is new.

FEP-b06c (https://codeberg.org/fediverse/fep/src/branch/main/fep/b06c/fep-b06c.md,
2026-11-22). What nobody could follow or tell us is left out.
"""

from __future__ import annotations

from typing import Any

from share_bridge_activitypub.identity import Identity

__all__ = ["polled", "polled_actor"]

_LEFT_OUT = frozenset({"followers", "endpoints", "replies", "likes", "shares"})
_FEP = "https://w3id.org/fep/b06c/"
_TERMS = {name: f"{_FEP}{name}" for name in ("pollOnly", "updateInterval")}


def polled(document: Any, who: Identity) -> Any:
    """A document, or what is in it, without what leads nowhere."""
    if isinstance(document, dict):
        return {
            name: polled(it, who)
            for name, it in document.items()
            if name not in _LEFT_OUT
        }
    if isinstance(document, list):
        return [polled(it, who) for it in document if it != who.followers]
    return document


def polled_actor(document: dict[str, Any]) -> dict[str, Any]:
    """The actor as one whose outbox is to be looked at once a day."""
    return document | {
        "@context": [*document["@context"], _TERMS],
        "pollOnly": True,
        "updateInterval": "P1D",
    }
