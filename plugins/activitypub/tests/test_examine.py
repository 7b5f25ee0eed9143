"""What `doctor` finds when it looks at the actor from outside."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from actors_support import Blog, SpooledBlog
from share_bridge.plugin import Notice, Recipient, Remark, TransientError
from share_bridge_activitypub.examine import examine
from share_bridge_activitypub.export import content_of
from share_bridge_activitypub.live import what_is_wrong
from share_bridge_activitypub.publisher import FediversePublisher
from share_bridge_activitypub.signatures import PrivateKey
from share_bridge_activitypub.web.pages import Pages
from share_bridge_activitypub.web.routes import routes


class Front(httpx.AsyncBaseTransport):
    """The web server before the blog, which may answer by itself.

    Attributes:
        instead: Answers by method and path.

    """

    def __init__(self, blog: Blog) -> None:
        self.instead: dict[str, httpx.Response] = {}
        app = Starlette(routes=routes([blog.context]))
        self._behind = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        key = f"{request.method} {request.url.path}"
        if key in self.instead:
            return self.instead[key]
        return await self._behind.handle_async_request(request)


@pytest.fixture
def front(blog: Blog) -> Front:
    _ = blog.actor.keys
    front = Front(blog)
    blog.context.transport = front
    return front


def _found(blog: Blog) -> list[Remark]:
    return asyncio.run(examine(blog.actor))


def _problems(blog: Blog) -> str:
    return " ".join(it.text for it in _found(blog) if it.grade != "ok")


def test_an_actor_that_is_in_order_has_no_problem(blog: Blog, front: Front) -> None:
    found = _found(blog)
    assert {it.grade.value for it in found} == {"ok"}
    assert len(found) == 3


@pytest.mark.parametrize(
    "place, answer, word",
    [
        ("GET /ap/actor", httpx.Response(200, json={}), "application/json"),
        ("GET /ap/actor", httpx.Response(404), "404"),
        ("GET /.well-known/webfinger", httpx.Response(404), "does not lead"),
        (
            "GET /.well-known/webfinger",
            httpx.Response(200, json={"subject": "acct:other@blog.example"}),
            "does not lead",
        ),
        ("GET /.well-known/webfinger", httpx.Response(200, text="<html>"), "does not"),
        ("POST /ap/inbox", httpx.Response(403), "403"),
        ("POST /ap/inbox", httpx.Response(404), "404"),
    ],
)
def test_what_is_not_in_order_is_told(
    blog: Blog, front: Front, place: str, answer: httpx.Response, word: str
) -> None:
    front.instead[place] = answer
    assert word in _problems(blog)


def test_another_key_than_the_one_that_signs_is_told(blog: Blog, front: Front) -> None:
    other = PrivateKey.make_rsa()
    page = asyncio.run(_actor(blog))
    page["publicKey"]["publicKeyPem"] = other.public.to_pem()
    front.instead["GET /ap/actor"] = httpx.Response(
        200, json=page, headers={"Content-Type": "application/activity+json"}
    )
    assert "another key" in _problems(blog)


async def _actor(blog: Blog) -> dict[str, dict[str, str]]:
    answer = await blog.context.http.get(blog.actor.who.actor)
    return dict(answer.json())


def test_a_deleted_post_that_is_still_there_is_told(blog: Blog, front: Front) -> None:
    _shelve(blog, "1", deleted=True)
    assert _problems(blog) == ""
    front.instead["GET /ap/posts/1"] = httpx.Response(200, json={"type": "Note"})
    assert "was deleted" in _problems(blog)


def test_a_spool_that_does_not_know_the_token_is_told(tmp_path: Path) -> None:
    blog = SpooledBlog(tmp_path)
    _ = blog.actor.keys
    front = Front(blog)
    blog.context.transport = front
    front.instead["GET /ap/spool"] = httpx.Response(401)
    assert "nothing can be collected" in _problems(blog)


_AS2 = {"Content-Type": "application/activity+json"}


@pytest.mark.parametrize(
    "deleted, status, as_exported, word",
    [
        (False, 200, True, ""),
        (True, 200, True, ""),
        (True, 410, True, ""),
        (True, 410, False, ""),
        (False, 410, True, "410"),
        (False, 404, True, "404"),
        (True, 404, True, "404"),
        (False, 200, False, "exported last"),
        (True, 200, False, "exported last"),
    ],
)
def test_others_are_told_of_a_post_when_it_is_live(
    blog: Blog, *, deleted: bool, status: int, as_exported: bool, word: str
) -> None:
    """Also of one that was deleted; a host says that as it can."""
    address = blog.actor.who.post("1")
    _shelve(blog, "1", deleted=deleted)
    page = Pages(blog.actor, version="").at("/ap/posts/1")
    assert page is not None
    body = content_of(page) if as_exported else b"<h1>Gone</h1>"
    answer = httpx.Response(status, headers=_AS2, content=body)
    blog.context.transport = httpx.MockTransport(lambda _: answer)
    wrong = asyncio.run(what_is_wrong(blog.actor, address))
    assert (word in wrong) if word else not wrong


def _shelve(blog: Blog, post: str, *, deleted: bool = False) -> None:
    """A post as it is kept."""
    document = {"id": blog.actor.who.post(post), "type": "Note", "to": [], "cc": []}
    volume = {
        "post": post,
        "object": document | ({"type": "Tombstone"} if deleted else {}),
        "activity": {"@context": [], "type": "Create", "object": document},
        "made_for": "x",
        "published": f"2026-11-24T12:00:0{post}Z",
        "deleted": deleted,
    }
    blog.state.put(f"object/{post}", volume)


def test_a_stamp_of_files_is_in_place_before_it_is_told_of(tmp_path: Path) -> None:
    blog = SpooledBlog(tmp_path)
    name = "https://blog.example/ap/stamps/1"
    blog.state.put("stamp/1", {"id": name, "type": "QuoteAuthorization"})
    inbox = Recipient("https://social.example/inbox", host="social.example")
    document = {"id": f"{name}/accept", "type": "Accept", "result": name}
    notice = Notice(key="1", title="Accept", document=document, recipient=inbox)
    publisher = FediversePublisher()
    blog.world.ours = None
    with pytest.raises(TransientError, match="fediverse export"):
        asyncio.run(publisher.notify(notice, blog.context))
    assert blog.world.delivered == []
