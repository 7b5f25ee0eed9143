"""What the actor does: the activities that carry its objects and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.vocabulary import (
    CONTEXT,
    POST_CONTEXT,
    PUBLIC,
    QUOTE_CONTEXT,
)

__all__ = [
    "accept",
    "as_bytes",
    "create",
    "delete",
    "move",
    "reject",
    "revoke",
    "update",
    "update_actor",
]


def create(who: Identity, post: str, document: dict[str, Any]) -> dict[str, Any]:
    """Announce a new object."""
    return _about(who, "Create", who.create(post), document)


def update(
    who: Identity, post: str, document: dict[str, Any], *, number: int
) -> dict[str, Any]:
    """Announce the `number`th change of an object."""
    return _about(who, "Update", who.update(post, number), document)


def delete(who: Identity, post: str, stone: dict[str, Any]) -> dict[str, Any]:
    """Ask everyone who has an object to take it away."""
    return {
        "@context": CONTEXT,
        "id": who.delete(post),
        "type": "Delete",
        "actor": who.actor,
        "to": [PUBLIC],
        "cc": [who.followers],
        "object": stone,
    }


def update_actor(
    who: Identity, document: dict[str, Any], *, digest: str
) -> dict[str, Any]:
    """Tell everyone of another profile or key; `digest` names the version."""
    return {
        "@context": document["@context"],
        "id": f"{who.base}/profiles/{digest}",
        "type": "Update",
        "actor": who.actor,
        "to": [PUBLIC],
        "cc": [who.followers],
        "object": {name: it for name, it in document.items() if name != "@context"},
    }


def move(who: Identity, target: str) -> dict[str, Any]:
    """Ask everyone who follows to follow another actor from now on (FEP-7628)."""
    return {
        "@context": CONTEXT,
        "id": who.answer("moves", target),
        "type": "Move",
        "actor": who.actor,
        "to": [who.followers],
        "cc": [PUBLIC],
        "object": who.actor,
        "target": target,
    }


def accept(who: Identity, asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Say yes; what was asked is there whole, as some need it."""
    return _answer(who, "Accept", asked) | more


def reject(who: Identity, asked: dict[str, Any]) -> dict[str, Any]:
    """Say no."""
    return _answer(who, "Reject", asked)


def revoke(who: Identity, stamp: dict[str, Any], *, to: str, at: str) -> dict[str, Any]:
    """Take back what a stamp agreed to (FEP-044f); another `at` is another time."""
    return {
        "@context": QUOTE_CONTEXT,
        "id": who.answer("revocations", f"{stamp['id']} {at}"),
        "type": "Delete",
        "actor": who.actor,
        "to": [to],
        "object": stamp,
    }


def as_bytes(activity: Mapping[str, Any]) -> bytes:
    """What is sent, and signed with the request."""
    return json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()


def _answer(who: Identity, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "type", "actor", "object", "instrument")
    return {
        "@context": CONTEXT,
        "id": who.answer(f"{kind.lower()}s", str(asked["id"])),
        "type": kind,
        "actor": who.actor,
        "to": [asked["actor"]],
        "object": {name: asked[name] for name in names if name in asked},
    }


def _about(
    who: Identity, kind: str, name: str, document: dict[str, Any]
) -> dict[str, Any]:
    activity = {
        "@context": POST_CONTEXT,
        "id": name,
        "type": kind,
        "actor": who.actor,
        "published": document["published"],
        "to": document["to"],
        "cc": document["cc"],
        "object": document,
    }
    if kind == "Update":
        activity["published"] = document["updated"]
    return activity
