"""A few servers with actors on them, in memory: friends, strangers and impostors."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from share_bridge.config.settings import read_settings
from share_bridge.plugin import Notice, Remark
from share_bridge.testing import FakeContext
from share_bridge.testing.context import FakeDocuments
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.door import Door
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.settings import FediverseSettings
from share_bridge_activitypub.signatures import (
    PrivateKey,
    Request,
    Scheme,
    SignatureError,
    claims,
    sign,
)
from share_bridge_activitypub.spool.collect import collect
from share_bridge_activitypub.spool.door import SpoolDoor
from share_bridge_activitypub.spool.instance import Instance
from share_bridge_activitypub.spool.routes import spool_routes
from share_bridge_activitypub.spool.spool import Spool
from share_bridge_activitypub.web.routes import Knockable

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
INBOX = "https://blog.example/ap/inbox"
OURS = "https://blog.example/ap/actor"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"

#: Made once: a key takes longer than a test.
_KEYS = [PrivateKey.make_rsa() for _ in range(3)]
_ED25519 = PrivateKey.make_ed25519()


class Person:
    """An actor on another server, with a key, who can sign."""

    def __init__(
        self,
        name: str,
        host: str = "social.example",
        *,
        key: int = 0,
        scheme: str = "https",
    ) -> None:
        server = f"{scheme}://{host}"
        self.id = f"{server}/users/{name}"
        self.key_id = f"{self.id}#main-key"
        self.key = _KEYS[key]
        self.document: dict[str, Any] = {
            "@context": ["https://www.w3.org/ns/activitystreams"],
            "id": self.id,
            "type": "Person",
            "preferredUsername": name,
            "name": name.title(),
            "inbox": f"{self.id}/inbox",
            "endpoints": {"sharedInbox": f"{server}/inbox"},
            "icon": {"type": "Image", "url": f"{server}/{name}.png"},
            "publicKey": {
                "id": self.key_id,
                "owner": self.id,
                "publicKeyPem": self.key.public.to_pem(),
            },
        }

    def does(self, kind: str, about: Any, **more: Any) -> dict[str, Any]:
        """An activity of this person."""
        return {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.id}/{kind.lower()}/1",
            "type": kind,
            "actor": self.id,
            "object": about,
            **more,
        }

    def note(self, parent: str, html: str = "<p>Well said!</p>") -> dict[str, Any]:
        """A public reply."""
        return {
            "id": f"{self.id}/notes/1",
            "type": "Note",
            "attributedTo": self.id,
            "inReplyTo": parent,
            "content": html,
            "published": "2026-11-24T11:00:00Z",
            "to": [PUBLIC],
            "cc": [OURS],
        }


class World(httpx.AsyncBaseTransport):
    """Every other server.

    Attributes:
        documents: What is at an address: a document, or a status.
        types: Content types that differ, by address.
        asked: Addresses that were asked for, in order.
        delivered: What was posted: inbox and activity.
        knocked: Inboxes that were posted to, taken or not, in order.
        answers: Statuses for inboxes that do not take what they get.
        headers: What comes with such a status.
        only: The one scheme that a host understands.
        ours: What our own host serves, if it serves anything.

    """

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any] | int | str] = {}
        self.types: dict[str, str] = {}
        self.asked: list[str] = []
        self.delivered: list[tuple[str, dict[str, Any]]] = []
        self.knocked: list[str] = []
        self.answers: dict[str, int] = {}
        self.headers: dict[str, str] = {}
        self.only: dict[str, Scheme] = {}
        self.ours: httpx.ASGITransport | None = None

    def add(self, *people: Person) -> None:
        """They are on their servers."""
        for person in people:
            self.documents[person.id] = person.document

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """As the servers answer."""
        url = str(request.url)
        await request.aread()
        if self.ours is not None and request.url.host == "blog.example":
            return await self.ours.handle_async_request(request)
        only = self.only.get(request.url.host)
        if only is not None and _scheme(request) is not only:
            return httpx.Response(401)
        if request.method == "POST":
            self.knocked.append(url)
            status = self.answers.get(url, 202)
            if status != 202:
                return httpx.Response(status, headers=self.headers)
            self.delivered.append((url, json.loads(request.content)))
            return httpx.Response(status)
        self.asked.append(url)
        found = self.documents.get(url, 404)
        if isinstance(found, int):
            return httpx.Response(found)
        if isinstance(found, str):
            return httpx.Response(302, headers={"Location": found})
        kind = self.types.get(url, "application/activity+json")
        return httpx.Response(200, json=found, headers={"Content-Type": kind})


def _scheme(request: httpx.Request) -> Scheme | None:
    try:
        found = claims(
            Request(request.method, str(request.url), request.headers, request.content)
        )
    except SignatureError:
        return None
    return found[0].scheme


@dataclass
class Blog:
    """Our actor, its door, and what it knows."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        table = {"handle": "blog@blog.example"} | self.settings
        self.context = FakeContext(
            self.folder, settings=read_settings(FediverseSettings, table)
        )
        self.context.clock = NOW
        self.context.transport = self.world
        self.context.credentials.replace(
            lambda _: {
                "rsa_private_key": _KEYS[2].to_pem(),
                "ed25519_private_key": _ED25519.to_pem(),
            }
        )
        self.actor = Actor(self.context)
        self.door = Door(self.actor)

    @property
    def state(self) -> FakeDocuments:
        """Its documents."""
        state = self.context.state
        assert isinstance(state, FakeDocuments)
        return state

    @property
    def notices(self) -> list[Notice]:
        """What it wants to tell."""
        return self.state.notices

    def kept(self) -> list[str]:
        """What is kept, but for what every request leaves."""
        passing = ("seen/", "key/", "identity", "scheme/", "object/", "collected")
        return [key for key, _ in self.state.scan() if not key.startswith(passing)]

    def publish(self, post: str = "1") -> str:
        """A post on the shelf; its id."""
        address = self.actor.who.post(post)
        self.state.put(f"object/{post}", {"post": post, "deleted": False})
        return address

    def get(
        self,
        document: dict[str, Any] | bytes,
        by: Person,
        *,
        scheme: Scheme = Scheme.CAVAGE,
        content_type: str = "application/activity+json",
        key_id: str = "",
        at: datetime = NOW,
        **headers: str,
    ) -> Answer:
        """What the door says to a request that somebody signed."""
        body = (
            document if isinstance(document, bytes) else json.dumps(document).encode()
        )
        plain = {"Content-Type": content_type}
        signed = sign(
            Request("POST", INBOX, plain, body),
            key=by.key,
            key_id=key_id or by.key_id,
            now=at,
            scheme=scheme,
        )
        return self.knock(plain | signed | headers, body)

    def knock(self, headers: dict[str, str], body: bytes) -> Answer:
        """What the door says to a request."""
        return _knock(self.door, headers, body)


class SpooledBlog(Blog):
    """Our actor made of files, with an inbox on its own from which it collects.

    Attributes:
        box: What the inbox works with; it shares nothing with the blog.
        spool_state: Its documents.

    """

    def __post_init__(self) -> None:
        token = "spool-token-0123456789"
        self.settings = {"inbox": "spool", "spool_token": token} | self.settings
        super().__post_init__()
        self.box = FakeContext(self.folder, settings=self.context.settings)
        self.box.transport = self.world
        self.box.credentials.replace(
            lambda _: {"instance_private_key": _KEYS[2].to_pem()}
        )
        self.open()

    def open(self, **limits: int) -> None:
        """Start the inbox, with what it kept before."""
        self.box.clock = self.context.clock
        self.spool = Spool(self.box.state, **limits)
        self.world.ours = httpx.ASGITransport(
            Starlette(routes=spool_routes(self.box, self.spool))
        )
        self.box_door = SpoolDoor(
            self.box, self.spool, Instance(self.box, self.actor.who)
        )

    def knock(self, headers: dict[str, str], body: bytes) -> Answer:
        """What a request comes to in the end: at the door, and once collected."""
        answer = self.leave(headers, body)
        if answer.status != HTTPStatus.ACCEPTED:
            return answer
        for remark in self.collect():
            return Answer(HTTPStatus.BAD_REQUEST, remark.text)
        aside = self.state.count("aside/")
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE) if aside else answer

    def leave(self, headers: dict[str, str], body: bytes) -> Answer:
        """What the door of the inbox says."""
        self.box.clock = self.context.clock
        return _knock(self.box_door, headers, body)

    def collect(self) -> list[Remark]:
        """One run that collects."""
        return asyncio.run(collect(Actor(self.context)))


def _knock(door: Knockable, headers: dict[str, str], body: bytes) -> Answer:
    async def pieces() -> Any:
        yield body[:10]
        yield body[10:]

    return asyncio.run(door.knock("POST", "/ap/inbox", headers.items(), pieces()))
