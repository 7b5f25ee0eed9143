"""A hostile actor over the wire: what she sends, and where she wants us to go.

A blog as it is served, her server, and a trap: a server on an address that nothing a
stranger writes may lead to.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from actors_support import PUBLIC, Person
from http_support import Handler, Server, gzip_bomb, redirect, reply, routes, serve
from serve_support import until
from served_blog import ServedBlog, served_blog
from share_bridge_activitypub.signatures import Request, sign

_AS2 = {"Content-Type": "application/activity+json"}
_LARGEST = 1_048_576


@dataclass
class Scene:
    """The three of them.

    Attributes:
        blog: To be attacked.
        hers: Her server.
        trap: Must not be asked.
        places: What her server answers, by path.

    """

    blog: ServedBlog
    hers: Server
    trap: Server
    places: dict[str, Handler]
    numbers: Iterator[int] = field(default_factory=count)

    def mallory(self) -> Person:
        """A new actor on her server; what she then says of herself is what is shown."""
        host = self.hers.url.removeprefix("http://")
        person = Person(f"m{next(self.numbers)}", host, scheme="http", key=1)
        self.shows(person.id, person.document)
        return person

    def shows(self, address: str, document: Any) -> None:
        """Her server has a document, as it is when it is asked for."""
        path = address.removeprefix(self.hers.url)
        self.places[path] = lambda wire: wire.respond(
            200, json.dumps(document).encode(), _AS2
        )

    def answers(self, person: Person, handler: Handler) -> None:
        """Her server answers this where her document should be."""
        self.places[person.id.removeprefix(self.hers.url)] = handler

    def trapped(self, person: Person) -> str:
        """An address behind which the trap is."""
        return f"{self.trap.url}/{person.id.rpartition('/')[2]}"

    def send(
        self,
        activity: Any,
        by: Person,
        *,
        key_id: str = "",
        at: datetime | None = None,
        swapped: bytes = b"",
        **headers: str,
    ) -> int:
        """What the inbox says to a request that she signed."""
        inbox = f"{self.blog.address}/ap/inbox"
        body = (
            activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        )
        signed = sign(
            Request("POST", inbox, _AS2, body),
            key=by.key,
            key_id=key_id or by.key_id,
            now=at or datetime.now(UTC),
        )
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(swapped or body, _AS2 | signed | named)

    def post(self, content: Any, headers: dict[str, str]) -> int:
        """What the inbox says to a request."""
        inbox = f"{self.blog.address}/ap/inbox"
        answer = httpx.post(inbox, content=content, headers=headers, timeout=60)
        return answer.status_code

    def follow(self, by: Person, **change: Any) -> dict[str, Any]:
        """An activity that would change something."""
        return by.does("Follow", self.blog.actor) | change

    def raw(self, *pieces: bytes) -> int:
        """What is said to bytes that no client would send."""
        with socket.create_connection(("127.0.0.1", self.blog.port), 60) as wire:
            for piece in pieces:
                wire.sendall(piece)
            return int(wire.makefile("rb").readline().split()[1])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    places: dict[str, Handler] = {}
    with ExitStack() as running:
        hers = running.enter_context(serve(routes(places)))
        trap = running.enter_context(serve(reply(200), host="127.0.0.2"))
        folder = tmp_path_factory.mktemp("blog")
        blog = running.enter_context(
            served_blog(folder, says="Hello.", strangers="127.0.0.1/32")
        )
        assert blog.post
        yield Scene(blog, hers, trap, places)


# What she sends


def _another_way(scene: Scene, mallory: Person) -> int:
    return httpx.put(f"{scene.blog.address}/ap/inbox", content=b"{}").status_code


def _too_much(scene: Scene, mallory: Person) -> int:
    return scene.send(b" " * (_LARGEST + 1), mallory)


def _too_much_and_no_word_of_how_much(scene: Scene, mallory: Person) -> int:
    return scene.post((b" " * 65_536 for _ in range(17)), dict(_AS2))


def _something_else(scene: Scene, mallory: Person) -> int:
    return scene.send(scene.follow(mallory), mallory, content_type="application/json")


def _no_json(scene: Scene, mallory: Person) -> int:
    return scene.send(b"{", mallory)


def _a_name_twice(scene: Scene, mallory: Person) -> int:
    return scene.send(b'{"type":"Like","type":"Follow"}', mallory)


def _too_deep(scene: Scene, mallory: Person) -> int:
    return scene.send(b'{"a":' * 40 + b"1" + b"}" * 40, mallory)


def _an_id_of_another_server(scene: Scene, mallory: Person) -> int:
    return scene.send(scene.follow(mallory, id="https://social.example/1"), mallory)


def _in_our_name(scene: Scene, mallory: Person) -> int:
    ours = {"actor": scene.blog.actor, "id": f"{scene.blog.actor}/1"}
    return scene.send(scene.follow(mallory, **ours), mallory)


def _unsigned(scene: Scene, mallory: Person) -> int:
    return scene.post(json.dumps(scene.follow(mallory)), dict(_AS2))


def _swapped(scene: Scene, mallory: Person) -> int:
    like = mallory.does("Like", scene.blog.actor)
    return scene.send(like, mallory, swapped=json.dumps(scene.follow(mallory)).encode())


def _of_yesterday(scene: Scene, mallory: Person) -> int:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return scene.send(scene.follow(mallory), mallory, at=yesterday)


def _of_tomorrow(scene: Scene, mallory: Person) -> int:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return scene.send(scene.follow(mallory), mallory, at=tomorrow)


def _in_another_s_name(scene: Scene, mallory: Person) -> int:
    return scene.send(scene.follow(scene.mallory()), mallory)


def _in_another_s_name_once_she_is_known(scene: Scene, mallory: Person) -> int:
    assert scene.send(mallory.does("Arrive", scene.blog.actor), mallory) == 202
    return scene.send(scene.follow(scene.mallory()), mallory)


# What her server says


def _a_key_that_is_none(scene: Scene, mallory: Person) -> int:
    mallory.document["publicKey"]["publicKeyPem"] = "-----BEGIN PUBLIC KEY-----"
    return scene.send(scene.follow(mallory), mallory)


def _no_key(scene: Scene, mallory: Person) -> int:
    del mallory.document["publicKey"]
    return scene.send(scene.follow(mallory), mallory)


def _a_key_of_another(scene: Scene, mallory: Person) -> int:
    mallory.document["publicKey"]["owner"] = scene.mallory().id
    return scene.send(scene.follow(mallory), mallory)


def _a_document_of_another(scene: Scene, mallory: Person) -> int:
    mallory.document["id"] = "https://social.example/users/alice"
    return scene.send(scene.follow(mallory), mallory)


def _an_upload(scene: Scene, mallory: Person) -> int:
    body = json.dumps(mallory.document).encode()
    scene.answers(mallory, reply(200, body, {"Content-Type": "application/json"}))
    return scene.send(scene.follow(mallory), mallory)


def _much(scene: Scene, mallory: Person) -> int:
    mallory.document["summary"] = "x" * _LARGEST
    return scene.send(scene.follow(mallory), mallory)


def _a_bomb(scene: Scene, mallory: Person) -> int:
    packed = {**_AS2, "Content-Encoding": "gzip"}
    scene.answers(mallory, reply(200, gzip_bomb(100_000_000, fill=b" "), packed))
    return scene.send(scene.follow(mallory), mallory)


def _round_in_circles(scene: Scene, mallory: Person) -> int:
    scene.answers(mallory, redirect(mallory.id))
    return scene.send(scene.follow(mallory), mallory)


# Where she wants us to go


def _somebody_at(scene: Scene, mallory: Person, there: str) -> int:
    """She says that she lives there, and her key."""
    activity = scene.follow(mallory, actor=there, id=f"{there}/follows/1")
    return scene.send(activity, mallory, key_id=f"{there}#main-key")


def _somebody_in_the_trap(scene: Scene, mallory: Person) -> int:
    return _somebody_at(scene, mallory, scene.trapped(mallory))


def _somebody_in_the_trap_in_another_spelling(scene: Scene, mallory: Person) -> int:
    there = scene.trapped(mallory).replace("127.0.0.2", "2130706434")
    return _somebody_at(scene, mallory, there)


def _somebody_in_the_trap_in_ipv6(scene: Scene, mallory: Person) -> int:
    there = scene.trapped(mallory).replace("127.0.0.2", "[::ffff:127.0.0.2]")
    return _somebody_at(scene, mallory, there)


def _somebody_in_a_cloud(scene: Scene, mallory: Person) -> int:
    return _somebody_at(scene, mallory, "http://169.254.169.254/latest/meta-data/")


def _a_key_in_the_trap(scene: Scene, mallory: Person) -> int:
    there = f"{scene.trapped(mallory)}#key"
    return scene.send(scene.follow(mallory), mallory, key_id=there)


def _a_trap_behind_a_redirect(scene: Scene, mallory: Person) -> int:
    scene.answers(mallory, redirect(scene.trapped(mallory), 307))
    return scene.send(scene.follow(mallory), mallory)


def _ourselves(scene: Scene, mallory: Person) -> int:
    return scene.send(
        scene.follow(mallory), mallory, key_id=f"{scene.blog.actor}#main-key"
    )


def _a_trap_for_a_reply(scene: Scene, mallory: Person) -> int:
    note = {"id": scene.trapped(mallory), "inReplyTo": scene.blog.post}
    return scene.send(mallory.does("Create", note), mallory)


def _a_reply_of_two(scene: Scene, mallory: Person) -> int:
    note = mallory.note(scene.blog.post)
    note["attributedTo"] = [mallory.id, scene.mallory().id]
    scene.shows(note["id"], note)
    return scene.send(mallory.does("Create", note), mallory)


#: What they are told; others that nobody believes them (401).
_TOLD = {
    _another_way: {404, 405},
    _too_much: {413},
    _too_much_and_no_word_of_how_much: {413},
    _something_else: {415},
    _no_json: {400},
    _a_name_twice: {400},
    _too_deep: {400},
    _an_id_of_another_server: {400},
    _in_our_name: {403},
    _a_reply_of_two: {400},
    _a_trap_for_a_reply: {503},
    _much: {503},
    _a_bomb: {503},
    _somebody_in_the_trap: {503},
    _somebody_in_the_trap_in_another_spelling: {503},
    _somebody_in_the_trap_in_ipv6: {503},
    _somebody_in_a_cloud: {503},
}


@pytest.mark.parametrize(
    "attack",
    [
        *_TOLD,
        _unsigned,
        _swapped,
        _of_yesterday,
        _of_tomorrow,
        _in_another_s_name,
        _in_another_s_name_once_she_is_known,
        _a_key_that_is_none,
        _no_key,
        _a_key_of_another,
        _a_document_of_another,
        _an_upload,
        _round_in_circles,
        _a_key_in_the_trap,
        _a_trap_behind_a_redirect,
        _ourselves,
    ],
    ids=lambda attack: attack.__name__.strip("_"),
)
def test_an_attack_is_refused_and_changes_nothing(
    scene: Scene, attack: Callable[[Scene, Person], int]
) -> None:
    before = scene.blog.count("followers")
    status = attack(scene, scene.mallory())
    assert status in _TOLD.get(attack, {401})
    assert scene.blog.count("followers") == before
    assert scene.blog.count(f"replies/{scene.blog.post.rpartition('/')[2]}") == 0
    assert scene.trap.connections == 0


@pytest.mark.parametrize("place", ["inbox", "sharedInbox", "icon", "@context", "url"])
def test_what_she_names_in_her_profile_is_not_asked(scene: Scene, place: str) -> None:
    """She may follow; nothing goes where it is not her server's."""
    mallory = scene.mallory()
    there = scene.trapped(mallory)
    named = {"icon": {"type": "Image", "url": there}, "@context": [there]}
    if place == "sharedInbox":
        mallory.document["endpoints"]["sharedInbox"] = there
    else:
        mallory.document[place] = named.get(place, there)
    scene.places[mallory.document["inbox"].removeprefix(scene.hers.url)] = reply(202)
    before = len(scene.hers.requests)
    assert scene.send(scene.follow(mallory), mallory) == 202
    if place != "inbox":
        until(lambda: any(it.method == "POST" for it in scene.hers.requests[before:]))
    assert scene.trap.connections == 0


def test_an_inbox_that_leads_elsewhere_is_not_followed(scene: Scene) -> None:
    mallory = scene.mallory()
    inbox = mallory.document["inbox"].removeprefix(scene.hers.url)
    scene.places[inbox] = redirect(scene.trapped(mallory), 307)
    assert scene.send(scene.follow(mallory), mallory) == 202
    until(lambda: any(it.path == inbox for it in scene.hers.requests))
    assert scene.trap.connections == 0


def test_nobody_is_asked_what_a_reply_is_about(scene: Scene) -> None:
    """Neither what it answers, nor whom it names, nor its pictures."""
    mallory = scene.mallory()
    there = scene.trapped(mallory)
    note = mallory.note(there) | {
        "tag": [{"type": "Mention", "href": there}],
        "attachment": [{"type": "Image", "url": there}],
        "to": [PUBLIC, there],
        "replies": there,
    }
    assert scene.send(mallory.does("Create", note), mallory) == 202
    assert scene.trap.connections == 0
