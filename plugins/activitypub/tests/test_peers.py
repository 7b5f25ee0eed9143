"""Real software of others, as peers of a blog that is really served."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from fedify_support import blog_config, fedify_server, feed_of, let, taken_by
from needs import requires_module
from serve_support import free_port, serving, until


@dataclass
class Served:
    """A blog at work.

    Attributes:
        address: Where it is served.
        actor: Its id.

    """

    folder: Path
    address: str
    peer: str = ""

    @property
    def actor(self) -> str:
        return f"{self.address}/ap/actor"

    def says(self, *words: str) -> None:
        """The posts of the feed say this; empty: that one is deleted."""
        (self.folder / "feed.xml").write_text(feed_of(*words))

    def of_peer(self, kind: str) -> list[Any]:
        """What the peer took, of one kind."""
        return taken_by(self.peer, kind)

    def peer_does(self, kind: str, about: str, **more: str) -> None:
        """Let bob do something."""
        let(self.peer, kind, to=self.actor, object=about, **more)

    def count(self, name: str) -> int:
        """How many there are in a collection."""
        return int(httpx.get(f"{self.address}/ap/{name}").json()["totalItems"])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    port = free_port()
    (tmp_path / "share-bridge.toml").write_text(blog_config(port))
    blog = Served(tmp_path, f"http://127.0.0.1:{port}")
    blog.says("A small circle of people meets.")
    with serving(tmp_path, port, "--every", "1"):
        yield blog


@pytest.fixture
def fedify(
    served: Served, tmp_path: Path, requires: Callable[[str], str]
) -> Iterator[Served]:
    """Bob's server beside the blog."""
    with fedify_server(tmp_path / "peer", requires("node")) as served.peer:
        yield served


def test_a_fedify_server_follows_and_sees_all_that_happens(fedify: Served) -> None:
    """Follow and Accept, then a new post, its edit, its deletion; signed both ways."""
    until(lambda: fedify.count("outbox"))
    fedify.peer_does("Follow", fedify.actor)
    (accept,) = until(lambda: fedify.of_peer("Accept"))
    assert accept["actor"] == fedify.actor
    assert fedify.count("followers") == 1

    fedify.says("Before anybody followed.", "A small circle meets.")
    (create,) = until(lambda: fedify.of_peer("Create"))
    post = create["object"]["id"]
    assert "A small circle meets." in create["object"]["content"]

    fedify.says("Before anybody followed.", "A large circle meets.")
    (update,) = until(lambda: fedify.of_peer("Update"))
    assert update["object"]["id"] == post
    assert "A large circle meets." in update["object"]["content"]
    assert update["object"]["updated"] > update["object"]["published"]

    fedify.says("Before anybody followed.", "")
    (delete,) = until(lambda: fedify.of_peer("Delete"))
    assert delete["object"]["id"] == post
    answer = httpx.get(post)
    assert (answer.status_code, answer.json()["type"]) == (410, "Tombstone")
    assert len(fedify.of_peer("Create")) == 1


def test_a_fedify_server_talks_back(fedify: Served) -> None:
    """A like, a boost and a reply, each signed by it and kept here."""
    until(lambda: fedify.count("outbox"))
    page = httpx.get(f"{fedify.address}/ap/outbox-pages/1").json()
    post = page["orderedItems"][0]["object"]["id"]
    name = post.rpartition("/")[2]
    fedify.peer_does("Like", post)
    fedify.peer_does("Announce", post)
    fedify.peer_does("Create", post, content="<p>Well said!</p>")
    for kind in ("likes", "shares", "replies"):
        until(lambda kind=kind: fedify.count(f"{kind}/{name}"))
    listed = subprocess.run(
        [sys.executable, "-m", "share_bridge", "conversation", "list"],
        cwd=fedify.folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "Well said!" in listed
    assert "pending" in listed


def test_six_checkers_agree_that_this_is_an_actor(served: Served) -> None:
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
        cwd=served.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        answer = until(
            lambda: httpx.get(
                f"http://{domain}/",
                params={"actor_uri": served.actor},
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
