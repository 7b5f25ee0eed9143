"""Real software of others, as peers of a blog that is really served."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from cattle_grid_support import Carol, cattle_grid_server
from fedify_support import Bob, fedify_server
from needs import requires_module
from nginx_support import nginx
from serve_support import free_port, until
from served_blog import ServedBlog, served_blog
from share_bridge.config.credentials import open_store
from share_bridge_activitypub.signatures import PrivateKey, Request, Scheme, sign

_AS2 = "application/activity+json"
_OLD_SCHEME_ONLY = """\
if ($http_signature_input) {{ return 401; }}
location / {{
    proxy_pass http://127.0.0.1:{port};
    proxy_set_header Host $http_host;
}}
"""
_NEXT = """
[targets.next]
publisher = "activitypub"
handle = "next@127.0.0.1:{port}"
base = "http://127.0.0.1:{port}/next"
page = "https://blog.example/"
known_as = ["http://127.0.0.1:{port}/ap/actor"]
"""


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[ServedBlog]:
    with served_blog(tmp_path, says="A small circle of people meets.") as blog:
        yield blog


@pytest.fixture(scope="module")
def fedify(
    tmp_path_factory: pytest.TempPathFactory, requires: Callable[[str], str]
) -> Iterator[Callable[..., Bob]]:
    """Fedify servers, each made when it is first asked for."""
    with ExitStack() as running:

        @cache
        def start(first: Scheme, only: str = "") -> Bob:
            home, node = tmp_path_factory.mktemp("fedify"), requires("node")
            return running.enter_context(
                fedify_server(home, node, first=first, only=only)
            )

        yield start


@pytest.fixture
def bob(fedify: Callable[..., Bob]) -> Bob:
    """On a server as Fedify makes it: it takes both schemes."""
    return fedify(Scheme.RFC9421)


@pytest.fixture(scope="module")
def carol(
    tmp_path_factory: pytest.TempPathFactory, requires: Callable[[str], str]
) -> Iterator[Carol]:
    folder, nginx = tmp_path_factory.mktemp("cattle-grid"), requires("nginx")
    with cattle_grid_server(folder, nginx) as carol:
        yield carol


@pytest.fixture(params=["fedify", "old fedify", "cattle-grid"])
def friend(request: pytest.FixtureRequest) -> Bob | Carol:
    """On a server that takes both schemes, or the old one only."""
    if request.param == "cattle-grid":
        carol: Carol = request.getfixturevalue("carol")
        return carol
    start: Callable[..., Bob] = request.getfixturevalue("fedify")
    if request.param == "fedify":
        return start(Scheme.RFC9421)
    return start(Scheme.CAVAGE, only=Scheme.CAVAGE)


def test_a_follower_sees_all_that_happens(
    blog: ServedBlog, friend: Bob | Carol
) -> None:
    """Follow and Accept, then a new post, its edit, its deletion; signed both ways."""
    assert blog.post
    friend.does("Follow", blog.actor, to=blog.actor)
    (accept,) = until(lambda: friend.took("Accept", blog.actor))
    assert accept["actor"] == blog.actor
    assert blog.count("followers") == 1

    blog.says("Before anybody followed.", "A small circle meets.")
    (create,) = until(lambda: friend.took("Create", blog.actor))
    post = create["object"]["id"]
    assert "A small circle meets." in create["object"]["content"]

    blog.says("Before anybody followed.", "A large circle meets.")
    (update,) = until(lambda: friend.took("Update", blog.actor))
    assert update["object"]["id"] == post
    assert "A large circle meets." in update["object"]["content"]
    assert update["object"]["updated"] > update["object"]["published"]

    blog.says("Before anybody followed.", "")
    (delete,) = until(lambda: friend.took("Delete", blog.actor))
    assert delete["object"]["id"] == post
    answer = httpx.get(post)
    assert (answer.status_code, answer.json()["type"]) == (410, "Tombstone")
    assert len(friend.took("Create", blog.actor)) == 1


@pytest.mark.parametrize("friend", ["fedify", "cattle-grid"], indirect=True)
def test_a_server_talks_back(blog: ServedBlog, friend: Bob | Carol) -> None:
    """A like, a boost and a reply: kept, moderated and exported."""
    post = blog.post
    friend.does("Like", post, to=blog.actor)
    friend.does("Announce", post, to=blog.actor)
    friend.replies(post, "<p>Well said!</p>", to=blog.actor)
    name = post.rpartition("/")[2]
    for kind in ("likes", "shares", "replies"):
        until(lambda kind=kind: blog.count(f"{kind}/{name}"))
    listed = blog.run("conversation", "list")
    assert "pending" in listed
    assert "Well said!" in listed
    blog.run("conversation", "approve", listed.split()[0])
    blog.run("conversation", "export", "said")
    of_post = json.loads((blog.folder / "said/index.json").read_text())
    (file,) = of_post.values()
    said = json.loads((blog.folder / f"said/{file}.json").read_text())
    assert (said["likes"], said["boosts"]) == (1, 1)
    (reply,) = said["replies"]
    assert reply["html"] == "<p>Well said!</p>"
    assert reply["author"]["url"] == friend.id


def test_who_wants_another_scheme_is_knocked_at_twice_and_remembered(
    blog: ServedBlog, fedify: Callable[..., Bob]
) -> None:
    """He signs by the one, and takes the other only."""
    bob = fedify(Scheme.CAVAGE, only=Scheme.RFC9421)
    assert blog.post
    bob.does("Follow", blog.actor, to=blog.actor)
    until(lambda: bob.took("Accept", blog.actor))
    assert bob.refused == 1
    blog.says("Before anybody followed.", "A small circle meets.")
    until(lambda: bob.took("Create", blog.actor))
    assert bob.refused == 1


def test_a_server_knocks_twice_at_who_knows_the_old_scheme_only(
    tmp_path: Path, bob: Bob, requires: Callable[[str], str]
) -> None:
    """What it sends then is by the other scheme, and is taken."""
    program, port = requires("nginx"), free_port()
    with served_blog(tmp_path, says="A small circle meets.", public=port) as blog:
        rules = _OLD_SCHEME_ONLY.format(port=blog.port)
        with nginx(program, tmp_path, port, rules):
            assert blog.post
            bob.does("Follow", blog.actor, to=blog.actor)
            until(lambda: bob.took("Accept", blog.actor))
            asked = (tmp_path / "access.log").read_text().splitlines()
    posts = [line.split('"')[2].split()[0] for line in asked if '"POST' in line]
    assert posts == ["401", "202"]


def test_a_follower_who_moves_stays_one(blog: ServedBlog, bob: Bob) -> None:
    """As both his accounts say."""
    rob, robin = bob.named("rob"), bob.named("robin")
    bob.does("Follow", blog.actor, to=blog.actor, by="rob")
    until(lambda: blog.count("followers"))
    bob.does("Move", rob, to=blog.actor, by="rob", target="robin")
    listed = until(
        lambda: (
            (it := blog.run("fediverse", "followers", "fediverse"))
            and robin in it
            and it
        )
    )
    assert rob not in listed.replace(robin, "")
    assert blog.count("followers") == 1


def test_followers_come_along_when_the_blog_moves(tmp_path: Path, bob: Bob) -> None:
    """To another target of the same site."""
    with served_blog(tmp_path, says="Here.", more=_NEXT) as blog:
        then = blog.actor.replace("/ap/", "/next/")
        assert blog.post
        bob.does("Follow", blog.actor, to=blog.actor)
        until(lambda: bob.took("Accept", blog.actor))
        blog.run("fediverse", "migrate", "fediverse", "--to", then, "--yes")
        (move,) = until(lambda: bob.took("Move", blog.actor))
        assert (move["object"], move["target"]) == (blog.actor, then)
        until(lambda: bob.took("Accept", then))
        blog.says("Here.", "There.")
        (create,) = until(lambda: bob.took("Create", then))
        assert "There." in create["object"]["content"]
        assert bob.took("Create", blog.actor) == []


def test_a_server_that_asks_who_is_there_sees_us(
    blog: ServedBlog, carol: Carol
) -> None:
    """It shows itself, and listens, to who signs with the key that our actor shows."""
    assert blog.post  # its keys are made
    kept = open_store(blog.environ).get("fediverse")["rsa_private_key"]
    ours, another = PrivateKey.from_pem(kept), PrivateKey.make_rsa()

    def knock(method: str, url: str, key: PrivateKey | None, body: bytes) -> Any:
        headers = {"Accept": _AS2, "Content-Type": _AS2}
        if key is not None:
            asked, now = Request(method, url, headers, body), datetime.now(UTC)
            headers |= sign(asked, key=key, key_id=f"{blog.actor}#main-key", now=now)
        return httpx.request(method, url, headers=headers, content=body)

    like = {"id": f"{blog.actor}/1", "type": "Like", "actor": blog.actor}
    body = json.dumps(like | {"object": carol.id}).encode()
    shown = knock("GET", carol.id, ours, b"").json()
    assert shown["id"] == carol.id
    for key in (another, None):
        assert knock("GET", carol.id, key, b"").status_code == 401
        assert knock("POST", shown["inbox"], key, body).status_code == 401
    assert carol.took("Like", blog.actor) == []
    assert knock("POST", shown["inbox"], ours, body).status_code == 202
    assert len(carol.took("Like", blog.actor)) == 1


def test_six_checkers_agree_that_this_is_an_actor(blog: ServedBlog) -> None:
    """fediverse-pasture: unsigned posts are refused, signed ones are taken.

    Two of the six sign nothing; two more show their key only to who signs.
    """
    requires_module("fediverse_pasture")
    port = free_port()
    domain = f"127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "fediverse_pasture.verify_actor",
            "--port",
            str(port),
            "--domain",
            domain,
        ],
        cwd=blog.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answer = until(
            lambda: httpx.get(
                f"http://{domain}/",
                params={"actor_uri": blog.actor},
                headers={"Accept": "application/json"},
                timeout=30,
            )
        )
    finally:
        process.terminate()
        process.wait()
    result = json.loads(answer.text)["result"]
    assert result.pop("webfinger") is True
    assert {name: it["post_inbox"] for name, it in result.items()} == {
        "alice": False,
        "bob": True,
        "claire": True,
        "dean": False,
        "emily": True,
        "frank": True,
    }
