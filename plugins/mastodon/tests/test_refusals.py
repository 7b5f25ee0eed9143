"""What a server says no with: JSON, text, HTML, or nothing at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fediverse_support import Fediverse
from mastodon_support import Desk, message
from share_bridge.dispatch.send.outcome import of_error, typed
from share_bridge.errors import PublishError, RateLimitedError
from share_bridge.testing.faults import Answer, Fault, Lost, is_write

PAGE = "<!doctype html><title>Sorry</title><h1>Down for maintenance</h1>"
GONE = "GoneError"
DENIED = "PermissionDeniedError"
EXPIRED = "AuthExpiredError"
HELD = "PublishError"
UNKNOWN = "OutcomeUnknownError"
TRANSIENT = "TransientError"

MOVED = {"Location": "https://b.example/"}
LONG = "Text is too long (maximum is 500 characters)"
LONGER = "Validation failed: Text character limit of 500 exceeded"
BUSY = "Cannot attach files that have not finished processing"
TOO_LONG = "TooLongError"
BLOCKED = "TargetBlockedError"

ANSWERS = [
    # answer, of a post, of a read
    (Answer(401), EXPIRED, EXPIRED),
    (Answer(401, {"error": "The access token was revoked"}), EXPIRED, EXPIRED),
    (Answer(401, {"error": {"message": "No.", "code": "X"}}), EXPIRED, EXPIRED),
    (Answer(401, text=PAGE), EXPIRED, EXPIRED),
    (Answer(400, text="Invalid Bearer token"), EXPIRED, EXPIRED),
    (Answer(400, {"error": "invalid token"}), EXPIRED, EXPIRED),
    (Answer(400, text=PAGE), HELD, HELD),
    (Answer(400, {"error": "Bad request"}), "RejectedError", HELD),
    (Answer(403, {"error": "outside the authorized scopes"}), DENIED, DENIED),
    (Answer(403, text=PAGE), DENIED, DENIED),
    (Answer(404, text=PAGE), HELD, "TargetBlockedError"),
    (Answer(404, {"error": "Record not found"}), "RejectedError", "TargetBlockedError"),
    (Answer(413, text=PAGE), "TooLongError", HELD),
    (Answer(422, {"error": "Text can't be blank"}), "RejectedError", HELD),
    (Answer(422, {"error": LONG}), TOO_LONG, HELD),
    (Answer(422, {"error": LONGER}), TOO_LONG, HELD),
    (Answer(422, {"error": BUSY}), TRANSIENT, HELD),
    (Answer(422, {"error": "Media with IDs 9 not found"}), "MediaLostError", HELD),
    (Answer(400, {"error": "media 9 is already attached to a status"}), UNKNOWN, HELD),
    (Answer(422, text=PAGE), HELD, HELD),
    (Answer(422, {"errors": ["other shape"]}), HELD, HELD),
    (Answer(422, {"error": 7}), HELD, HELD),
    (Answer(422, ["no object"]), HELD, HELD),
    (Answer(429, text=PAGE), "RateLimitedError", "RateLimitedError"),
    (Answer(500, {"error": "Sorry"}), UNKNOWN, TRANSIENT),
    (Answer(502, text=PAGE), UNKNOWN, TRANSIENT),
    (Answer(503), UNKNOWN, TRANSIENT),
    (Answer(302, headers=MOVED), UNKNOWN, BLOCKED),
    (Answer(307, headers=MOVED), UNKNOWN, BLOCKED),
    (Answer(200, text=PAGE), UNKNOWN, TRANSIENT),
    (Answer(200, text='{"id": "1", "url": "https'), UNKNOWN, TRANSIENT),
    (Answer(200), UNKNOWN, TRANSIENT),
    (Answer(200, []), UNKNOWN, TRANSIENT),
    (Answer(200, {"id": None}), UNKNOWN, TRANSIENT),
    (Answer(200, "1"), UNKNOWN, TRANSIENT),
    (Lost.TIMEOUT, UNKNOWN, TRANSIENT),
    (Lost.RESET, UNKNOWN, TRANSIENT),
    (Lost.HALF, UNKNOWN, TRANSIENT),
    (Lost.UNREACHABLE, TRANSIENT, TRANSIENT),
]


def _error(desk: Desk, call: Any, *, wrote: bool) -> PublishError:
    """As the core types it."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - as the core does
        return typed(error, wrote=wrote, now=desk.now)
    pytest.fail("nothing was raised")


@pytest.mark.parametrize("what, expected, _", ANSWERS)
def test_an_answer_to_a_post(
    service: Fediverse, desk: Desk, what: Any, expected: str, _: str
) -> None:
    service.fail(Fault(what=what))

    error = _error(desk, desk.publish, wrote=True)

    assert type(error).__name__ == expected
    assert "mastodon.example" in str(error) or isinstance(what, Lost)


@pytest.mark.parametrize("what, _, expected", ANSWERS)
def test_an_answer_to_a_check(
    service: Fediverse, desk: Desk, what: Any, _: str, expected: str
) -> None:
    service.fail(Fault(what=what, when=lambda _: True))

    error = _error(desk, desk.check, wrote=False)

    assert type(error).__name__ == expected


@pytest.mark.parametrize("what, expected, _", ANSWERS)
def test_an_answer_to_an_edit(
    service: Fediverse, desk: Desk, what: Any, expected: str, _: str
) -> None:
    """As to a post, but what is not there is gone."""
    receipt = desk.post(message("Before"))
    service.fail(Fault(what=what))

    error = _error(desk, lambda: desk.update(receipt, message("After")), wrote=True)

    gone = isinstance(what, Answer) and what.status in {404, 410}
    assert type(error).__name__ == (GONE if gone else expected)


@pytest.mark.parametrize(
    "what, expected",
    [
        (Answer(404, text=PAGE), GONE),
        (Answer(410), GONE),
        (Answer(500), UNKNOWN),
        (Answer(403), DENIED),
        (Answer(422, {"error": "No"}), HELD),
        (Lost.RESET, UNKNOWN),
    ],
)
def test_an_answer_to_a_delete(
    service: Fediverse, desk: Desk, what: Any, expected: str
) -> None:
    receipt = desk.post()
    service.fail(Fault(what=what))

    error = _error(desk, lambda: desk.delete(receipt), wrote=True)

    assert type(error).__name__ == expected


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({"Retry-After": "7"}, 7),
        ({"X-RateLimit-Reset": "2026-11-22T12:05:00.000Z"}, 300),
        ({"X-RateLimit-Reset": "1795349100"}, 300),
        ({"Retry-After": "99999999999999999999"}, 86_400),
        ({}, 60),
    ],
)
def test_a_wait_is_kept_in_either_form(
    service: Fediverse, desk: Desk, headers: dict[str, str], seconds: int
) -> None:
    service.fail(Fault(what=Answer(429, {"error": "Slow"}, headers=headers)))

    error = _error(desk, desk.publish, wrote=True)

    assert isinstance(error, RateLimitedError)
    assert of_error(error).pause == timedelta(seconds=seconds)


def test_the_server_s_words_are_one_clean_line(service: Fediverse, desk: Desk) -> None:
    words = "No\n\x1b[31m way" + "!" * 5000
    service.fail(Fault(what=Answer(422, {"error": words})))

    error = _error(desk, desk.publish, wrote=True)

    assert str(error).isprintable()
    assert len(str(error)) < 300


def test_a_token_without_the_scopes_is_told_before_anything_is_sent(
    service: Fediverse, desk: Desk
) -> None:
    service.scopes = ["profile", "write:statuses"]

    error = _error(desk, desk.check, wrote=False)

    assert type(error).__name__ == DENIED
    assert "lacks read:statuses" in str(error)


@pytest.mark.parametrize(
    "scopes", [["read", "write"], ["read:statuses", "write:statuses", "profile"], []]
)
def test_scopes_that_are_enough(
    service: Fediverse, desk: Desk, scopes: list[str]
) -> None:
    """Wide or narrow; a server that tells none is believed."""
    service.scopes = scopes

    assert desk.check().id == "1"


@pytest.mark.parametrize(
    "what", [Answer(404, text=PAGE), Answer(401), Answer(500), Answer(200, text=PAGE)]
)
def test_an_application_that_cannot_be_asked_for_has_no_name(
    service: Fediverse, desk: Desk, what: Answer
) -> None:
    """It is a mark that helps; without it the check stands."""
    is_app = "/apps/verify_credentials"
    service.fail(Fault(what=what, when=lambda request: is_app in request.url.path))

    account = desk.check()

    assert (account.id, account.application) == ("1", "")


def test_the_token_stays_with_the_server(service: Fediverse, desk: Desk) -> None:
    """Where NodeInfo leads elsewhere, that host sees no token."""
    link = {
        "rel": "http://nodeinfo.diaspora.software/ns/schema/2.1",
        "href": "https://elsewhere.example/nodeinfo/2.0",
    }
    service.fail(
        Fault(
            what=Answer(200, {"links": [link]}),
            when=lambda request: "well-known" in request.url.path,
        )
    )

    desk.discover()

    elsewhere = [one for one in service.requests if one.url.host == "elsewhere.example"]
    assert len(elsewhere) == 1
    assert "Authorization" not in elsewhere[0].headers


def test_only_the_writes_are_keyed(service: Fediverse, desk: Desk) -> None:
    """The key is a header; in the body no server looks for it."""
    desk.post()

    (post,) = [one for one in service.requests if is_write(one)]
    assert len(post.headers["Idempotency-Key"]) == 32
    assert "dempotency" not in post.content.decode()
