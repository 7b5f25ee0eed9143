"""Handles in a post: who they mean is told, and everything else stays text."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors_support import OURS, PUBLIC, Blog, Person, World
from share_bridge.plugin import Action, Message, Post, Recipient, replace
from share_bridge.text.compose import Rules, compose
from share_bridge_activitypub.mentions import MOST
from share_bridge_activitypub.publisher import CAPABILITIES, FediversePublisher

_ALICE = "https://social.example/users/alice"
_AS2 = "application/activity+json"
_POST = Post(
    source="blog",
    identity="guid:blog:1",
    url="https://blog.example/1/",
    content="<p>Thanks to @Alice@social.example for asking.</p>",
)


def _message(content: str = _POST.content, **change: Any) -> Message:
    post = replace(_POST, content=content, **change)
    return compose(post, Rules(target="fediverse", capabilities=CAPABILITIES))


def _asked(handle: str) -> str:
    host = handle.rpartition("@")[2]
    return f"https://{host}/.well-known/webfinger?resource=acct:{handle}"


def _introduce(world: World, handle: str, actor: str = _ALICE, **change: Any) -> None:
    """The host of a handle says whom it means."""
    link = {"rel": "self", "type": "application/activity+json", "href": actor}
    world.documents[_asked(handle)] = {"links": [link | change]}
    world.types[_asked(handle)] = "application/jrd+json; charset=utf-8"


def _prepared(blog: Blog, message: Message) -> dict[str, Any]:
    """The object that is made of a message."""

    async def run() -> None:
        blog.context.recipient = Recipient()
        await FediversePublisher().prepare(message, blog.context)

    asyncio.run(run())
    (volume,) = blog.actor.shelf
    return volume.object


def _recipients(blog: Blog, message: Message) -> list[str]:
    async def run() -> list[str]:
        publisher = FediversePublisher()
        found = publisher.recipients(message, blog.context)
        return [recipient.address async for recipient in found]

    return asyncio.run(run())


@pytest.fixture
def known(blog: Blog, alice: Person) -> Blog:
    """Alice is found by her handle."""
    alice.document["url"] = "https://social.example/@alice"
    _introduce(blog.world, "alice@social.example")
    return blog


def test_who_is_mentioned_is_listed_addressed_and_linked(known: Blog) -> None:
    note = _prepared(known, _message())
    assert note["tag"] == [
        {"type": "Mention", "href": _ALICE, "name": "@alice@social.example"}
    ]
    assert (note["to"], note["cc"][1:]) == ([PUBLIC], [_ALICE])
    assert (
        'Thanks to <span class="h-card"><a href="https://social.example/@alice" '
        'class="u-url mention">@<span>Alice@social.example</span></a></span> for'
    ) in note["content"]


def test_who_is_mentioned_gets_it_without_following(known: Blog) -> None:
    _prepared(known, _message())
    assert _recipients(known, _message()) == ["https://social.example/inbox"]


def test_a_server_gets_it_once_for_followers_and_who_is_mentioned(
    known: Blog, alice: Person
) -> None:
    known.get(alice.does("Follow", OURS), alice)
    _prepared(known, _message())
    assert _recipients(known, _message()) == ["https://social.example/inbox"]


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
def test_who_is_mentioned_sees_what_is_not_public(known: Blog, visibility: str) -> None:
    note = _prepared(known, replace(_message(), visibility=visibility))
    assert note["cc"][-1] == _ALICE
    assert PUBLIC not in note["to"]


@pytest.mark.parametrize(
    "content",
    [
        "<p>Run <code>scp a @alice@social.example</code>.</p>",
        "<pre>@alice@social.example</pre>",
        "<p>See https://pages.example/@alice@social.example/1.</p>",
        "<p>Write to alice@social.example.</p>",
        "<p>@alice@social is no handle, nor is @alice.</p>",
    ],
)
@pytest.mark.parametrize("kind", ["note", "article"])
def test_what_is_no_mention_asks_nobody(known: Blog, content: str, kind: str) -> None:
    known.context.settings = replace(known.context.settings, object_type=kind)
    note = _prepared(known, _message(content, title="Handles"))
    assert (note["tag"], known.world.asked) == ([], [])


def test_an_author_s_own_link_stays_and_tells_all_the_same(known: Blog) -> None:
    link = '<a href="https://social.example/@alice">@alice@social.example</a>'
    note = _prepared(known, _message(f"<p>Thanks to {link}.</p>"))
    assert link in note["content"]
    assert note["cc"][-1] == _ALICE


def _no_answer(world: World) -> None:
    world.documents.pop(_asked("alice@social.example"))


def _in_html(world: World) -> None:
    world.types[_asked("alice@social.example")] = "text/html"


def _other_kind(world: World) -> None:
    _introduce(world, "alice@social.example", type="text/html")


def _no_address(world: World) -> None:
    _introduce(world, "alice@social.example", "javascript:alert(1)")


def _at_home(world: World) -> None:
    _introduce(world, "alice@social.example", OURS)


def _not_itself(world: World) -> None:
    world.documents[_ALICE] = {"id": "https://evil.example/users/m", "type": "Person"}


def _no_actor(world: World) -> None:
    world.documents[_ALICE] = {"id": _ALICE, "type": "Note"}


def _inbox_elsewhere(world: World) -> None:
    world.documents[_ALICE] = {"id": _ALICE, "inbox": "https://evil.example/inbox"}


def _round_and_round(world: World) -> None:
    asked = _asked("alice@social.example")
    world.documents[asked] = asked


@pytest.mark.parametrize(
    "change",
    [
        _no_answer,
        _in_html,
        _other_kind,
        _no_address,
        _at_home,
        _not_itself,
        _no_actor,
        _inbox_elsewhere,
        _round_and_round,
    ],
)
def test_a_handle_that_leads_to_nobody_stays_text(known: Blog, change: Any) -> None:
    change(known.world)
    note = _prepared(known, _message())
    assert note["tag"] == []
    assert "Thanks to @Alice@social.example for asking." in note["content"]
    known.world.asked.clear()
    known.context.delivery = "update post-1"
    _prepared(known, _message())
    assert known.world.asked == []  # it was asked already, and not long ago


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_that_cannot_say_now_is_asked_with_the_next_edit(
    known: Blog, status: int
) -> None:
    answer = known.world.documents[_asked("alice@social.example")]
    known.world.documents[_asked("alice@social.example")] = status
    assert _prepared(known, _message())["tag"] == []
    known.world.documents[_asked("alice@social.example")] = answer
    known.context.delivery = "update post-1"
    assert len(_prepared(known, _message())["tag"]) == 1


def test_a_handle_is_asked_once_a_week(known: Blog) -> None:
    _prepared(known, _message())
    known.world.asked.clear()
    for number, days in enumerate((6, 2)):
        known.context.clock += timedelta(days=days)
        known.context.delivery = f"update {number}"
        _prepared(known, _message())
    assert known.world.asked == [_asked("alice@social.example"), _ALICE]


def test_a_handle_may_live_on_another_domain_than_its_actor(known: Blog) -> None:
    _introduce(known.world, "ada@learning.example")
    note = _prepared(known, _message("<p>By @ada@learning.example</p>"))
    assert note["tag"][0]["name"] == "@ada@learning.example"
    assert note["tag"][0]["href"] == _ALICE


def test_a_webfinger_answer_may_stand_elsewhere(known: Blog) -> None:
    """As static sites lead it to who answers for them."""
    there = "https://bridge.example/webfinger"
    known.world.documents[there] = known.world.documents[_asked("alice@social.example")]
    known.world.types[there] = "application/jrd+json"
    known.world.documents[_asked("alice@social.example")] = there
    assert len(_prepared(known, _message())["tag"]) == 1


def test_a_post_tells_so_many_and_no_more(known: Blog) -> None:
    names = [f"a{number}@social.example" for number in range(MOST + 5)]
    for name in names:
        _introduce(known.world, name)
    content = "<p>" + " ".join(f"@{name}" for name in names) + "</p>"
    note = _prepared(known, _message(content))
    assert len(note["tag"]) == MOST
    assert note["cc"][1:] == [_ALICE]


def test_who_is_blocked_is_not_mentioned(known: Blog) -> None:
    known.state.put("blocked/social.example", {"since": ""})
    assert _prepared(known, _message())["tag"] == []
    assert known.world.asked == []


def test_who_is_mentioned_in_an_edit_gets_the_post_as_it_is(known: Blog) -> None:
    """A Create, which is a post to a server that knows nothing of it."""
    _prepared(known, _message("<p>Nobody here.</p>"))
    edited = replace(_message(), action=Action.UPDATE)
    publisher = FediversePublisher()

    async def run() -> list[str]:
        known.context.delivery = "an edit"
        await publisher.prepare(edited, known.context)
        found = [it async for it in publisher.newcomers(edited, known.context)]
        for known.context.recipient in found:
            await publisher.publish(edited, known.context)
        return [it.address for it in found]

    (inbox,) = asyncio.run(run())
    ((delivered, activity),) = known.world.delivered
    assert delivered == inbox
    assert activity["type"] == "Create"
    assert activity["object"]["tag"][0]["href"] == _ALICE
    assert activity["object"]["updated"]


def test_the_blog_does_not_mention_itself(known: Blog) -> None:
    note = _prepared(known, _message("<p>I am @blog@blog.example</p>"))
    assert (note["tag"], known.world.asked) == ([], [])


def test_a_host_that_never_answers_keeps_no_post(known: Blog) -> None:
    class Silent(World):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(3600)
            raise AssertionError

    known.context.transport = Silent()
    known.context.timeout = 0.1
    assert _prepared(known, _message())["tag"] == []


_ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["self", "https://[", "https://social.example/users/alice", _AS2])
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["links", "rel", "type", "href", "id", "url", "inbox"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(links=_ODD, actor=st.dictionaries(st.sampled_from(["id", "url", "inbox"]), _ODD))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_host_says_a_post_goes_out(
    blog: Blog, links: Any, actor: dict[str, Any]
) -> None:
    asked = _asked("alice@social.example")
    blog.state.put("mention/alice@social.example", None)
    blog.world.documents[asked] = {"links": links}
    blog.world.types[asked] = "application/jrd+json"
    blog.world.documents[_ALICE] = {"id": _ALICE} | actor
    blog.context.delivery = repr((links, actor))
    assert "@" in _prepared(blog, _message())["content"]


@pytest.mark.parametrize("leads", ["https://[", "http://[::1", "//", "x:y"])
def test_a_host_that_leads_nowhere_is_nobody_s(known: Blog, leads: str) -> None:
    known.world.documents[_asked("alice@social.example")] = leads
    assert _prepared(known, _message())["tag"] == []


def test_a_hostile_name_is_text_in_the_link(known: Blog) -> None:
    page = 'https://social.example/"><script>alert(1)</script>'
    known.world.documents[_ALICE] |= {"url": page}  # type: ignore[operator]
    content = _prepared(known, _message())["content"]
    assert "<script" not in content
