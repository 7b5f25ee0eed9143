"""Another handle or other keys, or another actor: knowingly, and followers are told.

An actor's address is for ever, for servers keep a follower under it. So a blog that
wants another one becomes another actor, and asks its followers to come along
(https://docs.joinmastodon.org/user/moving/, 2026-11-24).
"""

from __future__ import annotations

from hashlib import blake2b
from importlib.metadata import version
from typing import Any

from share_bridge.plugin import ConfigurationError, Notice, for_line
from share_bridge_activitypub import activities
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.moves import says_it_was
from share_bridge_activitypub.keyring import Keyring
from share_bridge_activitypub.remote import Remote, RemoteError
from share_bridge_activitypub.vocabulary import one_id
from share_bridge_activitypub.web.pages import Pages
from share_bridge_activitypub.webfinger import find_actor

__all__ = ["destination", "differences", "move", "take_over"]


def differences(actor: Actor) -> str:
    """What is another than it was, in words; empty where nothing is.

    Raises:
        ConfigurationError: It is the address, which cannot be taken over.

    """
    known, keys = actor.known, Keyring.load(actor.context.credentials)
    if known is None:
        return ""
    if known["actor"] != actor.who.actor:
        raise ConfigurationError(
            _ANOTHER_ADDRESS.format(
                target=actor.context.target,
                old=known["actor"],
                new=actor.who.actor,
                base=known["actor"].removesuffix("/actor"),
            )
        )
    lines = []
    if known["handle"] != actor.who.handle:
        lines.append(f"handle:  {known['handle']} → {actor.who.handle}")
    if keys is None or keys.fingerprint != known["key"]:
        lines.append("keys:    new ones")
    return "\n".join([*lines, "Followers are told."] if lines else [])


def take_over(actor: Actor) -> str:
    """Be who is configured from now on, and tell followers of the new profile."""
    keys = actor.take_over()
    actor.context.state.batch((), _to_all(actor, "profile", _profile(actor, keys)))
    return "Followers are told with the next run."


async def destination(actor: Actor, name: str) -> str:
    """The actor that a handle or address means, which says that it was this one.

    Raises:
        ConfigurationError: There is none, or it does not say so.

    """
    client = actor.context.content_http
    try:
        address = (
            name
            if "://" in name
            else await find_actor(client, name.lstrip("@"), like=actor.who.base)
        )
        document = await Remote(actor.knocker, who=None).fetch(address)
    except RemoteError as error:
        raise ConfigurationError(
            f"{name} cannot be found: {for_line(str(error))}"
        ) from None
    found = one_id(document)
    if found == actor.who.actor:
        raise ConfigurationError(f"{name} is this actor itself")
    if moved := one_id(document.get("movedTo")):
        raise ConfigurationError(f"{name} moved to {for_line(moved)} itself: name that")
    if not says_it_was(document, actor.who.actor):
        raise ConfigurationError(
            f"{name} does not say that it was @{actor.who.handle}. Say so there first: "
            f'with `known_as = ["{actor.who.actor}"]` in a target of share-bridge; '
            'in Mastodon under "Moving from a different account"'
        )
    return found


def move(actor: Actor, target: str) -> str:
    """Say that the blog is another actor now, and ask followers to follow that."""
    actor.context.state.batch([actor.moving(target)])
    notices = [
        *_to_all(actor, "profile", _profile(actor, actor.keys)),
        *_to_all(actor, "move", activities.move(actor.who, target)),
    ]
    actor.context.state.batch((), notices)
    return (
        f"@{actor.who.handle} says that it is {target} now. Its followers are asked to "
        "follow with the next run: on a static site, export and deploy the actor's "
        "document first.\nKeep the target and its documents: what was posted stays "
        "there. New posts are for the other actor."
    )


def _profile(actor: Actor, keys: Keyring) -> dict[str, Any]:
    """An Update of the actor; one for each version of it."""
    page = Pages(actor, version=version("share-bridge")).at_actor()
    digest = blake2b(f"{keys.fingerprint}{page.document}".encode(), digest_size=8)
    return activities.update_actor(actor.who, page.document, digest=digest.hexdigest())


def _to_all(actor: Actor, what: str, activity: dict[str, Any]) -> list[Notice]:
    return [
        Notice(
            key=f"{activity['id']} {recipient.address}",
            title=f"{what} to {recipient.host}",
            document=activity,
            recipient=recipient,
        )
        for recipient in actor.followers.recipients()
    ]


_ANOTHER_ADDRESS = """\
targets.{target} was {old}, and is {new} now: an actor cannot take another address, \
for its followers stay with the old one. Put `base = "{base}"` back. If the blog is to \
have another address all the same, add a second target with the new handle, and \
`known_as = ["{old}"]` in it; serve or deploy both; then run \
`share-bridge fediverse migrate {target} --to` with the new handle"""
