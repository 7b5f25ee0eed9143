"""What LinkedIn is asked to show, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linkedin_service import MEMBER, PAGE, TOKEN, LinkedIn, Token
from linkedin_support import Desk, message, picture
from share_bridge.errors import (
    DuplicateError,
    OutcomeUnknownError,
    PublishError,
    UnsupportedError,
)
from share_bridge.model.post import Override
from share_bridge.testing.faults import Answer, Fault, Lost

Open = Callable[..., Desk]


def is_create(request: object) -> bool:
    return getattr(request, "method", "") == "POST" and str(
        getattr(request, "url", "")
    ).endswith("/rest/posts")


def test_a_post_is_made_as_documented(desk: Desk, service: LinkedIn) -> None:
    receipt = desk.post(message())
    (post,) = service.standing

    assert post.body["author"] == MEMBER
    assert post.body["visibility"] == "PUBLIC"
    assert post.body["lifecycleState"] == "PUBLISHED"
    assert post.body["content"]["article"] == {
        "source": "https://learning.example/posts/1/",
        "title": "Learning out loud",
        "description": "We write once (and carry it).",
    }
    assert receipt.remote_id == post.urn
    assert receipt.url.endswith(f"/feed/update/{post.urn}")


def test_readers_see_the_whole_text(desk: Desk, service: LinkedIn) -> None:
    """LinkedIn ends a post at the first character that is not escaped."""
    sent = message(content="<p>Why (and how) we_write #posse ~ 3 &lt; 5 | [x] {y}.</p>")
    desk.post(sent)
    (post,) = service.standing

    assert post.text == sent.text
    assert post.tags == ("posse", "learning")


def test_the_headers_are_on_every_call(desk: Desk, service: LinkedIn) -> None:
    desk.post(message(picture()))
    asked = [it for it in service.requests if it.url.path.startswith("/rest/")]

    assert len(asked) == 3
    assert {it.headers["linkedin-version"] for it in asked} == {"202610"}
    assert {it.headers["x-restli-protocol-version"] for it in asked} == {"2.0.0"}


@pytest.mark.parametrize(
    "setting, wanted, seen",
    [
        ("public", "", "PUBLIC"),
        ("connections", "", "CONNECTIONS"),
        ("public", "logged_in", "LOGGED_IN"),
        ("connections", "public", "PUBLIC"),
    ],
)
def test_visibility_is_the_posts_or_the_targets(
    open_desk: Open, service: LinkedIn, setting: str, wanted: str, seen: str
) -> None:
    own = Override(visibility=wanted or None)
    open_desk(visibility=setting).post(message(override=own))

    assert service.standing[0].body["visibility"] == seen


def test_a_visibility_that_does_not_exist_shows_nothing(
    desk: Desk, service: LinkedIn
) -> None:
    with pytest.raises(UnsupportedError, match="unlisted"):
        desk.post(message(override=Override(visibility="unlisted")))

    assert service.posts == []


def test_an_organization_posts_as_itself(open_desk: Open, service: LinkedIn) -> None:
    """Its token may not say whose it is, and need not."""
    service.tokens[TOKEN] = Token(frozenset({"w_organization_social"}))
    open_desk(author="2414183").post(message())

    assert service.standing[0].body["author"] == PAGE


def test_a_post_without_a_link_has_no_card(desk: Desk, service: LinkedIn) -> None:
    desk.post(message(url=""))

    assert "content" not in service.standing[0].body


def test_a_post_without_a_title_has_a_card_all_the_same(
    desk: Desk, service: LinkedIn
) -> None:
    desk.post(message(title=""))
    article = service.standing[0].body["content"]["article"]

    assert article["title"] == "https://learning.example/posts/1/"


def test_a_title_beyond_the_limit_is_cut_at_a_word(
    desk: Desk, service: LinkedIn
) -> None:
    desk.post(message(title="wordy " * 100))
    title = service.standing[0].body["content"]["article"]["title"]

    assert len(title) <= 400
    assert title.endswith("wordy…")


# After a lost answer


@pytest.mark.parametrize("how", [Lost.RESET, Lost.HALF, Answer(502)])
def test_what_was_accepted_is_adopted_under_its_own_name(
    desk: Desk, service: LinkedIn, how: Answer | Lost
) -> None:
    service.fail(Fault(what=how, when=is_create, accepted=True))
    with pytest.raises(Exception):  # noqa: B017 - whatever it is, it is unknown
        desk.post(message(picture()))
    with pytest.raises(DuplicateError) as raised:
        desk.post(message(picture()), attempt=2, progress=desk.progress)

    (post,) = service.posts
    assert raised.value.existing.remote_id == post.urn
    assert raised.value.existing.url.endswith(post.urn)


def test_the_second_attempt_says_the_very_same(desk: Desk, service: LinkedIn) -> None:
    """Even where the image is not to be had any more: else it were another post."""
    service.fail(Fault(what=Lost.RESET, when=is_create, accepted=True))
    with pytest.raises(Exception):  # noqa: B017 - see above
        desk.post(message(picture()))
    with pytest.raises(DuplicateError):
        desk.post(message(), attempt=2, progress=desk.progress)

    first, second = [it.content for it in service.requests if is_create(it)]
    assert first == second


def test_what_was_refused_may_be_mended(desk: Desk, service: LinkedIn) -> None:
    """The next attempt uses what the owner changed in the meantime."""
    service.fail(Fault(what=service.rate_limited, when=is_create))
    with pytest.raises(PublishError):
        desk.post(message())
    kept = desk.progress["body"]
    desk.post(message(content="<p>Better words.</p>"), progress=desk.progress)

    assert kept is None
    assert "Better words." in service.standing[0].text


def test_other_words_are_not_taken_for_those_that_were_lost(
    desk: Desk, service: LinkedIn
) -> None:
    service.fail(Fault(what=Lost.RESET, when=is_create))
    with pytest.raises(Exception):  # noqa: B017 - see above
        desk.post(message())
    desk.post(message(content="<p>Better words.</p>"), progress=desk.progress)

    assert "Better words." in service.texts()[0]


@pytest.mark.parametrize(
    "answer", [Answer(201), Answer(201, headers={"x-restli-id": "7"}), Answer(200, {})]
)
def test_an_answer_without_a_name_is_no_receipt(
    desk: Desk, service: LinkedIn, answer: Answer
) -> None:
    service.fail(Fault(what=answer, when=is_create, accepted=True))

    with pytest.raises(OutcomeUnknownError, match="did not name the post"):
        desk.post(message())


def test_a_duplicate_of_what_is_gone_is_no_delivery(
    desk: Desk, service: LinkedIn
) -> None:
    """LinkedIn names deleted posts for a day or two; who may read them finds out."""
    receipt = desk.post(message())
    desk.delete(receipt)
    service.reads_posts = True

    with pytest.raises(PublishError, match="not there any more") as raised:
        desk.post(message())
    assert not isinstance(raised.value, DuplicateError)


@pytest.mark.parametrize("what", [LinkedIn.forbidden, Answer(500), Lost.RESET])
def test_a_duplicate_that_cannot_be_looked_at_is_believed(
    desk: Desk, service: LinkedIn, what: Answer | Lost
) -> None:
    desk.post(message())
    service.fail(Fault(what=what, when=lambda it: "urn:li:share" in it.url.path))

    with pytest.raises(DuplicateError):
        desk.post(message())


# Images


def test_a_card_shows_the_first_image_that_is_good(
    desk: Desk, service: LinkedIn
) -> None:
    bad = picture("bad.png", data=b"no image at all")
    desk.post(message(bad, picture("b.png", alt="A (steep) hill"), picture("c.png")))
    article = service.standing[0].body["content"]["article"]

    assert article["thumbnail"] == "urn:li:image:C51"
    assert article["thumbnailAltText"] == "A (steep) hill"
    assert len(service.pictures) == 2


def test_one_image_stands_alone(open_desk: Open, service: LinkedIn) -> None:
    open_desk(show="images").post(message(picture()))

    assert service.standing[0].body["content"] == {
        "media": {"id": "urn:li:image:C50", "altText": "A hill"}
    }


def test_more_images_stand_side_by_side(open_desk: Open, service: LinkedIn) -> None:
    shown = [picture(f"{n}.png", alt=f"Hill {n}" if n else "") for n in range(3)]
    open_desk(show="images").post(message(*shown))

    assert service.standing[0].body["content"]["multiImage"]["images"] == [
        {"id": "urn:li:image:C50"},
        {"id": "urn:li:image:C51", "altText": "Hill 1"},
        {"id": "urn:li:image:C52", "altText": "Hill 2"},
    ]
    assert [it.data for it in service.pictures.values()] == [it.data for it in shown]


def test_a_post_without_images_has_a_card_in_any_case(
    open_desk: Open, service: LinkedIn
) -> None:
    open_desk(show="images").post(message())

    assert "article" in service.standing[0].body["content"]


def test_no_picture_shows_what_is_behind_a_warning(
    desk: Desk, service: LinkedIn
) -> None:
    desk.post(message(picture(), content_warning="Heights"))
    (post,) = service.standing

    assert "CW: Heights" in post.text
    assert "carry it" not in str(post.body)
    assert "thumbnail" not in post.body["content"]["article"]


def test_the_text_says_read_more_where_no_card_does(open_desk: Open) -> None:
    """Which is known before anything is sent, and without asking."""
    card, images = open_desk(), open_desk(show="images")

    assert card.discover().link_card.value == "full"
    assert images.discover().link_card.value == "unsupported"
