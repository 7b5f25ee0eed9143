"""The documents that say who the actor is: actor, WebFinger, NodeInfo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, ACTOR_CONTEXT

__all__ = [
    "Profile",
    "actor",
    "answers_to",
    "nodeinfo",
    "nodeinfo_links",
    "stamp",
    "webfinger",
]

_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/2.1"
_APPLICATION = "https://www.w3.org/ns/activitystreams#Application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the actor shows of itself.

    Attributes:
        kind: `Person`, `Organization`, `Service` or `Group`.
        name: As people read it.
        summary: HTML, sanitized.
        page: The blog.
        icon, image: Address and media type of the picture and the header; or None.
        fields: Rows of the profile, name to HTML.
        domains: Whose pages may name this actor as their author.
        approves: Followers are approved by hand.
        discoverable: May be suggested and searched.
        published: Since when there is this actor.
        known_as: Former actors that were this one.
        moved_to: The actor that this one became, or empty.

    """

    kind: str = "Person"
    name: str
    summary: str = ""
    page: str
    icon: tuple[str, str] | None = None
    image: tuple[str, str] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    domains: tuple[str, ...] = ()
    approves: bool = False
    discoverable: bool = True
    published: datetime | None = None
    known_as: tuple[str, ...] = ()
    moved_to: str = ""


def actor(
    who: Identity, profile: Profile, *, public_pem: str, proof_key: str
) -> dict[str, Any]:
    """The actor document.

    Args:
        who: Its addresses.
        profile: What it shows.
        public_pem: The RSA key, as `publicKeyPem` has it.
        proof_key: The Ed25519 key, as a Multikey has it; empty: none.

    """
    document = {
        "@context": ACTOR_CONTEXT,
        "id": who.actor,
        "type": profile.kind,
        "preferredUsername": who.user,
        "webfinger": who.handle,
        "name": profile.name,
        "summary": profile.summary,
        "url": profile.page,
        "inbox": who.inbox,
        "outbox": who.outbox,
        "followers": who.followers,
        "following": who.following,
        "featured": who.featured,
        "endpoints": {"sharedInbox": who.inbox},
        "manuallyApprovesFollowers": profile.approves,
        "discoverable": profile.discoverable,
        "indexable": profile.discoverable,
        "attributionDomains": list(profile.domains),
        "attachment": [
            {"type": "PropertyValue", "name": name, "value": value}
            for name, value in profile.fields.items()
        ],
        "publicKey": {
            "id": who.key_id,
            "owner": who.actor,
            "publicKeyPem": public_pem,
        },
    }
    return document | _pictures(profile) | _history(profile) | _proving(who, proof_key)


def _pictures(profile: Profile) -> dict[str, Any]:
    shown = {"icon": profile.icon, "image": profile.image}
    return {
        name: {"type": "Image", "mediaType": picture[1], "url": picture[0]}
        for name, picture in shown.items()
        if picture is not None
    }


def _history(profile: Profile) -> dict[str, Any]:
    """Since when there is this actor, and what it was before and is after."""
    since = profile.published
    told = {
        "published": "" if since is None else stamp(since),
        "alsoKnownAs": list(profile.known_as),
        "movedTo": profile.moved_to,
    }
    return {name: value for name, value in told.items() if value}


def _proving(who: Identity, key: str) -> dict[str, Any]:
    if not key:
        return {}
    multikey = {
        "id": who.proof_key_id,
        "type": "Multikey",
        "controller": who.actor,
        "publicKeyMultibase": key,
    }
    return {"assertionMethod": [multikey]}


def webfinger(who: Identity, profile: Profile) -> dict[str, Any]:
    """The answer at `/.well-known/webfinger` of the handle's and the actor's host."""
    return {
        "subject": f"acct:{who.handle}",
        "aliases": [profile.page, who.actor],
        "links": [
            {"rel": "self", "type": ACTIVITY_JSON, "href": who.actor},
            {
                "rel": "http://webfinger.net/rel/profile-page",
                "type": "text/html",
                "href": profile.page,
            },
        ],
    }


def answers_to(who: Identity, profile: Profile, resource: str) -> bool:
    """Whether a WebFinger question is about this actor: by handle or address."""
    text = unquote(resource).strip()
    if text in {who.actor, profile.page}:
        return True
    scheme, colon, rest = text.partition(":")
    if colon and scheme.casefold() == "acct":
        text = rest
    user, _, host = text.removeprefix("@").partition("@")
    hosts = {who.domain.casefold(), who.host.casefold()}
    return user.casefold() == who.user.casefold() and host.casefold() in hosts


def nodeinfo_links(who: Identity) -> dict[str, Any]:
    """The answer at `/.well-known/nodeinfo` (with FEP-2677)."""
    return {
        "links": [
            {"rel": _SCHEMA, "href": who.nodeinfo},
            {"rel": _APPLICATION, "href": who.actor},
        ]
    }


def nodeinfo(*, version: str, posts: int) -> dict[str, Any]:
    """The NodeInfo document, version 2.1."""
    return {
        "version": "2.1",
        "software": {"name": "share-bridge", "version": version},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {"total": 1}, "localPosts": posts},
        "metadata": {},
    }


def stamp(when: datetime) -> str:
    """RFC 3339 in UTC, to the second, which is what every server reads."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
