"""Actors that move: followers to other accounts, and the blog itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from actors_support import OURS, PUBLIC, Blog, Person
from share_bridge.plugin import ConfigurationError, Message, Post, post_id
from share_bridge_activitypub import migrate
from share_bridge_activitypub.followers import Follower
from share_bridge_activitypub.publisher import FediversePublisher
from share_bridge_activitypub.web.pages import Pages

_POST = Post(source="blog", identity="guid:blog:9", url="https://blog.example/9/")


@pytest.fixture
def ada(blog: Blog, alice: Person) -> Person:
    """Alice's new account, as both accounts say; Alice follows us."""
    ada = Person("ada", "new.example", key=1)
    ada.document["alsoKnownAs"] = [alice.id]
    alice.document["movedTo"] = ada.id
    blog.world.add(ada)
    blog.get(alice.does("Follow", OURS), alice)
    return ada


def _move(alice: Person, to: Any) -> dict[str, Any]:
    return alice.does("Move", alice.id, target=to)


def _followers(blog: Blog) -> list[str]:
    return [follower.actor for follower in blog.actor.followers]


def test_a_follower_who_moved_follows_from_there(
    blog: Blog, alice: Person, ada: Person
) -> None:
    assert blog.get(_move(alice, ada.id), alice).status == HTTPStatus.ACCEPTED
    (follower,) = blog.actor.followers
    assert (follower.actor, follower.inbox) == (ada.id, f"{ada.id}/inbox")
    assert follower.shared == "https://new.example/inbox"
    assert follower.approved


def test_who_follows_there_already_is_no_second_follower(
    blog: Blog, alice: Person, ada: Person
) -> None:
    blog.get(ada.does("Follow", OURS), ada)
    before = blog.actor.followers.get(ada.id)
    blog.get(_move(alice, ada.id), alice)
    assert list(blog.actor.followers) == [before]


def test_who_waits_to_be_let_in_waits_there(
    blog: Blog, alice: Person, ada: Person
) -> None:
    waiting = Follower(actor=alice.id, inbox=f"{alice.id}/inbox", approved=False)
    blog.state.put(waiting.key, waiting.to_json())
    blog.get(_move(alice, ada.id), alice)
    (follower,) = blog.actor.followers
    assert (follower.actor, follower.approved) == (ada.id, False)


def _new_one_does_not_say(alice: Person, ada: Person) -> None:
    ada.document["alsoKnownAs"] = ["https://social.example/users/bob"]


def _old_one_does_not_say(alice: Person, ada: Person) -> None:
    del alice.document["movedTo"]


def _old_one_says_another(alice: Person, ada: Person) -> None:
    alice.document["movedTo"] = "https://social.example/users/bob"


def _without_an_inbox(alice: Person, ada: Person) -> None:
    del ada.document["inbox"]


@pytest.mark.parametrize(
    "change",
    [
        _new_one_does_not_say,
        _old_one_does_not_say,
        _old_one_says_another,
        _without_an_inbox,
    ],
)
def test_a_move_that_not_both_agree_on_is_none(
    blog: Blog, alice: Person, ada: Person, change: Callable[[Person, Person], None]
) -> None:
    """Or our posts could be sent to whom somebody names."""
    change(alice, ada)
    blog.get(_move(alice, ada.id), alice)
    assert _followers(blog) == [alice.id]


@pytest.mark.parametrize("target", [None, "", 7, [], {}, "alice", OURS])
def test_a_move_to_nowhere_is_none(
    blog: Blog, alice: Person, ada: Person, target: Any
) -> None:
    answer = blog.get(_move(alice, target), alice)
    assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR
    assert _followers(blog) == [alice.id]


def test_nobody_moves_somebody_else(
    blog: Blog, alice: Person, ada: Person, mallory: Person
) -> None:
    blog.get(mallory.does("Move", alice.id, target=mallory.id), mallory)
    blog.get(mallory.does("Follow", OURS), mallory)
    move = mallory.does("Move", alice.id, target=mallory.id) | {
        "id": f"{mallory.id}/moves/2"
    }
    blog.get(move, mallory)
    assert sorted(_followers(blog)) == sorted([alice.id, mallory.id])


def test_who_is_no_follower_moves_as_they_like(blog: Blog, alice: Person) -> None:
    """Nothing is fetched for them but the key."""
    blog.get(_move(alice, "https://new.example/users/ada"), alice)
    assert (blog.world.asked, blog.kept()) == ([alice.id], [])


def test_who_moves_to_a_blocked_server_follows_no_more(
    blog: Blog, alice: Person, ada: Person
) -> None:
    blog.state.put("blocked/new.example", {"since": ""})
    blog.get(_move(alice, ada.id), alice)
    assert _followers(blog) == []


# The blog itself


@pytest.fixture
def next_blog(blog: Blog, ada: Person) -> Person:
    """Another actor, which says that it was the blog. Alice follows the blog."""
    ada.document["alsoKnownAs"] = [OURS]
    return ada


def _found(blog: Blog, name: str) -> str:
    return asyncio.run(migrate.destination(blog.actor, name))


def test_followers_are_asked_to_come_along(
    blog: Blog, next_blog: Person, alice: Person
) -> None:
    told = len(blog.notices)
    migrate.move(blog.actor, _found(blog, next_blog.id))
    update, move = (notice.document for notice in blog.notices[told:])
    assert update["type"] == "Update"
    assert update["object"]["movedTo"] == next_blog.id
    assert {name: move[name] for name in ("type", "actor", "object", "target")} == {
        "type": "Move",
        "actor": OURS,
        "object": OURS,
        "target": next_blog.id,
    }
    assert move["to"] == [f"{OURS.removesuffix('actor')}followers"]
    assert {notice.recipient.address for notice in blog.notices[told:]} == {
        "https://social.example/inbox"
    }
    served = Pages(blog.actor, version="1").at("/ap/actor")
    assert served is not None
    assert served.document["movedTo"] == next_blog.id


def test_a_move_that_is_told_again_is_the_same(blog: Blog, next_blog: Person) -> None:
    told = len(blog.notices)
    for _ in range(2):
        migrate.move(blog.actor, next_blog.id)
    first, second = blog.notices[told : told + 2], blog.notices[told + 2 :]
    assert [notice.key for notice in first] == [notice.key for notice in second]


def test_a_destination_may_be_named_by_its_handle(
    blog: Blog, next_blog: Person
) -> None:
    url = "https://new.example/.well-known/webfinger?resource=acct:ada@new.example"
    link = {"rel": "self", "type": "application/activity+json", "href": next_blog.id}
    blog.world.documents[url] = {"links": [link]}
    blog.world.types[url] = "application/jrd+json"
    assert _found(blog, "@ada@new.example") == next_blog.id


def test_a_destination_may_be_another_target_on_the_same_server(
    blog: Blog, tmp_path: Path
) -> None:
    other = "https://blog.example/second/actor"
    blog.world.documents[other] = {"id": other, "alsoKnownAs": OURS}
    assert _found(blog, other) == other


def test_a_destination_that_does_not_say_it_was_this_one_is_refused(
    blog: Blog, ada: Person
) -> None:
    with pytest.raises(ConfigurationError, match="does not say that it was @blog@"):
        _found(blog, ada.id)


@pytest.mark.parametrize(
    "change, why",
    [
        ({"movedTo": "https://third.example/users/x"}, "moved to https://third"),
        ({"id": OURS}, "cannot be found"),
    ],
)
def test_a_destination_that_cannot_be_one_is_refused(
    blog: Blog, next_blog: Person, change: dict[str, str], why: str
) -> None:
    blog.world.documents[next_blog.id] = next_blog.document | change
    with pytest.raises(ConfigurationError, match=why):
        _found(blog, next_blog.id)


@pytest.mark.parametrize("name", ["https://gone.example/a", "x@gone.example", "x"])
def test_a_destination_that_is_not_there_is_refused(blog: Blog, name: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be found"):
        _found(blog, name)


def test_an_actor_that_moved_takes_no_followers(
    blog: Blog, next_blog: Person, mallory: Person
) -> None:
    migrate.move(blog.actor, next_blog.id)
    blog.get(mallory.does("Follow", OURS), mallory)
    assert blog.notices[-1].document["type"] == "Reject"
    assert blog.actor.followers.get(mallory.id) is None


def test_an_actor_that_moved_tells_nothing_new(blog: Blog, next_blog: Person) -> None:
    """The other one does; what stands here already can still be changed."""
    migrate.move(blog.actor, next_blog.id)
    message, publisher = Message(post=_POST, html="<p>New</p>"), FediversePublisher()

    async def run() -> list[Any]:
        assert await publisher.prepare(message, blog.context) is None
        return [it async for it in publisher.recipients(message, blog.context)]

    assert asyncio.run(run()) == []
    assert blog.actor.shelf.get(post_id(_POST.identity)) is None


def test_another_address_is_not_taken_over(blog: Blog, tmp_path: Path) -> None:
    """Followers would stay with the old one; what to do instead is said."""
    _ = blog.actor.keys
    moved = Blog(tmp_path, {"base": "https://blog.example/fedi"})
    moved.context.state = blog.context.state
    with pytest.raises(ConfigurationError) as refused:
        migrate.differences(moved.actor)
    for word in (f'known_as = ["{OURS}"]', "migrate target --to", 'base = "https://bl'):
        assert word in str(refused.value)


def test_the_move_is_public(blog: Blog, next_blog: Person) -> None:
    migrate.move(blog.actor, next_blog.id)
    assert PUBLIC in blog.notices[-1].document["cc"]
