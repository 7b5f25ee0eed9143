"""A hostile actor at the inbox: each way in that others were entered by.

At an inbox that is served, and at one on its own, from which a run collects.
"""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors_support import INBOX, NOW, OURS, Blog, Person, SpooledBlog
from share_bridge.plugin import Interactions
from share_bridge_activitypub.signatures import PrivateKey, Request, Scheme, sign


@pytest.fixture(params=[Blog, SpooledBlog], ids=["served", "spooled"])
def kind_of_blog(request: pytest.FixtureRequest) -> type[Blog]:
    """With an inbox of its own, or one from which it collects."""
    kind: type[Blog] = request.param
    return kind


@pytest.fixture
def blog(tmp_path: Path, kind_of_blog: type[Blog]) -> Blog:
    return kind_of_blog(tmp_path)


@pytest.mark.parametrize("host", ["evil.example", "social.example"])
@pytest.mark.parametrize("cached", [False, True])
@pytest.mark.parametrize("scheme", Scheme)
def test_nobody_acts_for_another(
    blog: Blog, alice: Person, scheme: Scheme, host: str, *, cached: bool
) -> None:
    """Her signature is valid, and is hers: the activity says that it is Alice's."""
    mallory = Person("mallory", host, key=1)
    blog.world.add(mallory)
    if cached:
        blog.get(mallory.does("Follow", OURS), mallory)
    follow = alice.does("Follow", OURS)
    answer = blog.get(follow, mallory, scheme=scheme)
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert blog.actor.followers.get(alice.id) is None


def test_a_key_of_one_s_own_is_not_another_s(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    """Her own document says that its key belongs to Alice."""
    mallory.document["publicKey"]["owner"] = alice.id
    answer = blog.get(alice.does("Follow", OURS), mallory)
    assert answer.status == HTTPStatus.UNAUTHORIZED


def test_a_document_cannot_name_another_s_id(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    """Her server answers with a copy of Alice, with another key."""
    forged = alice.document | {"publicKey": {
        "id": mallory.key_id,
        "owner": alice.id,
        "publicKeyPem": mallory.key.public.to_pem(),
    }}  # fmt: skip
    blog.world.documents[mallory.id] = forged
    answer = blog.get(alice.does("Follow", OURS), mallory)
    assert answer.status == HTTPStatus.UNAUTHORIZED


def test_a_key_document_must_be_listed_by_its_owner(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    """A key of its own, on Alice's server, which Alice does not know of."""
    planted = "https://social.example/uploads/key"
    blog.world.documents[planted] = {
        "id": planted,
        "type": "Key",
        "owner": alice.id,
        "publicKeyPem": mallory.key.public.to_pem(),
    }
    answer = blog.get(alice.does("Follow", OURS), mallory, key_id=planted)
    assert answer.status == HTTPStatus.UNAUTHORIZED


def test_an_upload_is_no_actor(blog: Blog, alice: Person, mallory: Person) -> None:
    """A JSON file on Alice's server is not what the server says of itself."""
    upload = "https://social.example/uploads/mallory.json"
    forged = mallory.document | {"id": upload, "inbox": f"{upload}/inbox"}
    forged["publicKey"] = mallory.document["publicKey"] | {
        "id": f"{upload}#key",
        "owner": upload,
    }
    blog.world.documents[upload] = forged
    blog.world.types[upload] = "application/json"
    activity = mallory.does("Follow", OURS) | {"actor": upload, "id": f"{upload}/1"}
    answer = blog.get(activity, mallory, key_id=f"{upload}#key")
    assert answer.status == HTTPStatus.UNAUTHORIZED


def test_a_redirect_leads_to_no_other_server(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    door = "https://social.example/redirect"
    blog.world.documents[door] = mallory.id
    answer = blog.get(alice.does("Follow", OURS), mallory, key_id=f"{door}#main-key")
    assert answer.status == HTTPStatus.UNAUTHORIZED


def test_no_other_server_is_asked_for_a_key(blog: Blog, mallory: Person) -> None:
    """Neither a victim of hers, nor one whose owner blocked it."""
    bystander = Person("bystander", "other.example", key=1)
    blog.world.add(bystander)
    answer = blog.get(mallory.does("Follow", OURS), mallory, key_id=bystander.key_id)
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert blog.world.asked == []


@pytest.mark.parametrize(
    "key_id",
    [
        "acct:mallory@evil.example",
        "https://blog.example/ap/actor#main-key",
        "",
        "file:///etc/passwd",
        "https://" + "a" * 3000,
        "https://[::1",
    ],
)
def test_a_key_that_cannot_be_somebody_s_is_not_fetched(
    blog: Blog, mallory: Person, key_id: str
) -> None:
    body = json.dumps(mallory.does("Follow", OURS)).encode()
    plain = {"Content-Type": "application/activity+json"}
    signed = sign(
        Request("POST", INBOX, plain, body), key=mallory.key, key_id=key_id, now=NOW
    )
    answer = blog.knock(plain | signed, body)
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert blog.world.asked == []


def test_nobody_speaks_for_us(blog: Blog, mallory: Person) -> None:
    activity = mallory.does("Follow", OURS) | {
        "actor": OURS,
        "id": "https://blog.example/ap/1",
    }
    assert blog.get(activity, mallory).status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("scheme", Scheme)
def test_a_replayed_request_is_refused_after_an_hour(
    blog: Blog, alice: Person, scheme: Scheme
) -> None:
    late = NOW - timedelta(minutes=61)
    answer = blog.get(alice.does("Follow", OURS), alice, scheme=scheme, at=late)
    assert answer.status == HTTPStatus.UNAUTHORIZED
    assert blog.world.asked == []  # told before the key is fetched


def test_a_swapped_body_is_refused(blog: Blog, alice: Person) -> None:
    body = json.dumps(alice.does("Like", OURS)).encode()
    plain = {"Content-Type": "application/activity+json"}
    signed = sign(
        Request("POST", INBOX, plain, body), key=alice.key, key_id=alice.key_id, now=NOW
    )
    swapped = json.dumps(alice.does("Follow", OURS)).encode()
    assert blog.knock(plain | signed, swapped).status == HTTPStatus.UNAUTHORIZED


def test_an_unsigned_request_is_refused(blog: Blog, alice: Person) -> None:
    body = json.dumps(alice.does("Follow", OURS)).encode()
    headers = {"Content-Type": "application/activity+json"}
    assert blog.knock(headers, body).status == HTTPStatus.UNAUTHORIZED


def test_a_request_for_another_inbox_is_refused(blog: Blog, alice: Person) -> None:
    body = json.dumps(alice.does("Follow", OURS)).encode()
    plain = {"Content-Type": "application/activity+json"}
    elsewhere = Request("POST", "https://other.example/ap/inbox", plain, body)
    signed = sign(elsewhere, key=alice.key, key_id=alice.key_id, now=NOW)
    assert blog.knock(plain | signed, body).status == HTTPStatus.UNAUTHORIZED


def test_a_new_key_is_taken_once_the_old_one_is_old(blog: Blog, alice: Person) -> None:
    """Keys are rotated; but not every failing request makes us ask again."""
    blog.get(alice.does("Follow", OURS), alice)
    alice.key = PrivateKey.make_rsa()
    alice.document["publicKey"]["publicKeyPem"] = alice.key.public.to_pem()
    like = alice.does("Like", blog.publish())
    assert blog.get(like, alice).status == HTTPStatus.UNAUTHORIZED
    blog.context.clock = NOW + timedelta(minutes=6)
    again = blog.get(like, alice, at=NOW + timedelta(minutes=6))
    assert again.status == HTTPStatus.ACCEPTED


def test_strangers_keys_do_not_fill_the_ledger(tmp_path: Path) -> None:
    """A month later they are forgotten; who comes back shows them again."""
    blog, mallory = Blog(tmp_path), Person("mallory", "evil.example", key=1)
    blog.world.add(mallory)
    for number in range(3):
        stranger = Person(f"m{number}", "evil.example", key=1)
        blog.world.add(stranger)
        blog.get(stranger.does("Arrive", OURS), stranger)
    assert blog.state.count("key/") == 3
    blog.context.clock = later = NOW + timedelta(days=31)
    blog.get(mallory.does("Arrive", OURS), mallory, at=later)
    assert [key for key, _ in blog.state.scan("key/")] == [f"key/{mallory.key_id}"]


def test_a_reply_of_another_is_fetched_from_its_own_server(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    """What she says that Alice wrote is not what Alice wrote."""
    forged = alice.note(blog.publish(), "<p>I love evil.example</p>")
    answer = blog.get(mallory.does("Create", forged), mallory)
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert blog.kept() == []


@pytest.mark.parametrize("kind", ["Update", "Delete", "Undo"])
def test_nobody_changes_what_another_said(
    blog: Blog, alice: Person, mallory: Person, kind: str
) -> None:
    note = alice.note(blog.publish())
    blog.get(alice.does("Create", note), alice)
    before = list(Interactions(blog.state).of())
    forged = note | {"content": "<p>evil</p>", "attributedTo": mallory.id}
    for about in (forged, note["id"]):
        activity = mallory.does(kind, about) | {
            "id": f"{mallory.id}/{hash(str(about))}"
        }
        blog.get(activity, mallory)
    assert list(Interactions(blog.state).of()) == before


def test_nobody_ends_another_s_following(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    follow = alice.does("Follow", OURS)
    blog.get(follow, alice)
    for number, activity in enumerate(
        (
            mallory.does("Undo", follow),
            mallory.does("Undo", follow["id"]),
            mallory.does("Delete", alice.id),
            mallory.does("Block", OURS),
        )
    ):
        blog.get(activity | {"id": f"{mallory.id}/acts/{number}"}, mallory)
    assert [it.actor for it in blog.actor.followers] == [alice.id]


def test_an_inbox_on_another_server_is_not_written_to(
    blog: Blog, mallory: Person
) -> None:
    """Else she could make us write to whom she likes."""
    mallory.document["inbox"] = "https://victim.example/inbox"
    blog.get(mallory.does("Follow", OURS), mallory)
    assert list(blog.actor.followers) == []
    assert blog.notices == []


@pytest.mark.parametrize("blocked", ["evil.example", "example", "mallory"])
def test_who_is_blocked_is_not_heard(
    tmp_path: Path, kind_of_blog: type[Blog], blocked: str
) -> None:
    mallory = Person("mallory", "evil.example", key=1)
    name = mallory.id if blocked == "mallory" else blocked
    blog = kind_of_blog(tmp_path, {"blocked": [name]})
    blog.world.add(mallory)
    assert (
        blog.get(mallory.does("Follow", OURS), mallory).status == HTTPStatus.FORBIDDEN
    )
    assert blog.world.asked == []


@pytest.mark.parametrize(
    "body, status",
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"type":"Follow"}', 400),
        (b'{"type":"Like","actor":"https://a.example/x"}', 400),
        (
            b'{"type":"Like","actor":"https://a.example/x","id":"https://b.example/y"}',
            400,
        ),
        (b'{"type":"Like","actor":"x","id":"y"}', 400),
        (b'{"type":[],"actor":"https://a.example/x","id":"https://a.example/y"}', 400),
        (b'{"id":1,"id":2}', 400),
        (b'{"n":NaN}', 400),
        (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
        (b"[" * 100_000, 400),
        (b"\xff\xfe", 400),
        (b" " * 1_048_577, 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_no_activity_is_refused(
    blog: Blog, alice: Person, body: bytes, status: int
) -> None:
    answer = blog.get(body, alice)
    assert answer.status == status
    assert blog.world.asked == []


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "text/html", "application/ld+json"]
)
def test_another_content_type_is_refused(
    blog: Blog, alice: Person, content_type: str
) -> None:
    answer = blog.get(alice.does("Follow", OURS), alice, content_type=content_type)
    assert answer.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def test_one_server_cannot_take_all_the_time(blog: Blog, mallory: Person) -> None:
    statuses = [
        blog.get(mallory.does("Arrive", OURS), mallory).status for _ in range(301)
    ]
    assert statuses[-1] == HTTPStatus.TOO_MANY_REQUESTS
    assert HTTPStatus.TOO_MANY_REQUESTS not in statuses[:300]


def test_a_chain_of_documents_ends(blog: Blog, mallory: Person) -> None:
    """Each leads to the next; after a few nobody follows any more."""
    for number in range(20):
        here, there = (f"https://evil.example/{at}" for at in (number, number + 1))
        blog.world.documents[here] = there
    blog.get(mallory.does("Follow", OURS), mallory, key_id="https://evil.example/0#key")
    assert len(blog.world.asked) <= 5


def test_a_server_that_is_down_is_asked_to_come_back(blog: Blog, alice: Person) -> None:
    blog.world.documents[alice.id] = 503
    answer = blog.get(alice.does("Follow", OURS), alice)
    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "object", "actor", "attributedTo", "inReplyTo", "to"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    kind=st.sampled_from(
        [
            "Follow",
            "Undo",
            "Create",
            "Update",
            "Delete",
            "Like",
            "Announce",
            "Block",
            "Flag",
            "QuoteRequest",
        ]
    ),
    about=_values,
    more=st.dictionaries(
        st.sampled_from(["to", "cc", "instrument", "content", "published", "object"]),
        _values,
    ),
)
def test_no_shape_of_an_activity_breaks_anything(
    blog: Blog, alice: Person, kind: str, about: object, more: dict[str, object]
) -> None:
    activity = alice.does(kind, about) | more
    number = hash(json.dumps(activity, sort_keys=True))
    answer = blog.get(activity | {"id": f"{alice.id}/{number}"}, alice)
    assert answer.status < 500 or answer.status == HTTPStatus.SERVICE_UNAVAILABLE
