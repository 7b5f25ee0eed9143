"""A copy follows the words of its post, and what somebody did there is respected."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linkedin_service import PAGE, TOKEN, LinkedIn, Token
from linkedin_support import Desk, message, picture
from share_bridge.errors import ConflictError, GoneError, OutcomeUnknownError
from share_bridge.model.receipt import Receipt
from share_bridge.plugin import little_text
from share_bridge.testing.faults import Answer, Fault

Open = Callable[..., Desk]


def test_an_edit_changes_the_words_alone(desk: Desk, service: LinkedIn) -> None:
    receipt = desk.post(message(picture()))
    (post,) = service.standing
    before = post.body["content"]
    changed = message(content="<p>Better (much) words.</p>")
    kept = desk.update(receipt, changed)

    assert post.text == changed.text
    assert post.body["content"] == before
    assert kept.remote_id == receipt.remote_id
    assert len(service.posts) == 1


def test_what_is_gone_is_never_made_again(desk: Desk, service: LinkedIn) -> None:
    receipt = desk.post(message())
    desk.delete(receipt)

    with pytest.raises(GoneError):
        desk.update(receipt, message(title="Anew"))
    assert service.standing == []


def test_a_delete_takes_it_away_however_often(desk: Desk, service: LinkedIn) -> None:
    """LinkedIn answers the second as it did the first."""
    receipt = desk.post(message())
    desk.delete(receipt)
    desk.delete(receipt)

    assert service.standing == []


@pytest.mark.parametrize(
    "address",
    [
        "https://www.linkedin.com/feed/update/{urn}",
        "https://www.linkedin.com/feed/update/{urn}/?originTrackingId=x",
    ],
)
def test_a_copy_that_was_adopted_by_its_address_is_found(
    desk: Desk, service: LinkedIn, address: str
) -> None:
    """`ledger adopt` knows nothing but what stands in the browser."""
    urn = desk.post(message()).remote_id
    adopted = Receipt("https://somewhere.example/", address.format(urn=urn))
    kept = desk.update(adopted, message(content="<p>Better words.</p>"))
    desk.delete(kept)

    assert kept.remote_id == urn
    assert service.standing == []


def test_a_lost_answer_to_an_edit_is_repeated_in_peace(
    desk: Desk, service: LinkedIn
) -> None:
    receipt = desk.post(message())
    changed = message(content="<p>Better words.</p>")
    service.fail(Fault(what=Answer(503), accepted=True))
    with pytest.raises(OutcomeUnknownError):
        desk.update(receipt, changed)
    desk.update(receipt, changed)

    assert service.texts() == [changed.text]


# Organizations with a token that may read


@pytest.fixture
def page(open_desk: Open, service: LinkedIn) -> Desk:
    service.tokens[TOKEN] = Token(frozenset({"w_organization_social"}))
    service.reads_posts = True
    return open_desk(author=PAGE)


def test_words_that_were_changed_there_are_not_overwritten(
    page: Desk, service: LinkedIn
) -> None:
    receipt = page.post(message())
    (post,) = service.standing
    post.body["commentary"], post.edited = "By hand", True

    with pytest.raises(ConflictError, match="was edited over there"):
        page.update(receipt, message(content="<p>Better words.</p>"))
    assert post.text == "By hand"


def test_our_own_edits_are_no_conflict(page: Desk, service: LinkedIn) -> None:
    receipt = page.post(message())
    for words in (
        "<p>Better (words).</p>",
        "<p>The [best] #deep_words.</p>",
        "<p>So.</p>",
    ):
        receipt = page.update(receipt, message(content=words))

    assert "So." in service.texts()[0]


def test_what_it_is_to_become_may_stand_already(page: Desk, service: LinkedIn) -> None:
    """By hand, or by an attempt whose answer was lost."""
    receipt = page.post(message())
    wanted = message(content="<p>Better words.</p>")
    (post,) = service.standing
    post.body["commentary"], post.edited = little_text(wanted.text), True

    assert page.update(receipt, wanted).remote_id == receipt.remote_id


def test_without_the_right_to_read_it_is_changed_all_the_same(
    page: Desk, service: LinkedIn
) -> None:
    receipt = page.post(message())
    service.reads_posts = False
    page.update(receipt, message(content="<p>Better words.</p>"))

    assert "Better words." in service.texts()[0]
