"""The owner's commands: followers, blocks, replies, files, another identity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from actors_support import OURS, Blog, Person
from share_bridge.plugin import ConfigurationError
from share_bridge_activitypub import migrate, tending
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.rules.hosts import HOSTS


@pytest.fixture
def waiting(tmp_path: Path) -> tuple[Blog, Person]:
    """A follower who waits to be let in."""
    blog, alice = Blog(tmp_path, {"approve_followers": True}), Person("alice")
    blog.world.add(alice)
    blog.get(alice.does("Follow", OURS), alice)
    return blog, alice


def test_a_follower_that_waits_is_let_in_and_told(
    waiting: tuple[Blog, Person],
) -> None:
    blog, alice = waiting
    assert f"waits    {alice.id}" in tending.list_followers(blog.actor)
    tending.approve(blog.actor, alice.id)
    assert f"follows  {alice.id}" in tending.list_followers(blog.actor)
    assert [it.document["type"] for it in blog.notices] == ["Accept"]


def test_a_follower_is_turned_away_and_told(waiting: tuple[Blog, Person]) -> None:
    blog, alice = waiting
    tending.remove(blog.actor, alice.id)
    assert tending.list_followers(blog.actor) == "Nobody follows yet."
    assert [it.document["type"] for it in blog.notices] == ["Reject"]


def test_who_is_no_follower_cannot_be_let_in(blog: Blog) -> None:
    with pytest.raises(ConfigurationError, match="no follower"):
        tending.approve(blog.actor, "https://social.example/users/nobody")


def test_who_is_blocked_is_forgotten_with_all_they_said(
    blog: Blog, alice: Person
) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    blog.get(alice.does("Create", alice.note(blog.publish())), alice)
    tending.block(blog.actor, "social.example", undo=False)
    assert [key for key in blog.kept() if not key.startswith("blocked/")] == []
    assert blog.get(alice.does("Like", OURS), alice).status == 403
    tending.block(blog.actor, "social.example", undo=True)
    assert blog.get(alice.does("Like", OURS), alice).status == 202


def test_a_server_that_is_blocked_is_told_nothing(blog: Blog, alice: Person) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    del blog.notices[:]
    tending.block(blog.actor, "https://Social.Example/", undo=False)
    assert blog.notices == []
    assert blog.get(alice.does("Like", OURS), alice).status == 403


def test_an_actor_that_is_blocked_is_told_to_follow_no_more(
    blog: Blog, alice: Person
) -> None:
    """Their server would go on showing them what it gets for others."""
    blog.get(alice.does("Follow", OURS), alice)
    del blog.notices[:]
    tending.block(blog.actor, alice.id, undo=False)
    (notice,) = blog.notices
    assert (notice.document["type"], notice.document["to"]) == ("Reject", [alice.id])
    assert blog.actor.followers.get(alice.id) is None


@pytest.mark.parametrize("name", ["@mallory@evil.example", "", "two words"])
def test_a_block_of_nobody_is_refused(blog: Blog, name: str) -> None:
    """It would look as if it worked."""
    with pytest.raises(ConfigurationError, match="has to be a host"):
        tending.block(blog.actor, name, undo=False)


@pytest.mark.parametrize("host", sorted(HOSTS))
def test_every_document_is_exported_with_rules_for_its_type(
    blog: Blog, tmp_path: Path, host: str
) -> None:
    blog.state.put("object/1", _volume(blog))
    out = tmp_path / "public"
    said = tending.export_files(blog.actor, out, host=host)
    assert (out / "ap" / "posts" / "1").is_file()
    assert json.loads((out / "ap" / "actor").read_text())["id"] == OURS
    assert f"The rules for {host} are in " in said
    assert said.startswith("1")
    again = tending.export_files(blog.actor, out, host=host)
    assert again.startswith("0 files written")


def test_who_cannot_be_written_to_says_so(tmp_path: Path) -> None:
    """FEP-b06c: nobody can follow, and nobody can tell us what to count."""
    blog = Blog(tmp_path, {"inbox": "none"})
    blog.state.put("object/1", _volume(blog))
    tending.export_files(blog.actor, tmp_path / "public", host=None)
    root = tmp_path / "public" / "ap"
    document = json.loads((root / "actor").read_text())
    assert document["pollOnly"] is True
    assert document["updateInterval"] == "P1D"
    assert document["inbox"] == "https://blog.example/ap/inbox"
    assert not {"followers", "endpoints"} & set(document)
    post = json.loads((root / "posts" / "1").read_text())
    assert not {"replies", "likes", "shares"} & set(post)
    assert "followers" not in (root / "outbox-pages" / "1").read_text()
    assert not {"followers", "replies", "likes"} & {it.name for it in root.iterdir()}


def test_other_keys_are_taken_over_and_followers_told(
    blog: Blog, alice: Person
) -> None:
    _ = blog.actor.keys
    blog.get(alice.does("Follow", OURS), alice)
    told = len(blog.notices)
    blog.context.credentials.replace(lambda _: {})
    actor = Actor(blog.context)
    assert "new ones\nFollowers are told" in migrate.differences(actor)
    migrate.take_over(actor)
    assert migrate.differences(Actor(blog.context)) == ""
    (update,) = blog.notices[told:]
    assert update.document["type"] == "Update"
    assert update.document["object"]["publicKey"]["publicKeyPem"] == (
        actor.keys.rsa.public.to_pem()
    )


def _volume(blog: Blog) -> dict[str, Any]:
    address = blog.actor.who.post("1")
    document = {
        "id": address,
        "type": "Note",
        "url": "https://blog.example/1/",
        "to": [],
        "cc": [],
    }
    return {
        "post": "1",
        "object": document,
        "activity": {"@context": [], "type": "Create", "object": document},
        "made_for": "x",
        "published": "2026-11-24T12:00:00Z",
    }
