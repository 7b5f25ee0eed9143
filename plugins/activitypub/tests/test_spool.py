"""An inbox on its own, and the runs that collect from it: none lost, none twice."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx
import pytest

from actors_support import INBOX, NOW, OURS, Person, SpooledBlog
from share_bridge.plugin import ConfigurationError, Interactions, Notice, replace
from share_bridge.testing.context import FakeDocuments
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.signatures import Request, Scheme, claims, sign
from share_bridge_activitypub.spool.routes import intake

_SPOOL = "https://blog.example/ap/spool"
_BEARER = {"Authorization": "Bearer spool-token-0123456789"}


class Killed(BaseException):
    """The run is gone."""


class Fragile(FakeDocuments):
    """Documents of a run that is killed before one of its writes.

    Attributes:
        left: Writes until then; None: all of them succeed.
        trouble: What the write ends with instead.

    """

    left: int | None = None
    trouble: Exception | None = None

    def batch(
        self, documents: Sequence[tuple[str, Any]], notices: Sequence[Notice] = ()
    ) -> None:
        if self.left is not None:
            if not self.left:
                raise self.trouble or Killed
            self.left -= 1
        super().batch(documents, notices)


@pytest.fixture
def blog(tmp_path: Path) -> SpooledBlog:
    return SpooledBlog(tmp_path)


def _leave(
    blog: SpooledBlog,
    by: Person,
    document: dict[str, Any],
    scheme: Scheme = Scheme.CAVAGE,
) -> Answer:
    """What the door says to a signed activity."""
    body = json.dumps(document).encode()
    plain = {"Content-Type": "application/activity+json"}
    request = Request("POST", INBOX, plain, body)
    now = blog.context.clock
    signed = sign(request, key=by.key, key_id=by.key_id, now=now, scheme=scheme)
    return blog.leave(plain | signed, body)


def _ask(blog: SpooledBlog, method: str = "GET", **options: Any) -> httpx.Response:
    """A request to what our host serves."""

    async def ask() -> httpx.Response:
        address = options.pop("address", _SPOOL)
        async with httpx.AsyncClient(transport=blog.world) as client:
            return await client.request(method, address, **options)

    return asyncio.run(ask())


def _followers(blog: SpooledBlog) -> list[str]:
    return [it.actor for it in blog.actor.followers]


def test_what_comes_in_waits_until_it_is_collected(
    blog: SpooledBlog, alice: Person
) -> None:
    assert _leave(blog, alice, alice.does("Follow", OURS)).status == 202
    assert _followers(blog) == []
    assert blog.context.heard == []
    assert blog.collect() == []
    assert blog.context.heard == ["social.example"]
    assert _followers(blog) == [alice.id]
    assert [it.document["type"] for it in blog.notices] == ["Accept"]


def test_it_is_there_until_a_later_run_says_that_it_is_kept(
    blog: SpooledBlog, alice: Person
) -> None:
    _leave(blog, alice, alice.does("Follow", OURS))
    blog.collect()
    assert blog.spool.waiting == 1
    blog.collect()
    assert blog.spool.waiting == 0
    assert len(blog.notices) == 1


def test_a_run_whose_ledger_was_never_written_loses_nothing(
    blog: SpooledBlog, alice: Person
) -> None:
    """As on a branch that is pushed when the run ends, and the run is killed."""
    _leave(blog, alice, alice.does("Follow", OURS))
    before = dict(blog.state.scan())
    blog.collect()
    blog.state.batch([(key, before.get(key)) for key, _ in list(blog.state.scan())])
    blog.notices.clear()
    assert _followers(blog) == []
    blog.collect()
    assert _followers(blog) == [alice.id]
    assert len(blog.notices) == 1


@pytest.mark.parametrize("writes", range(8))
def test_a_kill_between_two_steps_neither_loses_nor_doubles(
    blog: SpooledBlog, alice: Person, writes: int
) -> None:
    state = blog.context.state = Fragile()
    note = alice.note(blog.publish())
    _leave(blog, alice, alice.does("Follow", OURS))
    _leave(blog, alice, alice.does("Create", note))
    _leave(blog, alice, alice.does("Like", note["inReplyTo"]))
    state.left = writes
    with suppress(Killed):
        blog.collect()
    state.left = None
    blog.collect()
    assert _followers(blog) == [alice.id]
    assert [it.document["type"] for it in state.notices] == ["Accept"]
    assert len(list(Interactions(state).of("1"))) == 2
    blog.collect()
    assert blog.spool.waiting == 0


@pytest.mark.parametrize(
    "trouble, status", [(None, 202), (OSError("the disk is full"), 503)], ids=str
)
def test_nobody_is_told_that_it_is_taken_before_it_is_on_the_disk(
    blog: SpooledBlog, alice: Person, trouble: Exception | None, status: int
) -> None:
    blog.box.state = state = Fragile()
    blog.open()
    _leave(blog, alice, alice.does("Like", OURS))  # the key is known from now on
    state.trouble, state.left = trouble, None if trouble is None else 0
    assert _leave(blog, alice, alice.does("Follow", OURS)).status == status
    blog.open()
    entries = _ask(blog, headers=_BEARER).json()["entries"]
    kept = ["Like"] if trouble else ["Like", "Follow"]
    assert [it["activity"]["type"] for it in entries] == kept


@pytest.mark.parametrize("writes", range(3))
def test_a_stranger_comes_again_when_the_disk_is_full(
    blog: SpooledBlog, alice: Person, writes: int
) -> None:
    """The key is written first, then the way of signing, then what was said."""
    blog.box.state = state = Fragile()
    blog.open()
    state.trouble, state.left = OSError("the disk is full"), writes
    follow = alice.does("Follow", OURS)
    answer = _leave(blog, alice, follow, Scheme.RFC9421)
    assert (answer.status, answer.retry_after) == (503, 900)
    assert state.left == 0
    assert blog.spool.waiting == 0
    state.left = None
    assert _leave(blog, alice, follow, Scheme.RFC9421).status == 202
    blog.open()
    assert blog.spool.waiting == 1


def test_what_comes_twice_is_kept_once(blog: SpooledBlog, alice: Person) -> None:
    like = alice.does("Like", OURS)
    assert [_leave(blog, alice, like).status for _ in range(3)] == [202] * 3
    assert blog.spool.waiting == 1
    blog.collect()
    blog.collect()
    assert _leave(blog, alice, like).status == 202
    assert blog.spool.waiting == 0


def test_who_asks_again_to_follow_is_answered_again(
    blog: SpooledBlog, alice: Person
) -> None:
    for _ in range(2):
        _leave(blog, alice, alice.does("Follow", OURS))
        blog.collect()
        blog.context.clock += timedelta(hours=2)
    assert _followers(blog) == [alice.id]
    assert len({it.key for it in blog.notices}) == 2


@pytest.mark.parametrize("limits", [{"most": 2}, {"most_bytes": 700}])
def test_a_full_spool_asks_to_come_back(
    blog: SpooledBlog, alice: Person, limits: dict[str, int]
) -> None:
    blog.open(**limits)
    likes = [alice.does("Like", OURS, id=f"{alice.id}/{n}") for n in range(9)]
    answers = [_leave(blog, alice, like) for like in likes]
    taken = [it.status for it in answers].count(HTTPStatus.ACCEPTED)
    assert 1 < taken < 9
    assert answers[-1].status == HTTPStatus.SERVICE_UNAVAILABLE
    assert answers[-1].retry_after
    blog.collect()
    blog.collect()
    assert _leave(blog, alice, likes[-1]).status == 202


def test_more_than_a_page_is_collected_in_order(
    blog: SpooledBlog, alice: Person
) -> None:
    posts = [blog.publish(str(number)) for number in range(250)]
    for number, post in enumerate(posts):
        like = alice.does("Like", post, id=f"{alice.id}/likes/{number}")
        assert _leave(blog, alice, like).status == 202
    blog.collect()
    assert blog.state.get("collected")["number"] == 250
    assert len(list(blog.actor.interactions.of())) == 250


def test_a_spool_that_was_lost_begins_anew(blog: SpooledBlog, alice: Person) -> None:
    """Its numbers are not taken for those of the old one."""
    for number in range(3):
        _leave(blog, alice, alice.does("Like", OURS, id=f"{alice.id}/{number}"))
    blog.collect()
    blog.box.state = FakeDocuments()
    blog.open()
    _leave(blog, alice, alice.does("Follow", OURS))
    blog.collect()
    assert _followers(blog) == [alice.id]
    blog.collect()
    assert blog.spool.waiting == 0


def test_numbers_grow_when_everything_was_collected(
    blog: SpooledBlog, alice: Person
) -> None:
    for number in range(3):
        _leave(blog, alice, alice.does("Like", OURS, id=f"{alice.id}/{number}"))
        blog.collect()
        blog.collect()
        blog.open()
    assert blog.state.get("collected")["number"] == 3


def test_a_server_that_is_down_is_asked_in_a_later_run(
    blog: SpooledBlog, alice: Person
) -> None:
    """What came later of the same actor waits behind it: an Undo undoes nothing yet."""
    follow = alice.does("Follow", OURS)
    _leave(blog, alice, follow)
    _leave(blog, alice, alice.does("Undo", follow))
    blog.world.documents[alice.id] = 503
    assert blog.collect() == []
    blog.world.documents[alice.id] = alice.document
    assert blog.collect() == []
    assert _followers(blog) == []
    assert blog.state.count("aside/") == 0
    assert [it.document["type"] for it in blog.notices] == ["Accept"]


def test_what_is_too_old_is_told(blog: SpooledBlog, alice: Person) -> None:
    _leave(blog, alice, alice.does("Follow", OURS))
    blog.world.documents[alice.id] = 503
    assert blog.collect() == []
    blog.context.clock = NOW + timedelta(days=4)
    (remark,) = blog.collect()
    assert alice.id in remark.text
    assert "too old" in remark.text
    assert blog.collect() == []


def test_what_is_refused_is_told(
    blog: SpooledBlog, alice: Person, mallory: Person
) -> None:
    forged = alice.note(blog.publish(), "<p>I love evil.example</p>")
    _leave(blog, mallory, mallory.does("Create", forged))
    (remark,) = blog.collect()
    assert mallory.id in remark.text
    assert "404" in remark.text


def test_who_was_blocked_meanwhile_is_not_heard(
    blog: SpooledBlog, alice: Person
) -> None:
    _leave(blog, alice, alice.does("Follow", OURS))
    blog.state.put("blocked/social.example", {"since": ""})
    assert blog.collect() == []
    assert _followers(blog) == []


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic spool-token-0123456789"},
        {"Authorization": "spool-token-0123456789"},
        {"Authorization": "Bearer spool-token-0123456789é".encode()},
    ],
    ids=str,
)
def test_nobody_collects_without_the_token(
    blog: SpooledBlog, alice: Person, headers: dict[str, Any], method: str
) -> None:
    _leave(blog, alice, alice.does("Follow", OURS))
    answer = _ask(blog, method, headers=headers, params={"after": "9"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert blog.spool.waiting == 1


@pytest.mark.parametrize("after", ["-1", "x", "1e3", "٣", "9" * 40])
def test_a_place_that_is_no_number_is_refused(blog: SpooledBlog, after: str) -> None:
    answer = _ask(blog, headers=_BEARER, params={"after": after})
    assert answer.status_code == 400


def test_nothing_of_it_stays_in_a_cache(blog: SpooledBlog) -> None:
    assert _ask(blog, headers=_BEARER).headers["cache-control"] == "no-store"


def test_without_a_token_it_does_not_start(blog: SpooledBlog) -> None:
    settings = replace(blog.box.settings, spool_token=None)
    with pytest.raises(ConfigurationError, match="spool_token"):
        intake([dataclasses.replace(blog.box, settings=settings)])


def test_an_inbox_that_is_served_is_none_of_its_business(blog: SpooledBlog) -> None:
    settings = replace(blog.box.settings, inbox="served")
    assert not intake([dataclasses.replace(blog.box, settings=settings)]).routes


def test_other_servers_are_asked_by_an_actor_of_its_own(
    blog: SpooledBlog, alice: Person
) -> None:
    """The key of the blog is not on that machine."""
    signers: list[str] = []

    class Noting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            asked = Request(request.method, str(request.url), request.headers, b"")
            signers.extend(claim.key_id for claim in claims(asked))
            return await blog.world.handle_async_request(request)

    blog.box = dataclasses.replace(blog.box, transport=Noting())
    blog.open()
    assert _leave(blog, alice, alice.does("Follow", OURS)).status == 202
    assert signers == ["https://blog.example/ap/instance#main-key"]
    assert "rsa_private_key" not in blog.box.credentials.get()
    document = _ask(blog, address="https://blog.example/ap/instance").json()
    assert document["publicKey"]["id"] == signers[0]
    assert document["id"] == document["publicKey"]["owner"]
    assert document["inbox"] == INBOX


def test_its_key_is_made_once(tmp_path: Path) -> None:
    blog = SpooledBlog(tmp_path)
    blog.box.credentials.replace(lambda _: {})
    pems = []
    for _ in range(2):
        blog.open()
        document = _ask(blog, address="https://blog.example/ap/instance").json()
        pems.append(document["publicKey"]["publicKeyPem"])
    assert pems[0] == pems[1]


def test_it_says_how_much_waits(blog: SpooledBlog, alice: Person) -> None:
    _leave(blog, alice, alice.does("Follow", OURS))
    found = intake([blog.box])
    assert (found.waiting(), found.full()) == (1, False)
