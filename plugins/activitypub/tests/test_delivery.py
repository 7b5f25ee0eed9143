"""Delivery to inboxes: what is sent, knocked twice, and what answers mean."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from contextlib import suppress
from copy import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from actors_support import OURS, Blog, Person
from share_bridge.http.addresses import Reach
from share_bridge.http.network import NetworkTransport
from share_bridge.plugin import (
    Action,
    Message,
    Notice,
    OutcomeUnknownError,
    Post,
    PublishError,
    RateLimitedError,
    Receipt,
    Recipient,
    RejectedError,
    SkippedError,
    TargetBlockedError,
    TooLongError,
    TransientError,
    post_id,
    replace,
)
from share_bridge.text.compose import Rules, compose
from share_bridge_activitypub import tending
from share_bridge_activitypub.deliver import InboxGoneError
from share_bridge_activitypub.followers import Follower
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.publisher import CAPABILITIES, FediversePublisher
from share_bridge_activitypub.signatures import Scheme

_INBOX = "https://social.example/inbox"
_POST = Post(
    source="blog",
    identity="guid:blog:1",
    url="https://blog.example/1/",
    title="Five people",
    content="<p>A small circle.</p>",
)
_ID = post_id(_POST.identity)


def _message(post: Post = _POST, action: Action = Action.CREATE) -> Message:
    rules = Rules(target="fediverse", capabilities=CAPABILITIES)
    return replace(compose(post, rules), action=action)


def _publish(blog: Blog, message: Message | None = None) -> Receipt:
    message = message or _message()
    publisher = FediversePublisher()
    blog.context.delivery = f"{message.action} {message.words}"

    async def run() -> Any:
        blog.context.recipient = Recipient()
        await publisher.prepare(message, blog.context)
        blog.context.recipient = Recipient(_INBOX, host="social.example")
        try:
            return await _send(publisher, message, blog)
        finally:
            await publisher.close(blog.context)

    return asyncio.run(run())


async def _send(publisher: FediversePublisher, message: Message, blog: Blog) -> Any:
    if message.action is Action.CREATE:
        return await publisher.publish(message, blog.context)
    receipt = Receipt(remote_id=blog.actor.who.post(_ID))
    if message.action is Action.UPDATE:
        return await publisher.update(receipt, message, blog.context)
    return await publisher.delete(receipt, blog.context)


def test_a_create_arrives_and_its_id_is_kept(blog: Blog) -> None:
    receipt = _publish(blog)
    ((inbox, activity),) = blog.world.delivered
    assert inbox == _INBOX
    assert activity["type"] == "Create"
    assert activity["id"] == f"https://blog.example/ap/creates/{_ID}"
    assert receipt == Receipt(
        remote_id=activity["object"]["id"], url="https://blog.example/1/"
    )


def test_create_update_and_delete_are_about_one_object(blog: Blog) -> None:
    _publish(blog)
    blog.context.clock += timedelta(hours=1)
    edited = replace(_POST, content="<p>A large circle.</p>")
    _publish(blog, _message(edited, Action.UPDATE))
    _publish(blog, _message(edited, Action.DELETE))
    kinds = [activity["type"] for _, activity in blog.world.delivered]
    names = {activity["id"] for _, activity in blog.world.delivered}
    objects = {activity["object"]["id"] for _, activity in blog.world.delivered}
    assert kinds == ["Create", "Update", "Delete"]
    assert len(names) == 3
    assert objects == {f"https://blog.example/ap/posts/{_ID}"}
    update = blog.world.delivered[1][1]["object"]
    assert update["updated"] > update["published"]
    assert blog.world.delivered[2][1]["object"]["type"] == "Tombstone"


def test_what_was_said_of_a_post_goes_with_it(blog: Blog, alice: Person) -> None:
    _publish(blog)
    blog.get(alice.does("Create", alice.note(blog.actor.who.post(_ID))), alice)
    assert len(list(blog.actor.interactions.of(_ID))) == 1
    _publish(blog, _message(_POST, Action.DELETE))
    assert list(blog.actor.interactions.of(_ID)) == []


def test_a_message_that_is_prepared_twice_is_the_same(blog: Blog) -> None:
    """After a crash, every inbox gets the same bytes and the same id."""
    for _ in range(2):
        _publish(blog)
        blog.context.clock += timedelta(minutes=1)
    first, second = blog.world.delivered
    assert first == second


def test_two_edits_in_one_second_still_differ(blog: Blog) -> None:
    _publish(blog)
    for number in range(2):
        post = replace(_POST, content=f"<p>Edit {number}.</p>")
        _publish(blog, _message(post, Action.UPDATE))
    said = [it["object"].get("updated") for _, it in blog.world.delivered[1:]]
    assert said[0] < said[1]


@pytest.mark.parametrize("scheme", Scheme)
def test_each_host_is_signed_to_as_it_understands(blog: Blog, scheme: Scheme) -> None:
    blog.world.only["social.example"] = scheme
    _publish(blog)
    assert len(blog.world.delivered) == 1


def test_what_a_host_understands_is_remembered_for_a_month(blog: Blog) -> None:
    blog.world.only["social.example"] = Scheme.RFC9421
    _publish(blog)
    now = blog.context.clock
    schemes = blog.actor.schemes
    assert schemes.of("social.example", now=now) is Scheme.RFC9421
    later = now + timedelta(days=31)
    assert schemes.of("social.example", now=later) is Scheme.CAVAGE


#: What every answer means: the error, and whether a second knock came before it.
#: `Retry-After: 60` is in each of them; seconds until the next try where it counts.
_MEANINGS: list[tuple[int, type[PublishError], bool, int | None]] = [
    (301, RejectedError, False, None),
    (302, RejectedError, False, None),
    (304, RejectedError, False, None),
    (307, RejectedError, False, None),
    (308, RejectedError, False, None),
    (400, RejectedError, True, None),
    (401, RejectedError, True, None),
    (402, RejectedError, False, None),
    (403, RejectedError, True, None),
    (404, InboxGoneError, False, None),
    (405, InboxGoneError, False, None),
    (406, RejectedError, False, None),
    (408, RateLimitedError, False, 60),
    (409, RejectedError, False, None),
    (410, InboxGoneError, False, None),
    (413, TooLongError, False, None),
    (422, RejectedError, False, None),
    (425, RateLimitedError, False, 60),
    (429, RateLimitedError, False, 60),
    (451, RejectedError, False, None),
    (500, OutcomeUnknownError, False, 60),
    (501, RejectedError, False, None),
    (502, OutcomeUnknownError, False, 60),
    (503, OutcomeUnknownError, False, 60),
    (504, OutcomeUnknownError, False, 60),
]


@pytest.mark.parametrize("status, error, knocks, wait", _MEANINGS)
def test_what_an_answer_means(
    blog: Blog,
    status: int,
    error: type[PublishError],
    wait: int | None,
    *,
    knocks: bool,
) -> None:
    blog.world.answers[_INBOX] = status
    blog.world.headers = {"Retry-After": "60", "Location": "https://b.example/inbox"}
    with pytest.raises(error) as caught:
        _publish(blog)
    assert type(caught.value) is error
    assert blog.world.knocked == [_INBOX] * (2 if knocks else 1)
    if wait is not None:
        assert isinstance(caught.value, RateLimitedError | OutcomeUnknownError)
        assert caught.value.retry_after == timedelta(seconds=wait)


@pytest.mark.parametrize(
    "status, error",
    [
        (408, TransientError),
        (425, TransientError),
        (429, RateLimitedError),
        (500, OutcomeUnknownError),
        (503, OutcomeUnknownError),
    ],
)
def test_a_server_need_not_say_when_to_come_back(
    blog: Blog, status: int, error: type[PublishError]
) -> None:
    """An activity id is known again: an unknown outcome is simply sent again."""
    blog.world.answers[_INBOX] = status
    with pytest.raises(error):
        _publish(blog)


@pytest.mark.parametrize("status", [408, 429, 503])
def test_nobody_makes_us_wait_for_more_than_a_day(blog: Blog, status: int) -> None:
    blog.world.answers[_INBOX] = status
    blog.world.headers = {"Retry-After": "99999999"}
    with pytest.raises((RateLimitedError, OutcomeUnknownError)) as caught:
        _publish(blog)
    assert caught.value.retry_after == timedelta(days=1)


@pytest.mark.parametrize("status", [404, 410, 429, 500, 503])
def test_only_a_refusal_is_knocked_at_twice(blog: Blog, status: int) -> None:
    blog.world.answers[_INBOX] = status
    with pytest.raises(PublishError):
        _publish(blog)
    assert blog.world.knocked == [_INBOX]


def test_who_is_gone_is_not_written_to_any_more(blog: Blog, alice: Person) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    blog.world.answers[_INBOX] = 410
    with pytest.raises(RejectedError):
        _publish(blog)
    assert list(blog.actor.followers) == []


def test_an_inbox_that_is_missing_gets_three_days(blog: Blog, alice: Person) -> None:
    """A 404 may be a mistake of a day."""
    blog.get(alice.does("Follow", OURS), alice)
    blog.world.answers[_INBOX] = 404
    for left in (1, 1, 0):
        for _ in range(2):
            with pytest.raises(RejectedError):
                _publish(blog)
        assert len(list(blog.actor.followers)) == left
        blog.context.clock += timedelta(days=1)


def test_a_server_with_one_inbox_for_all_is_written_to_once(blog: Blog) -> None:
    for name in ("alice", "carol"):
        person = Person(name)
        blog.world.add(person)
        blog.get(person.does("Follow", OURS), person)
    assert [it.address for it in blog.actor.followers.recipients()] == [_INBOX]


def test_a_day_on_which_an_inbox_is_there_ends_the_count(
    blog: Blog, alice: Person
) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    for status in (404, 404, 202, 404, 404, 202):
        blog.world.answers[_INBOX] = status
        with suppress(RejectedError):
            _publish(blog)
        blog.context.clock += timedelta(days=1)
    assert len(list(blog.actor.followers)) == 1
    assert [key for key, _ in blog.state.scan("strike/")] == []


def test_a_server_that_is_gone_is_left_also_by_a_run_that_is_killed(
    blog: Blog, alice: Person
) -> None:
    """What it answered is kept at once; those behind it are let go of at the end."""
    blog.get(alice.does("Follow", OURS), alice)
    followers = blog.actor.followers
    followers.strike(_INBOX, surely=True, now=blog.context.now())
    assert list(blog.actor.followers.recipients()) == []
    later = Actor(blog.context).followers
    later.sweep()
    assert list(later) == []


def test_who_follows_anew_is_written_to_again(blog: Blog, alice: Person) -> None:
    followers = blog.actor.followers
    followers.strike(_INBOX, surely=True, now=blog.context.now())
    blog.get(alice.does("Follow", OURS), alice)
    followers.sweep()
    assert [it.address for it in followers.recipients()] == [_INBOX]


def test_a_create_stays_one_whatever_came_since(blog: Blog) -> None:
    """An inbox that was out of reach when the post was new is told of it as new."""
    edited = _message(replace(_POST, content="<p>A large circle.</p>"), Action.UPDATE)
    publisher = FediversePublisher()

    async def run() -> None:
        for message in (_message(), edited):
            blog.context.delivery = message.words
            await publisher.prepare(message, blog.context)
        blog.context.recipient = Recipient(_INBOX, host="social.example")
        for message in (_message(), edited):
            await _send(publisher, message, blog)

    asyncio.run(run())
    create, update = (activity for _, activity in blog.world.delivered)
    assert (create["type"], update["type"]) == ("Create", "Update")
    assert create["object"] == update["object"]
    assert "large" in create["object"]["content"]


class _Counted:
    """Credentials, and how often they were asked for."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self.asked = 0

    def get(self) -> Any:
        self.asked += 1
        return self._inner.get()

    def replace(self, change: Any) -> Any:
        return self._inner.replace(change)


def test_many_inboxes_at_once_share_one_key_and_the_same_bytes(blog: Blog) -> None:
    """One host understands the newer scheme alone, and is knocked at once for all."""
    blog.world.only["new.example"] = Scheme.RFC9421
    credentials = _Counted(blog.context.credentials)
    blog.context.credentials = credentials  # type: ignore[assignment]  # counts
    publisher = FediversePublisher()
    inboxes = [
        f"https://{host}/{number}"
        for number in range(10)
        for host in ("old.example", "new.example")
    ]

    async def run() -> None:
        await publisher.prepare(_message(), blog.context)
        await asyncio.gather(*(deliver(inbox) for inbox in inboxes))
        for inbox in inboxes:
            await deliver(inbox)

    async def deliver(inbox: str) -> None:
        context = copy(blog.context)
        context.recipient = Recipient(inbox)
        await publisher.publish(_message(), context)

    asyncio.run(run())
    assert sorted(to for to, _ in blog.world.delivered) == sorted(inboxes * 2)
    assert len({json.dumps(activity) for _, activity in blog.world.delivered}) == 1
    assert credentials.asked == 1


class _Unreachable(httpx.AsyncBaseTransport):
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise self._error


def _fault(message: str, by: BaseException) -> httpx.ConnectError:
    fault = httpx.ConnectError(message)
    fault.__cause__ = by
    return fault


@pytest.mark.parametrize(
    "fault, error",
    [
        (httpx.ConnectError("refused"), TransientError),
        (_fault("TLS", ssl.SSLCertVerificationError()), RateLimitedError),
        (_fault("name", socket.gaierror(socket.EAI_NONAME, "")), RateLimitedError),
        (_fault("resolver", socket.gaierror(socket.EAI_AGAIN, "")), TransientError),
        (httpx.ConnectTimeout("slow"), TransientError),
        (httpx.ReadTimeout("slow"), OutcomeUnknownError),
        (httpx.ReadError("reset"), OutcomeUnknownError),
        (httpx.RemoteProtocolError("garbage"), OutcomeUnknownError),
    ],
    ids=lambda it: str(it)[:30],
)
def test_what_no_answer_means(
    blog: Blog, fault: Exception, error: type[PublishError]
) -> None:
    """A name or a certificate is not mended in minutes: six hours."""
    blog.context.transport = _Unreachable(fault)
    with pytest.raises(error) as caught:
        _publish(blog)
    if isinstance(caught.value, RateLimitedError):
        assert caught.value.retry_after == timedelta(hours=6)


@pytest.mark.parametrize(
    "code, error",
    [(socket.EAI_NONAME, RateLimitedError), (socket.EAI_AGAIN, TransientError)],
)
def test_a_resolver_that_is_down_is_no_missing_name(
    blog: Blog, code: int, error: type[PublishError]
) -> None:
    """As the guard tells it."""

    async def resolve(host: str, port: int) -> list[Any]:
        raise socket.gaierror(code, "")

    blog.context.transport = NetworkTransport(Reach(), resolver=resolve)
    with pytest.raises(PublishError) as caught:
        _publish(blog)
    assert type(caught.value) is error


def test_an_actor_that_is_another_is_refused(tmp_path: Path) -> None:
    """Its followers would be lost: whoever changes that has to say so."""
    blog = Blog(tmp_path)
    asyncio.run(FediversePublisher().check(blog.context))
    other = Blog(tmp_path, {"handle": "news@blog.example"})
    other.context.state = blog.context.state
    with pytest.raises(TargetBlockedError, match="handle is another"):
        asyncio.run(FediversePublisher().check(other.context))


def test_lost_keys_are_not_replaced_in_silence(blog: Blog) -> None:
    asyncio.run(FediversePublisher().check(blog.context))
    blog.context.credentials.replace(lambda _: {})
    with pytest.raises(TargetBlockedError, match="put them back"):
        asyncio.run(FediversePublisher().check(blog.context))


def test_who_is_blocked_gets_nothing_of_what_comes(
    tmp_path: Path, alice: Person, mallory: Person
) -> None:
    """Also where only the setting was changed; the rest of the world gets it."""
    blog = Blog(tmp_path, {"blocked": ["Social.example"]})
    for person in (alice, mallory):
        follower = Follower(actor=person.id, inbox=f"{person.id}/inbox")
        blog.state.put(follower.key, follower.to_json())
    assert [it.host for it in blog.actor.followers.recipients()] == ["evil.example"]
    assert "blocked  https://social.example" in tending.list_followers(blog.actor)
    free = Blog(tmp_path)
    free.context.state = blog.context.state
    assert len(list(free.actor.followers.recipients())) == 2


@pytest.mark.parametrize("action", Action)
def test_who_is_blocked_gets_nothing_of_what_was_planned(
    tmp_path: Path, action: Action
) -> None:
    """Nor an edit or a deletion of what they have."""
    blog = Blog(tmp_path)
    _publish(blog)
    blog.state.put("blocked/example", {"since": ""})
    with pytest.raises(SkippedError, match=r"social\.example is blocked"):
        _publish(blog, _message(action=action))
    assert len(blog.world.knocked) == 1


@pytest.mark.parametrize(
    "blocked, kind, reaches",
    [
        ("social.example", "Accept", False),
        ("social.example", "Reject", False),
        ("https://social.example/users/alice", "Accept", False),
        ("https://social.example/users/alice", "Reject", True),
        ("evil.example", "Accept", True),
    ],
)
def test_who_is_blocked_is_answered_no_more(
    blog: Blog, alice: Person, blocked: str, kind: str, *, reaches: bool
) -> None:
    """But for the answer that ends a follow, where the server itself is welcome."""
    inbox = f"{alice.id}/inbox"
    notice = Notice(
        key="1",
        title="",
        document={"id": "1", "type": kind, "to": [alice.id]},
        recipient=Recipient(inbox, host="social.example"),
    )
    blog.state.put(f"blocked/{blocked}", {"since": ""})
    with suppress(SkippedError):
        asyncio.run(FediversePublisher().notify(notice, blog.context))
    assert blog.world.knocked == [inbox] * reaches
