"""What the actor answers over HTTP: to servers, to people, to caches in between."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from actors_support import OURS, Blog, SpooledBlog
from share_bridge.plugin import (
    Action,
    ConfigurationError,
    Message,
    Post,
    post_id,
    replace,
)
from share_bridge.text.compose import Rules, compose
from share_bridge_activitypub.publisher import CAPABILITIES, FediversePublisher
from share_bridge_activitypub.spool.routes import intake
from share_bridge_activitypub.web.routes import routes

_POST = Post(
    source="blog",
    identity="guid:blog:1",
    url="https://blog.example/1/",
    title="Five people",
    content="<p>A small circle.</p>",
)
_PATH = f"/ap/posts/{post_id(_POST.identity)}"
_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def published(blog: Blog) -> Blog:
    """With one post."""
    _prepare(blog, _message(Action.CREATE))
    return blog


def test_two_actors_at_one_path_are_refused(tmp_path: Path) -> None:
    """Whoever asks for one would get the other; by files they go side by side."""
    contexts = [Blog(tmp_path).context for _ in range(2)]
    boxes = [SpooledBlog(tmp_path).box for _ in range(2)]
    said = "would both answer at /ap: "

    with pytest.raises(ConfigurationError, match=said):
        routes(contexts)
    with pytest.raises(ConfigurationError, match=said):
        intake(boxes)


def _message(action: Action) -> Message:
    rules = Rules(target="fediverse", capabilities=CAPABILITIES)
    return replace(compose(_POST, rules), action=action)


def _prepare(blog: Blog, message: Message) -> None:
    blog.context.delivery = message.action
    asyncio.run(FediversePublisher().prepare(message, blog.context))


def _get(blog: Blog, path: str, **headers: str) -> httpx.Response:
    app = Starlette(routes=routes([blog.context]))

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url="https://blog.example"
        ) as client:
            return await client.get(path, headers=headers)

    return asyncio.run(get())


@pytest.mark.parametrize(
    "accept",
    [
        "application/activity+json",
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "application/ld+json",
        f"application/activity+json, {_BROWSER}",
        "application/json",
        "*/*",
    ],
)
@pytest.mark.parametrize("path", ["/ap/actor", _PATH])
def test_servers_get_the_document_and_caches_are_told_apart(
    published: Blog, path: str, accept: str
) -> None:
    """Unsigned: who demands signatures has to read our key before it can check one."""
    answer = _get(published, path, Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/activity+json"
    assert answer.headers["vary"] == "Accept"
    assert "max-age" in answer.headers["cache-control"]
    assert answer.json()["id"] == f"https://blog.example{path}"


@pytest.mark.parametrize(
    "path, page", [("/ap/actor", "https://blog.example/"), (_PATH, _POST.url)]
)
def test_people_get_the_page(published: Blog, path: str, page: str) -> None:
    answer = _get(published, path, Accept=_BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    assert answer.headers["vary"] == "Accept"


def test_one_item_is_a_list_all_the_same(published: Blog) -> None:
    """JSON-LD would make it a lone object, which some cannot read."""
    page = _get(published, "/ap/outbox-pages/1").json()
    assert [it["type"] for it in page["orderedItems"]] == ["Create"]
    post = page["orderedItems"][0]["object"]
    assert all(isinstance(post[name], list) for name in ("to", "cc", "tag"))
    assert isinstance(post["attachment"], list)


def test_what_was_taken_away_is_gone_and_not_merely_missing(published: Blog) -> None:
    _prepare(published, _message(Action.DELETE))
    answer = _get(published, _PATH)
    assert (answer.status_code, answer.json()["type"]) == (410, "Tombstone")
    assert _get(published, "/ap/posts/other").status_code == 404


@pytest.mark.parametrize(
    "resource, status",
    [
        ("acct:blog@blog.example", 200),
        ("ACCT:Blog@BLOG.example", 200),
        ("blog@blog.example", 200),
        ("@blog@blog.example", 200),
        (OURS, 200),
        ("acct:other@blog.example", 404),
        ("acct:blog@other.example", 404),
        ("", 400),
    ],
)
def test_a_handle_is_found_however_it_is_written(
    blog: Blog, resource: str, status: int
) -> None:
    answer = _get(blog, f"/.well-known/webfinger?resource={resource}")
    assert answer.status_code == status
    if status == 200:
        document: dict[str, Any] = answer.json()
        assert answer.headers["content-type"] == "application/jrd+json"
        assert document["subject"] == "acct:blog@blog.example"
        assert {"self": OURS}.items() <= {
            it["rel"]: it["href"] for it in document["links"]
        }.items()
