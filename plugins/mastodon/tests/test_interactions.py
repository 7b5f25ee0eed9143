"""What others did with a status: all that is public, page by page, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from fediverse_support import Fediverse
from fediverse_talk import account, said
from mastodon_support import Desk, message
from share_bridge.plugin import Interaction, InteractionKind, Receipt, TransientError
from share_bridge.testing import Answer, Fault


@pytest.fixture
def receipt(desk: Desk) -> Receipt:
    """A status that stands."""
    return desk.post(message())


def test_an_answer_has_its_author_and_words(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.reply(receipt.remote_id, "<p>Well said!</p>")
    (answer,) = desk.interactions(receipt)
    assert answer == Interaction(
        id="https://social.example/statuses/r1",
        kind=InteractionKind.REPLY,
        actor="https://social.example/users/bob",
        name="Bob",
        handle="@bob@social.example",
        page="https://social.example/@bob",
        icon="https://social.example/bob.png",
        url="https://social.example/@bob/r1",
        html="<p>Well said!</p>",
        published="2026-11-22T12:00:00.000Z",
    )


def test_somebody_on_the_same_server_has_a_whole_handle(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.fans = [account("bob", acct="bob")]
    (like,) = desk.interactions(receipt)
    assert like.handle == "@bob@mastodon.example"


def test_an_answer_to_an_answer_names_it(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    first = service.talk.reply(receipt.remote_id, "<p>Well said!</p>")
    service.talk.reply(receipt.remote_id, "<p>Indeed.</p>", parent=first["id"])
    assert [it.parent for it in desk.interactions(receipt)] == ["", first["uri"]]


def test_an_answer_to_a_later_part_of_a_thread_answers_the_post(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    """And the parts themselves are no answers."""
    root = receipt.remote_id
    second = service.talk.reply(root, "<p>2/2</p>", id="second")
    service.talk.reply(root, "<p>Well said!</p>", parent=second["id"])
    thread = Receipt(root, parts=(root, "second"))
    (answer,) = desk.interactions(thread)
    assert (answer.html, answer.parent) == ("<p>Well said!</p>", "")


@pytest.mark.parametrize("visibility", ["private", "direct", "", None, "limited"])
def test_what_not_everybody_may_see_is_left_out(
    desk: Desk, service: Fediverse, receipt: Receipt, visibility: Any
) -> None:
    """The token is shown it, the site's readers are not."""
    service.talk.reply(receipt.remote_id, "<p>Secret</p>", visibility=visibility)
    assert desk.interactions(receipt) == []


def test_a_warning_folds_what_is_behind_it(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.reply(receipt.remote_id, "<p>Eight legs</p>", spoiler_text="<Spiders>")
    (answer,) = desk.interactions(receipt)
    assert answer.html == (
        "<details><summary>&lt;Spiders&gt;</summary><p>Eight legs</p></details>"
    )


def test_a_quote_has_its_author_and_words(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.quotes = [said("q1", "<p>Read this</p>")]
    (quote,) = desk.interactions(receipt)
    assert (quote.kind, quote.id) == (
        InteractionKind.QUOTE,
        "https://social.example/statuses/q1",
    )
    assert (quote.handle, quote.html) == ("@bob@social.example", "<p>Read this</p>")


def test_quotes_that_not_everybody_may_see_are_left_out(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.quotes = [said("q1", "<p>Secret</p>", visibility="private")]
    assert desk.interactions(receipt) == []


def test_an_answer_that_quotes_is_there_once(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    answer = service.talk.reply(receipt.remote_id, "<p>As you said</p>")
    service.talk.quotes = [answer]
    assert [it.kind for it in desk.interactions(receipt)] == [InteractionKind.REPLY]


@pytest.mark.parametrize("count", [39, 40, 41, 100])
def test_all_quotes_are_found(
    desk: Desk, service: Fediverse, receipt: Receipt, count: int
) -> None:
    service.talk.longest = 40
    service.talk.quotes = [said(f"q{number}", "") for number in range(count)]
    assert len(desk.interactions(receipt)) == count


@pytest.mark.parametrize("status", [404, 405, 410, 501])
def test_a_server_that_knows_no_quotes_is_asked_for_the_rest(
    desk: Desk, service: Fediverse, receipt: Receipt, status: int
) -> None:
    """Before Mastodon 4.5, and elsewhere."""
    service.talk.fans = [account("fan")]
    answer = Answer(status, "<h1>What?</h1>")
    service.fail(
        Fault(what=answer, when=lambda it: "quotes" in it.url.path, times=None)
    )
    assert [it.kind for it in desk.interactions(receipt)] == [InteractionKind.LIKE]


@pytest.mark.parametrize("count", [1, 79, 80, 81, 200])
def test_everybody_is_counted_over_all_pages(
    desk: Desk, service: Fediverse, receipt: Receipt, count: int
) -> None:
    """Each once, by ids that differ."""
    service.talk.fans = [account(f"fan{number}") for number in range(count)]
    service.talk.boosters = [account(f"fan{number}") for number in range(count)]
    found = desk.interactions(receipt)
    kinds = [it.kind for it in found]
    assert kinds.count(InteractionKind.LIKE) == count
    assert kinds.count(InteractionKind.BOOST) == count
    assert len({it.id for it in found}) == 2 * count


def test_a_directory_of_everybody_is_not_made(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.fans = [account(f"fan{number}") for number in range(3_000)]
    assert 800 <= len(desk.interactions(receipt)) < 900


def test_pages_that_go_round_end(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    link = "<https://mastodon.example/x?max_id=0>; rel=next"
    page = Answer(200, [account("fan")], headers={"Link": link})
    service.fail(
        Fault(what=page, when=lambda it: "favourited" in it.url.path, times=None)
    )
    assert len(desk.interactions(receipt)) == 1


def test_a_server_that_does_not_tell_who_is_asked_for_the_rest(
    desk: Desk, service: Fediverse, receipt: Receipt
) -> None:
    service.talk.reply(receipt.remote_id, "<p>Well said!</p>")
    service.fail(
        Fault(what=Answer(404, {}), when=lambda it: "_by" in it.url.path, times=None)
    )
    assert [it.kind for it in desk.interactions(receipt)] == [InteractionKind.REPLY]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"descendants": None},
        {"descendants": ["x"]},
        {"descendants": [{"id": "1"}]},
        {"descendants": [{"id": "1", "account": {"id": "2"}}]},
    ],
)
def test_an_answer_that_is_no_conversation_is_tried_again(
    desk: Desk, service: Fediverse, receipt: Receipt, answer: dict[str, Any]
) -> None:
    service.fail(
        Fault(
            what=Answer(200, answer),
            when=lambda it: it.url.path.endswith("/context"),
            times=None,
        )
    )
    with pytest.raises(TransientError):
        desk.interactions(receipt)
