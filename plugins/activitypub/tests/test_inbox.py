"""What others do at the inbox, and what comes of it here."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from actors_support import NOW, OURS, PUBLIC, Blog, Person
from share_bridge.conversation.moderate import block, moderate
from share_bridge.plugin import InteractionKind, Interactions, Moderation
from share_bridge_activitypub import tending
from share_bridge_activitypub.inbox.complaints import MOST
from share_bridge_activitypub.signatures import Scheme
from share_bridge_activitypub.web.pages import Pages


def _only(blog: Blog) -> Any:
    (found,) = Interactions(blog.state).of()
    return found


@pytest.mark.parametrize("scheme", Scheme)
def test_a_follow_is_kept_and_accepted(
    blog: Blog, alice: Person, scheme: Scheme
) -> None:
    follow = alice.does("Follow", OURS)
    assert blog.get(follow, alice, scheme=scheme).status == HTTPStatus.ACCEPTED
    (follower,) = blog.actor.followers
    assert follower.actor == alice.id
    (notice,) = blog.notices
    assert notice.recipient.address == f"{alice.id}/inbox"
    assert notice.document["type"] == "Accept"
    assert notice.document["object"] == {
        "id": follow["id"],
        "type": "Follow",
        "actor": alice.id,
        "object": OURS,
    }


def test_a_follow_that_is_asked_again_is_accepted_again(
    blog: Blog, alice: Person
) -> None:
    """The Accept may have been lost; the follower is still one."""
    for _ in range(2):
        blog.get(alice.does("Follow", OURS), alice)
    assert len(list(blog.actor.followers)) == 1
    assert len(blog.notices) == 2


def test_followers_may_have_to_wait_for_the_owner(tmp_path: Path) -> None:
    blog, alice = Blog(tmp_path, {"approve_followers": True}), Person("alice")
    blog.world.add(alice)
    blog.get(alice.does("Follow", OURS), alice)
    (follower,) = blog.actor.followers
    assert not follower.approved
    assert blog.notices == []
    assert list(blog.actor.followers.recipients()) == []


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "by id"])
def test_an_undone_follow_is_forgotten(
    blog: Blog, alice: Person, *, whole: bool
) -> None:
    follow = alice.does("Follow", OURS)
    blog.get(follow, alice)
    blog.get(alice.does("Undo", follow if whole else follow["id"]), alice)
    assert list(blog.actor.followers) == []


def test_a_server_that_says_something_lives(
    blog: Blog, alice: Person, mallory: Person
) -> None:
    """Whatever it says, if it is surely from there; nobody else says so of it."""
    like = alice.does("Like", "https://elsewhere.example/1")
    assert blog.get(like, mallory).status == 401
    assert blog.context.heard == []
    blog.get(like, alice)
    assert blog.context.heard == ["social.example"]


def test_a_follow_of_somebody_else_is_none_of_ours(blog: Blog, alice: Person) -> None:
    answer = blog.get(alice.does("Follow", "https://blog.example/ap/other"), alice)
    assert answer.status == HTTPStatus.ACCEPTED
    assert blog.kept() == []


@pytest.mark.parametrize(
    "kind, kept", [("Like", "like"), ("EmojiReact", "like"), ("Announce", "boost")]
)
def test_likes_and_boosts_are_counted_once(
    blog: Blog, alice: Person, kind: str, kept: str
) -> None:
    post = blog.publish()
    for number in range(2):
        activity = alice.does(kind, post) | {"id": f"{alice.id}/acts/{number}"}
        blog.get(activity, alice)
    found = _only(blog)
    assert (found.kind, found.post, found.actor) == (kept, "1", alice.id)
    assert found.moderation is Moderation.APPROVED


def test_a_like_that_is_taken_back_is_gone(blog: Blog, alice: Person) -> None:
    like = alice.does("Like", blog.publish())
    blog.get(like, alice)
    blog.get(alice.does("Undo", like), alice)
    assert blog.kept() == []


def test_a_like_of_what_is_not_ours_is_not_kept(blog: Blog, alice: Person) -> None:
    blog.publish()
    for address in (
        "https://blog.example/ap/posts/2",
        "https://blog.example/ap/creates/1",
        "https://other.example/ap/posts/1",
        alice.id,
    ):
        activity = alice.does("Like", address) | {"id": f"{alice.id}/{hash(address)}"}
        blog.get(activity, alice)
    assert blog.kept() == []


def test_a_reply_is_kept_clean_until_the_owner_has_seen_it(
    blog: Blog, alice: Person
) -> None:
    html = (
        '<p onclick="x()">Hi <a href="javascript:x()">you</a></p><script>x()</script>'
    )
    note = alice.note(blog.publish(), html)
    assert blog.get(alice.does("Create", note), alice).status == HTTPStatus.ACCEPTED
    found = _only(blog)
    assert found.kind is InteractionKind.REPLY
    assert found.moderation is Moderation.PENDING
    assert found.name == "Alice"
    assert found.handle == "@alice@social.example"
    assert "script" not in found.html
    assert "onclick" not in found.html
    assert "javascript" not in found.html


def test_a_reply_is_folded_behind_its_warning(blog: Blog, alice: Person) -> None:
    note = alice.note(blog.publish(), "<p>Eight legs</p>") | {"summary": "<Spiders>"}
    blog.get(alice.does("Create", note), alice)
    assert _only(blog).html == (
        "<details><summary>&lt;Spiders&gt;</summary><p>Eight legs</p></details>"
    )


def test_many_likes_of_one_actor_leave_no_trace_but_one(
    blog: Blog, alice: Person
) -> None:
    post = blog.publish()
    for number in range(5):
        like = alice.does("Like", post) | {"id": f"{alice.id}/likes/{number}"}
        blog.get(like, alice)
    assert len(blog.kept()) == 2  # itself, and how it is found by its id


def test_replies_may_be_shown_at_once(tmp_path: Path) -> None:
    blog, alice = Blog(tmp_path, {"replies": "show"}), Person("alice")
    blog.world.add(alice)
    blog.get(alice.does("Create", alice.note(blog.publish())), alice)
    assert _only(blog).moderation is Moderation.APPROVED


def test_a_reply_that_is_not_public_is_never_shown(tmp_path: Path) -> None:
    blog, alice = Blog(tmp_path, {"replies": "show"}), Person("alice")
    blog.world.add(alice)
    note = alice.note(blog.publish()) | {"to": [OURS], "cc": []}
    blog.get(alice.does("Create", note), alice)
    assert _only(blog).moderation is Moderation.HIDDEN


def test_a_reply_to_a_reply_is_kept_with_its_parent(blog: Blog, alice: Person) -> None:
    first = alice.note(blog.publish())
    blog.get(alice.does("Create", first), alice)
    second = alice.note(first["id"]) | {"id": f"{alice.id}/notes/2"}
    blog.get(alice.does("Create", second) | {"id": f"{alice.id}/create/2"}, alice)
    replies = {it.id: it.parent for it in Interactions(blog.state).of("1")}
    assert replies == {first["id"]: "", second["id"]: first["id"]}


def test_an_edited_reply_waits_again(blog: Blog, alice: Person) -> None:
    note = alice.note(blog.publish())
    blog.get(alice.does("Create", note), alice)
    approved = _only(blog).moderated(Moderation.APPROVED)
    blog.state.batch(approved.documents())
    changed = note | {"content": "<p>Buy this</p>"}
    blog.get(alice.does("Update", changed), alice)
    assert _only(blog).html == "<p>Buy this</p>"
    assert _only(blog).moderation is Moderation.PENDING


def test_a_deleted_reply_is_gone(blog: Blog, alice: Person) -> None:
    note = alice.note(blog.publish())
    blog.get(alice.does("Create", note), alice)
    blog.get(alice.does("Delete", {"id": note["id"], "type": "Tombstone"}), alice)
    assert blog.kept() == []


def test_who_blocks_us_is_not_written_to(blog: Blog, alice: Person) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    blog.get(alice.does("Block", OURS), alice)
    assert list(blog.actor.followers) == []


def test_an_actor_that_is_deleted_is_forgotten(blog: Blog, alice: Person) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    blog.get(alice.does("Like", blog.publish()), alice)
    blog.world.documents[alice.id] = 410
    answer = blog.get(alice.does("Delete", alice.id), alice)
    assert answer.status == HTTPStatus.ACCEPTED
    assert blog.kept() == []


def test_an_unknown_actor_s_deletion_costs_nothing(blog: Blog, mallory: Person) -> None:
    answer = blog.get(mallory.does("Delete", mallory.id), mallory)
    assert answer.status == HTTPStatus.ACCEPTED
    assert blog.world.asked == []


def test_a_moved_inbox_is_written_to_from_now_on(blog: Blog, alice: Person) -> None:
    blog.get(alice.does("Follow", OURS), alice)
    alice.document["inbox"] = f"{alice.id}/new-inbox"
    blog.get(alice.does("Update", alice.document), alice)
    (follower,) = blog.actor.followers
    assert follower.inbox == f"{alice.id}/new-inbox"


def test_a_quote_gets_a_stamp(blog: Blog, alice: Person) -> None:
    post, quoting = blog.publish(), f"{alice.id}/notes/9"
    blog.get(alice.does("QuoteRequest", post, instrument=quoting), alice)
    (notice,) = blog.notices
    stamp = blog.state.get(f"stamp/{notice.document['result'].rpartition('/')[2]}")
    assert stamp == {
        "id": notice.document["result"],
        "type": "QuoteAuthorization",
        "attributedTo": OURS,
        "interactingObject": quoting,
        "interactionTarget": post,
    }


def test_a_quote_that_nobody_may_make_is_refused(tmp_path: Path) -> None:
    blog, alice = Blog(tmp_path, {"quotes": "nobody"}), Person("alice")
    blog.world.add(alice)
    request = alice.does("QuoteRequest", blog.publish(), instrument=f"{alice.id}/9")
    blog.get(request, alice)
    assert [notice.document["type"] for notice in blog.notices] == ["Reject"]


@pytest.mark.parametrize(
    "policy, follows, answer",
    [
        ("everyone", False, "Accept"),
        ("followers", True, "Accept"),
        ("followers", False, "Reject"),
        ("nobody", True, "Reject"),
    ],
)
def test_who_may_quote_is_as_the_posts_say(
    tmp_path: Path, policy: str, follows: bool, answer: str
) -> None:
    blog, alice = Blog(tmp_path, {"quotes": policy}), Person("alice")
    blog.world.add(alice)
    if follows:
        blog.get(alice.does("Follow", OURS), alice)
    request = alice.does("QuoteRequest", blog.publish(), instrument=f"{alice.id}/9")
    blog.get(request, alice)
    assert blog.notices[-1].document["type"] == answer


def test_a_quote_is_a_part_of_the_conversation(blog: Blog, alice: Person) -> None:
    post = blog.publish()
    quote = alice.note("", "<p>Read this!</p>") | {"inReplyTo": None}
    blog.get(alice.does("QuoteRequest", post, instrument=quote), alice)
    found = _only(blog)
    assert (found.kind, found.id, found.html) == (
        InteractionKind.QUOTE,
        quote["id"],
        "<p>Read this!</p>",
    )
    assert found.moderation is Moderation.PENDING


def _quoted(blog: Blog, alice: Person) -> tuple[dict[str, Any], str]:
    """A request to quote, which got its stamp, and where that is."""
    quote = alice.note("", "<p>Read this!</p>") | {"inReplyTo": None}
    asked = alice.does("QuoteRequest", blog.publish(), instrument=quote)
    blog.get(asked, alice)
    stamp = urlsplit(blog.notices.pop().document["result"]).path
    assert Pages(blog.actor, version="1").at(stamp).status == 200  # type: ignore[union-attr]
    return asked, stamp


def test_a_quote_that_is_hidden_loses_its_stamp(blog: Blog, alice: Person) -> None:
    """Who quoted is told, and asking again does not help (FEP-044f)."""
    asked, stamp = _quoted(blog, alice)
    quote = asked["instrument"]["id"]
    for _ in range(2):
        moderate({"fediverse": blog.state}, [quote], Moderation.HIDDEN)

    (told,) = blog.notices
    assert told.document["type"] == "Delete"
    assert urlsplit(told.document["object"]["id"]).path == stamp
    assert told.recipient.address == f"{alice.id}/inbox"
    page = Pages(blog.actor, version="1").at(stamp)
    assert page is not None
    assert (page.status, page.document["type"]) == (410, "Tombstone")

    blog.get(asked | {"id": f"{alice.id}/quoterequest/2"}, alice)
    assert blog.notices[-1].document["type"] == "Reject"
    assert _only(blog).moderation is Moderation.HIDDEN


@pytest.mark.parametrize("how", ["deleted", "blocked", "blocked with all they said"])
def test_a_quote_that_is_forgotten_loses_its_stamp(
    blog: Blog, alice: Person, how: str
) -> None:
    """Nobody is told, for nobody is there to be told, or owed it."""
    asked, stamp = _quoted(blog, alice)
    if how == "deleted":
        blog.get(alice.does("Delete", asked["instrument"]["id"]), alice)
    elif how == "blocked":
        block({"fediverse": blog.state}, alice.id, undo=False, now=NOW)
    else:
        tending.block(blog.actor, alice.id, undo=False)
    page = Pages(blog.actor, version="1").at(stamp)
    assert page is not None
    assert page.status == 410
    assert blog.notices == []


@pytest.mark.parametrize("by", ["https://other.example/users/bob", ""])
def test_a_quote_by_somebody_else_gets_no_words_in(
    blog: Blog, alice: Person, by: str
) -> None:
    quote = alice.note("") | {"attributedTo": by}
    blog.get(alice.does("QuoteRequest", blog.publish(), instrument=quote), alice)
    assert [key for key in blog.kept() if key.startswith("interaction")] == []


def test_a_stamp_is_for_the_asker_s_own_post(blog: Blog, mallory: Person) -> None:
    quoting = "https://social.example/users/alice/notes/9"
    blog.get(mallory.does("QuoteRequest", blog.publish(), instrument=quoting), mallory)
    assert (blog.notices, blog.kept()) == ([], [])


def test_a_complaint_is_kept_for_the_owner(blog: Blog, alice: Person) -> None:
    post = blog.publish()
    flag = alice.does("Flag", [OURS, post, alice.id], content="spam\x1b[31m")
    blog.get(flag, alice)
    said = tending.list_complaints(blog.actor, clear=False)
    assert said.startswith(f"2026-11-24  {alice.id}  about {OURS}, {post}: spam")
    assert "\x1b" not in said
    tending.list_complaints(blog.actor, clear=True)
    assert tending.list_complaints(blog.actor, clear=False) == "Nobody complained."


def test_a_complaint_about_others_is_none_of_ours(blog: Blog, alice: Person) -> None:
    blog.get(alice.does("Flag", [alice.id, None, 7], content="spam"), alice)
    assert blog.kept() == []


def test_a_flood_of_complaints_fills_nothing(blog: Blog, alice: Person) -> None:
    for number in range(MOST):
        blog.state.put(f"complaint/{number}", {})
    blog.get(alice.does("Flag", OURS, content="spam"), alice)
    assert blog.state.count("complaint/") == MOST


@pytest.mark.parametrize("kind", ["Arrive", "Question", "toString", "__class__"])
def test_what_is_not_understood_is_ignored(
    blog: Blog, alice: Person, kind: str
) -> None:
    assert blog.get(alice.does(kind, OURS), alice).status == HTTPStatus.ACCEPTED
    assert blog.kept() == []


def test_of_several_types_the_known_one_counts(blog: Blog, alice: Person) -> None:
    several = {"type": ["https://social.example/ns#Wish", "Follow"]}
    blog.get(alice.does("Follow", OURS) | several, alice)
    assert [it.actor for it in blog.actor.followers] == [alice.id]


def test_the_same_activity_counts_once(blog: Blog, alice: Person) -> None:
    like = alice.does("Like", blog.publish())
    blog.get(like, alice)
    blog.get(alice.does("Undo", like), alice)
    answer = blog.get(like, alice)  # replayed
    assert (answer.status, answer.reason) == (HTTPStatus.ACCEPTED, "known")
    assert blog.kept() == []


def test_a_reply_without_an_audience_is_not_public(blog: Blog, alice: Person) -> None:
    note = alice.note(blog.publish())
    del note["to"], note["cc"]
    blog.get(alice.does("Create", note, to=[PUBLIC]), alice)
    assert _only(blog).moderation is Moderation.HIDDEN
