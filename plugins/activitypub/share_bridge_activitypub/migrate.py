"""Another handle, address or key: knowingly, and with word to the followers."""

from __future__ import annotations

from hashlib import blake2b
from importlib.metadata import version
from typing import Any

from share_bridge.plugin import Notice
from share_bridge_activitypub import activities
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.keyring import Keyring
from share_bridge_activitypub.web.pages import Pages

__all__ = ["differences", "take_over"]


def differences(actor: Actor) -> str:
    """What is another than it was, in words; empty where nothing is."""
    known, keys = actor.known, Keyring.load(actor.context.credentials)
    if known is None:
        return ""
    lines = []
    if known["handle"] != actor.who.handle:
        lines.append(f"handle:  {known['handle']} → {actor.who.handle}")
    if known["actor"] != actor.who.actor:
        lines.append(
            f"address: {known['actor']} → {actor.who.actor}\n"
            "         Followers stay with the old one, and have to follow again."
        )
    if keys is None or keys.fingerprint != known["key"]:
        lines.append("keys:    new ones; followers are told")
    return "\n".join(lines)


def take_over(actor: Actor) -> str:
    """Be who is configured from now on, and tell followers of the new profile."""
    known = actor.known
    moved = known is not None and known["actor"] != actor.who.actor
    keys = actor.take_over()
    if moved:
        gone: list[tuple[str, Any]] = [(it.key, None) for it in actor.followers]
        actor.context.state.batch(gone)
        return (
            f"The actor is {actor.who.actor} now, and nobody follows it yet. Keep the "
            "old one's documents where they are, with a note that it moved."
        )
    tell_profile(actor, keys)
    return "Followers are told with the next run."


def tell_profile(actor: Actor, keys: Keyring) -> None:
    """Plan an Update of the actor for every follower."""
    page = Pages(actor, version=version("share-bridge")).at_actor()
    digest = blake2b(f"{keys.fingerprint}{page.document}".encode(), digest_size=8)
    update = activities.update_actor(
        actor.who, page.document, digest=digest.hexdigest()
    )
    notices = [
        Notice(
            key=f"{update['id']} {recipient.address}",
            title=f"profile to {recipient.host}",
            document=update,
            recipient=recipient,
        )
        for recipient in actor.followers.recipients()
    ]
    actor.context.state.batch((), notices)
