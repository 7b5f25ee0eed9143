"""What `doctor` finds when it looks at the actor from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from actors_support import Blog, SpooledBlog
from share_bridge.plugin import Notice, Recipient, Remark, TransientError
from share_bridge_activitypub.examine import examine
from share_bridge_activitypub.export import content_of
from share_bridge_activitypub.live import what_is_wrong
from share_bridge_activitypub.publisher import FediversePublisher
from share_bridge_activitypub.signatures import PrivateKey
from share_bridge_activitypub.spool.routes import spool_routes
from share_bridge_activitypub.web.pages import Pages
from share_bridge_activitypub.web.routes import routes

_AS2 = {"Content-Type": "application/activity+json"}


class Front(httpx.AsyncBaseTransport):
    """The web server before the blog, which may answer by itself.

    Attributes:
        instead: Answers by method and path, or what happens, by host.
        caches: It gives what it gave before, whatever is asked for.

    """

    def __init__(self, behind: Sequence[BaseRoute]) -> None:
        self.instead: dict[str, httpx.Response | Exception] = {}
        self.caches = False
        self._kept: dict[str, httpx.Response] = {}
        self._behind = httpx.ASGITransport(Starlette(routes=behind))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        key = f"{request.method} {request.url.path}"
        found = self.instead.get(key, self.instead.get(request.url.host))
        if isinstance(found, Exception):
            raise found
        if found is not None:
            return found
        if self.caches and key in self._kept:
            return self._kept[key]
        answer = await self._behind.handle_async_request(request)
        self._kept[key] = httpx.Response(
            answer.status_code,
            headers={**answer.headers, "Age": "5"},
            content=await answer.aread(),
        )
        return answer


@pytest.fixture
def front(blog: Blog) -> Front:
    _ = blog.actor.keys
    front = Front(routes([blog.context]))
    blog.context.transport = front
    return front


@pytest.fixture
def spooled(tmp_path: Path) -> SpooledBlog:
    """Made of files, with a post and one that was deleted."""
    blog = SpooledBlog(tmp_path)
    _ = blog.actor.keys
    _shelve(blog, "1")
    _shelve(blog, "2", deleted=True)
    return blog


@pytest.fixture
def files(spooled: SpooledBlog) -> Front:
    """The host of its files, which leads the inbox to its server."""

    async def file(request: Request) -> Response:
        page = Pages(spooled.actor, version="").at(request.url.path)
        if page is None:
            return Response(status_code=404)
        return Response(
            content_of(page), status_code=page.status, media_type=page.media_type
        )

    inbox = spool_routes(spooled.box, spooled.spool)
    front = Front([*inbox, Route("/{path:path}", file)])
    spooled.context.transport = front
    return front


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


def _found(blog: Blog) -> list[Remark]:
    return asyncio.run(examine(blog.actor))


def _problems(blog: Blog) -> str:
    """What is not in order; each says in one line what to do."""
    wrong = [it for it in _found(blog) if it.grade != "ok"]
    assert all(it.fix and "\n" not in it.fix for it in wrong)
    return " ".join(f"{it.text}: {it.fix}" for it in wrong)


def test_an_actor_that_is_in_order_has_no_problem(blog: Blog, front: Front) -> None:
    found = _found(blog)
    assert {it.grade.value for it in found} == {"ok"}
    assert len(found) == 3


def test_a_site_of_files_that_is_in_order_has_no_problem(
    spooled: SpooledBlog, files: Front
) -> None:
    assert [(it.grade.value, it.text) for it in _found(spooled)] == [
        ("ok", "https://blog.example/ap/actor is there, with the keys that sign"),
        ("ok", "blog.example knows @blog@blog.example"),
        ("ok", "https://blog.example/ap/inbox takes what is signed"),
        ("ok", "https://blog.example/ap/instance asks other servers for keys"),
        ("ok", "https://blog.example/ap/spool can be collected"),
        ("ok", "the newest post is live: https://blog.example/ap/posts/1"),
        ("ok", "what was deleted is gone (410)"),
    ]


@pytest.mark.parametrize(
    "place, answer, word",
    [
        ("GET /ap/actor", httpx.Response(200, json={}), "application/json"),
        ("GET /ap/actor", httpx.Response(404), "404"),
        ("GET /ap/actor", httpx.Response(200, headers=_AS2), "it is nobody"),
        ("GET /.well-known/webfinger", httpx.Response(404), "does not lead"),
        (
            "GET /.well-known/webfinger",
            httpx.Response(200, json={"subject": "acct:other@blog.example"}),
            "does not lead",
        ),
        ("GET /.well-known/webfinger", httpx.Response(200, text="<html>"), "does not"),
        ("POST /ap/inbox", httpx.Response(403), "403"),
        ("POST /ap/inbox", httpx.Response(404), "404"),
        ("POST /ap/inbox", httpx.ReadTimeout("too slow"), "too slow"),
    ],
)
def test_what_is_not_in_order_is_told(
    blog: Blog, front: Front, place: str, answer: httpx.Response | Exception, word: str
) -> None:
    front.instead[place] = answer
    assert word in _problems(blog)


@pytest.mark.parametrize(
    "place, answer, words",
    [
        ("GET /ap/instance", httpx.Response(404), "--inbox-server"),
        ("GET /ap/instance", httpx.Response(200, json={}), "not as an actor"),
        ("GET /ap/instance", httpx.Response(200, headers=_AS2), "not as an actor"),
        ("GET /ap/spool", httpx.Response(401), "the same spool_token"),
        ("GET /ap/spool", httpx.Response(404), "--inbox-server"),
        ("GET /ap/spool", httpx.Response(200, text="<html>"), "nothing can be"),
        ("POST /ap/inbox", httpx.Response(503), "empties the spool"),
        ("GET /ap/posts/1", httpx.Response(404), "answers 404: deploy what"),
        ("GET /ap/posts/1", httpx.Response(200, text="{}"), "comes as text/plain"),
        ("GET /ap/posts/1", httpx.Response(200, headers=_AS2), "deploy it again"),
        ("GET /ap/posts/1", httpx.ConnectError("no way"), "cannot be reached: no way"),
        ("GET /ap/posts/2", httpx.Response(404), "404, not 410: deploy what"),
        ("GET /ap/posts/2", httpx.Response(200, json={}), "200, not 410: deploy what"),
        (
            "GET /ap/posts/2",
            httpx.Response(200, json={"type": "Tombstone"}),
            "200, not 410: deploy the rules",
        ),
    ],
)
def test_what_is_not_in_order_with_files_is_told(
    spooled: SpooledBlog,
    files: Front,
    place: str,
    answer: httpx.Response | Exception,
    words: str,
) -> None:
    files.instead[place] = answer
    assert words in _problems(spooled)


def test_the_handle_is_known_where_it_is_and_where_its_documents_are(
    tmp_path: Path,
) -> None:
    """A host that does not answer is named, and the rest is looked at all the same."""
    blog = Blog(
        tmp_path, {"handle": "me@me.example", "base": "https://blog.example/ap"}
    )
    _ = blog.actor.keys
    front = Front(routes([blog.context]))
    blog.context.transport = front
    assert [it.text for it in _found(blog)][1:3] == [
        "me.example knows @me@me.example",
        "blog.example knows @me@me.example",
    ]
    front.instead["me.example"] = httpx.ConnectError("no way")
    problem = _problems(blog)
    assert "https://me.example/.well-known/webfinger" in problem
    assert "no way" in problem
    assert "https://blog.example/ap/inbox takes what is signed" in [
        it.text for it in _found(blog)
    ]


def test_webfinger_that_comes_as_a_page_is_told(blog: Blog, front: Front) -> None:
    """GoToSocial takes nothing else."""
    good = asyncio.run(
        blog.context.http.get(
            "https://blog.example/.well-known/webfinger?resource=acct:blog@blog.example"
        )
    )
    front.instead["GET /.well-known/webfinger"] = httpx.Response(
        200, content=good.content, headers={"Content-Type": "text/html; charset=utf-8"}
    )
    assert "webfinger comes as text/html" in _problems(blog)


def test_a_cache_that_gives_servers_the_page_of_people_is_told(
    blog: Blog, front: Front
) -> None:
    front.caches = True
    assert "heed `Vary: Accept`" in _problems(blog)


@pytest.mark.parametrize("which", ["publicKey", "assertionMethod"])
def test_another_key_than_the_one_that_signs_is_told(
    blog: Blog, front: Front, which: str
) -> None:
    page = asyncio.run(blog.context.http.get(blog.actor.who.actor)).json()
    pem = PrivateKey.make_rsa().public.to_pem()
    others = {"publicKeyPem": pem, "publicKeyMultibase": "z6Mk"}
    page[which] = others
    front.instead["GET /ap/actor"] = httpx.Response(200, json=page, headers=_AS2)
    assert "another key" in _problems(blog)


@pytest.mark.parametrize("minutes, told", [(-90, True), (-1, False), (90, True)])
def test_an_inbox_that_does_not_know_what_time_it_is_is_told(
    spooled: SpooledBlog, files: Front, minutes: int, *, told: bool
) -> None:
    """It would refuse what others sign, or believe it too long."""
    spooled.box.clock = spooled.context.clock + timedelta(minutes=minutes)
    assert ("set that clock" in _problems(spooled)) is told


def test_what_nobody_can_write_to_is_told(tmp_path: Path) -> None:
    blog = Blog(tmp_path, {"inbox": "none"})
    _ = blog.actor.keys
    blog.context.transport = Front(routes([blog.context]))
    assert "nobody can follow it" in _problems(blog)


def test_a_deleted_post_that_is_still_there_is_told(blog: Blog, front: Front) -> None:
    _shelve(blog, "1", deleted=True)
    assert _problems(blog) == ""
    front.instead["GET /ap/posts/1"] = httpx.Response(200, json={"type": "Note"})
    assert "was deleted" in _problems(blog)


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
    assert (word in str(wrong)) if word else wrong is None


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
