"""Every method of the publisher, on every kind of server, over a real socket."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fediverse_support import Fediverse
from mastodon_support import Desk, message, picture
from publisher_support import NOON
from share_bridge.dispatch.settle.settle import Verdict, judge, same_text
from share_bridge.errors import AuthExpiredError, ConflictError, GoneError
from share_bridge.plugin import Secret, replace


def test_the_account_is_known(kind: Fediverse, counter: Desk) -> None:
    account = counter.check()

    names = kind.profile.names_application
    assert account.id == "1"
    assert account.name.startswith("@alice@127.0.0.1")
    assert account.server.startswith("127.0.0.1:")
    assert account.application == ("share-bridge" if names else "")


def test_a_bad_token_blocks_the_target(kind: Fediverse, counter: Desk) -> None:
    """As JSON, as text with status 400, or as an empty body."""
    counter.settings = replace(counter.settings, token=Secret("nobody-s-token"))

    with pytest.raises(AuthExpiredError, match="make a new one"):
        counter.check()
    with pytest.raises(AuthExpiredError):
        counter.publish()
    with pytest.raises(AuthExpiredError):
        counter.recent()

    assert kind.standing == []


def test_limits_are_the_server_s_own(kind: Fediverse, counter: Desk) -> None:
    found = counter.discover()

    told = bool(kind.profile.software and kind.profile.most)
    assert found.text[0].maximum == (kind.profile.most if told else 500)
    assert found.text[0].counting.url_length == 23
    assert "image/png" in found.media.types
    assert "video/mp4" not in found.media.types


def test_keys_are_trusted_where_they_are_known_to_be_kept(
    kind: Fediverse, counter: Desk
) -> None:
    lifetime = counter.discover().honours_keys

    if kind.profile.keeps_keys:
        assert lifetime is not None
        assert timedelta(minutes=30) < lifetime < timedelta(hours=1)
    else:
        assert lifetime is None


def test_a_post_is_found_again_as_it_was_sent(kind: Fediverse, counter: Desk) -> None:
    """Whatever a server makes of the words, settling knows them again."""
    sent = message(
        "Möwen & <Meer>: 3 > 2\n\nA long way, so @ada@far.example says.\n\n#learning",
        link="https://learning.example/2026/11/22/a-rather-long-address-for-a-post/",
    )

    receipt = counter.post(sent)
    found = counter.recent()

    assert len(found) == 1
    assert (found[0].id, found[0].url) == (receipt.remote_id, receipt.url)
    assert same_text(found[0].text, sent.text)
    assert found[0].links == (sent.link,)
    assert judge(found, sent, since=NOON).verdict is Verdict.FOUND


def test_the_same_key_twice_is_one_post_where_it_is_kept(
    kind: Fediverse, counter: Desk
) -> None:
    first, second = counter.post(), counter.post()

    assert len(kind.standing) == (1 if kind.profile.keeps_keys else 2)
    assert (first.remote_id == second.remote_id) is kind.profile.keeps_keys


def test_images_go_with_their_words(kind: Fediverse, counter: Desk) -> None:
    counter.post(message(images=(picture(alt="A hill", focus="0.5,-0.2"),)))

    upload = kind.media[kind.standing[0].media[0]]
    assert upload["description"] == "A hill"
    assert upload["type"] == (kind.profile.makes or "image/png")
    assert upload["focus"] == ("0.5,-0.2" if kind.profile.keeps_focus else "")


def test_an_edit_is_one_request_and_keeps_the_images(
    kind: Fediverse, counter: Desk
) -> None:
    image = picture()
    receipt = counter.post(message("Before", images=(image,)))
    media = kind.standing[0].media

    edited = counter.update(receipt, message("After", images=(image,)))

    assert kind.texts()[0].startswith("After")
    assert kind.standing[0].media == media
    assert kind.edits == [receipt.remote_id]
    assert (edited.remote_id, edited.url) == (receipt.remote_id, receipt.url)


def test_an_edit_and_back_again(kind: Fediverse, counter: Desk) -> None:
    """A→B→A→B is three edits of one copy."""
    a, b = message("Words of A"), message("Words of B")

    receipt = counter.post(a)
    for wanted in (b, a, b):
        receipt = counter.update(receipt, wanted)

    assert kind.texts() == [b.text]
    assert len(kind.edits) == 3


def test_an_edit_whose_answer_was_lost_is_not_made_twice(
    kind: Fediverse, counter: Desk
) -> None:
    """The copy says it already: it was ours, and nobody's conflict."""
    receipt = counter.post(message("Before"))
    counter.update(receipt, message("After"))

    counter.update(receipt, message("After"))

    assert kind.edits == [receipt.remote_id]


def test_a_copy_that_was_edited_over_there_is_held(
    kind: Fediverse, counter: Desk
) -> None:
    receipt = counter.post(message("Before"))
    kind.standing[0].text = "My own words"
    kind.standing[0].edited = kind.now()

    with pytest.raises(ConflictError, match="edited over there"):
        counter.update(receipt, message("After"))

    assert kind.texts() == ["My own words"]


def test_a_copy_that_is_gone_is_gone(kind: Fediverse, counter: Desk) -> None:
    """Some servers say so in HTML."""
    receipt = counter.post()
    kind.standing.clear()

    with pytest.raises(GoneError):
        counter.update(receipt, message("After"))
    with pytest.raises(GoneError):
        counter.delete(receipt)


def test_a_copy_is_deleted(kind: Fediverse, counter: Desk) -> None:
    """GoToSocial does it a moment later, and knows of it at once."""
    receipt = counter.post()

    counter.delete(receipt)
    with pytest.raises(GoneError):
        counter.delete(receipt)

    assert [one for one in kind.standing if not one.ghost] == []


def test_a_thread_is_a_chain(kind: Fediverse, counter: Desk) -> None:
    sent = message(parts=("One", "Two", "Three"))

    receipt = counter.post(sent)
    found = counter.recent()

    ids = [status.id for status in kind.standing]
    assert receipt.parts == tuple(ids)
    assert [status.in_reply_to for status in kind.standing] == [None, *ids[:2]]
    assert judge(found, sent, since=NOON).receipt.parts == receipt.parts  # type: ignore[union-attr]  # found


def test_the_list_is_paged_to_its_end(kind: Fediverse, counter: Desk) -> None:
    for number in range(39):
        kind.add(f"Post {number}")
    kind.add("A boost", boost=True)

    found = counter.recent()

    assert [post.text for post in found] == [f"Post {n}" for n in range(38, -1, -1)]
