"""The account's own posts, however the server pages and lags."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from fediverse_profiles import PROFILES
from fediverse_support import Fediverse
from mastodon_support import Desk
from publisher_support import NOON
from share_bridge.errors import (
    OutcomeUnknownError,
    PublishError,
    RateLimitedError,
    TransientError,
)
from share_bridge.plugin import replace
from share_bridge.testing.faults import Answer, Fault
from share_bridge.testing.service import ScriptedService

DAY = timedelta(days=1)


def _is_listing(request: httpx.Request) -> bool:
    return request.url.path == "/api/v1/accounts/1/statuses"


def _pages(service: Fediverse) -> int:
    return len([one for one in service.requests if _is_listing(one)])


@pytest.mark.parametrize("name", ["mastodon", "gotosocial", "snac", "sharkey"])
@pytest.mark.parametrize("count", [0, 1, 39, 40, 41, 100])
def test_every_page_is_read(tmp_path: Any, name: str, count: int) -> None:
    """By the `Link` header, or by the last id where there is none."""
    service = Fediverse(PROFILES[name])
    for number in range(count):
        service.add(f"Post {number}")

    found = Desk(tmp_path, transport=service).recent()

    assert [post.text for post in found] == [
        f"Post {n}" for n in reversed(range(count))
    ]


def test_a_server_without_pages_is_believed_while_it_shows_all(tmp_path: Any) -> None:
    service = Fediverse(replace(PROFILES["snac"], pages=False))
    for number in range(39):
        service.add(f"Post {number}")

    assert len(Desk(tmp_path, transport=service).recent()) == 39


def test_a_server_that_hides_older_posts_proves_nothing(tmp_path: Any) -> None:
    """It gives the same page again: what lies before nobody can see."""
    service = Fediverse(replace(PROFILES["snac"], pages=False))
    for number in range(60):
        service.add(f"Post {number}")

    with pytest.raises(PublishError, match="only its newest 40"):
        Desk(tmp_path, transport=service).recent()


def test_reading_ends_where_posts_are_too_old(service: Fediverse, desk: Desk) -> None:
    for number in range(200):
        service.add(f"Post {number}", created=NOON - DAY + timedelta(hours=number))

    found = desk.recent(NOON + timedelta(hours=150))

    assert [post.text for post in found] == [f"Post {n}" for n in range(199, 173, -1)]
    assert _pages(service) == 1


def test_a_pinned_post_on_top_ends_nothing(service: Fediverse, desk: Desk) -> None:
    for number in range(45):
        service.add(f"Post {number}")
    service.add("Pinned", created=NOON - 300 * DAY)

    found = desk.recent()

    assert [post.text for post in found] == [f"Post {n}" for n in range(44, -1, -1)]


@pytest.mark.parametrize(
    "answer, error",
    [
        (Answer(200, {"error": "no list"}), TransientError),
        (Answer(200, [{"id": "1"}]), TransientError),
        (Answer(200, [{"id": "1", "created_at": "yesterday"}]), TransientError),
        (Answer(200, [None]), TransientError),
        (Answer(200, text="<html>"), TransientError),
        (Answer(429), RateLimitedError),
        (Answer(500), TransientError),
        (Answer(403), PublishError),
    ],
)
def test_what_cannot_be_read_raises(
    service: Fediverse, desk: Desk, answer: Answer, error: type[Exception]
) -> None:
    """An empty list would mean that the post is not there."""
    service.fail(Fault(what=answer, when=_is_listing))

    with pytest.raises(error):
        desk.recent()


def test_a_later_page_that_cannot_be_read_raises(
    service: Fediverse, desk: Desk
) -> None:
    for number in range(60):
        service.add(f"Post {number}")
    service.fail(Fault(what=Answer(502), when=_is_listing, skip=1))

    with pytest.raises(TransientError):
        desk.recent()


@pytest.mark.parametrize("hours", [-12, 0, 12])
def test_a_server_whose_clock_is_wrong_hides_nothing(desk: Desk, hours: int) -> None:
    """Its `Date` says so: a post of now is not taken for one of this morning."""
    theirs = NOON - timedelta(hours=hours)
    status = {"id": "1", "created_at": theirs.isoformat(), "content": "<p>New</p>"}
    listed = Answer(
        200, [status], headers={"Date": format_datetime(theirs, usegmt=True)}
    )
    account = Answer(200, {"id": "1"})
    desk.transport = ScriptedService(account, listed, Answer(200, []))

    assert [post.text for post in desk.recent()] == ["New"]


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 22 Nov 2026 12:00:00 -0000"])
def test_a_server_without_a_clock_is_taken_by_its_word(desk: Desk, date: str) -> None:
    status = {"id": "1", "created_at": NOON.isoformat(), "content": "<p>New</p>"}
    listed = Answer(200, [status], headers={"Date": date} if date else {})
    desk.transport = ScriptedService(Answer(200, {"id": "1"}), listed, Answer(200, []))

    assert [post.created for post in desk.recent()] == [NOON]


def test_an_empty_list_is_empty(service: Fediverse, desk: Desk) -> None:
    assert desk.recent() == []


def test_a_post_is_described(service: Fediverse, desk: Desk) -> None:
    first = service.add("One https://a.example/1", application="Tusky")
    service.add("Two", in_reply_to=first.id, application="share-bridge")

    two, one = desk.recent()

    assert (one.application, one.in_reply_to) == ("Tusky", "")
    assert (two.application, two.in_reply_to) == ("share-bridge", first.id)
    assert one.links == ("https://a.example/1",)
    assert one.created == first.created.replace(microsecond=0)


def test_the_source_is_asked_only_where_the_page_leaves_doubt(
    service: Fediverse, desk: Desk
) -> None:
    """A name loses its host where it is shown."""
    service.add("Plain words https://a.example/1 #tag")
    service.add("Thanks, @ada@far.example")

    found = desk.recent()

    assert found[0].text == "Thanks, @ada@far.example"
    asked = [one for one in service.requests if one.url.path.endswith("/source")]
    assert len(asked) == 1


def test_a_listing_asks_for_forty_sources_at_most(
    service: Fediverse, desk: Desk
) -> None:
    for number in range(60):
        service.add(f"{number} @ada@far.example")

    assert len(desk.recent()) == 60
    asked = [one for one in service.requests if one.url.path.endswith("/source")]
    assert len(asked) == 40


def test_a_server_that_keeps_no_source_is_read_by_its_page(
    service: Fediverse, desk: Desk
) -> None:
    service.add("Thanks, @ada@far.example")
    service.fail(
        Fault(
            what=Answer(404, text="<html>"),
            when=lambda request: request.url.path.endswith("/source"),
        )
    )

    assert desk.recent()[0].text == "Thanks, @ada@far.example"


def test_the_link_header_leads_nowhere_else(service: Fediverse, desk: Desk) -> None:
    """The token goes to the server of the settings only."""
    for number in range(60):
        service.add(f"Post {number}")

    assert len(desk.recent()) == 60
    assert {one.url.host for one in service.requests} == {"mastodon.example"}


@pytest.mark.parametrize("seen_by", ["private", "direct"])
@pytest.mark.parametrize("accepted", [True, False])
def test_a_lost_post_that_is_not_listed_is_not_taken_for_absent(
    tmp_path: Any, seen_by: str, accepted: bool
) -> None:
    """Takahe and snac do not show such posts in the list, not even to their author."""
    service = Fediverse(PROFILES["takahe"])
    desk = Desk(tmp_path, transport=service, visibility=seen_by)
    service.fail(Fault(what=Answer(502), accepted=accepted))
    with pytest.raises(OutcomeUnknownError):
        desk.publish()

    service.add("Something public")
    with pytest.raises(PublishError, match="does not list"):
        desk.recent()


def test_a_lost_post_is_found_where_the_author_sees_it(
    service: Fediverse, tmp_path: Any
) -> None:
    desk = Desk(tmp_path, transport=service, visibility="private")
    service.fail(Fault(what=Answer(502), accepted=True))
    with pytest.raises(OutcomeUnknownError):
        desk.publish()

    service.add("Something public")
    assert [post.text for post in desk.recent()] == service.texts()[::-1]


def test_an_answered_post_is_not_waited_for(tmp_path: Any) -> None:
    service = Fediverse(PROFILES["takahe"])
    desk = Desk(tmp_path, transport=service, visibility="private")
    desk.post()

    assert desk.recent() == []
