"""An image is uploaded once, and a bad one never stops the post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from linkedin_service import TOKEN, LinkedIn
from linkedin_support import Desk, message, picture
from share_bridge.errors import (
    AuthExpiredError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from share_bridge.model.receipt import Pending
from share_bridge.testing.faults import Answer, Fault, Lost

Open = Callable[..., Desk]


def is_initialize(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path == "/rest/images"


def is_upload(request: httpx.Request) -> bool:
    return request.method == "PUT"


def is_poll(request: httpx.Request) -> bool:
    return request.method == "GET" and "/rest/images/" in request.url.path


def thumbnail(service: LinkedIn) -> str | None:
    (post,) = service.standing
    found: str | None = post.body["content"]["article"].get("thumbnail")
    return found


def until_done(desk: Desk, **values: Any) -> None:
    """Attempts as the core makes them."""
    progress = None
    for _ in range(10):
        try:
            result = desk.publish(message(picture()), progress=progress, **values)
        except TransientError:
            desk.now += timedelta(minutes=1)
        else:
            if not isinstance(result, Pending):
                return
            desk.now = result.at
        progress = desk.progress
    pytest.fail("not done after ten attempts")


def test_an_image_that_is_processed_is_waited_for(
    desk: Desk, service: LinkedIn
) -> None:
    service.processing = 2
    result = desk.publish(message(picture()))
    until_done(desk)

    assert isinstance(result, Pending)
    assert result.at - desk.now <= timedelta(seconds=3)
    assert thumbnail(service) is not None


def test_an_image_that_is_never_ready_is_left_out(
    desk: Desk, service: LinkedIn
) -> None:
    service.processing = 1000
    desk.publish(message(picture()))
    desk.now += timedelta(minutes=6)
    desk.publish(message(picture()), progress=desk.progress)

    assert thumbnail(service) is None


def test_whoever_may_not_ask_takes_it_for_ready(desk: Desk, service: LinkedIn) -> None:
    service.fail(Fault(what=service.forbidden, when=is_poll, accepted=True))
    desk.post(message(picture()))

    assert thumbnail(service) == "urn:li:image:C50"


@pytest.mark.parametrize("when", [is_initialize, is_upload, is_poll])
@pytest.mark.parametrize(
    "what", [Answer(500), Answer(503), Lost.RESET, Answer(200, text="<h1>Soon</h1>")]
)
def test_trouble_on_the_way_is_overcome(
    desk: Desk, service: LinkedIn, when: Callable[..., bool], what: Answer | Lost
) -> None:
    """It is tried again, and what is there already is not sent twice."""
    service.fail(Fault(what=what, when=when))
    until_done(desk)

    uploads = [it for it in service.requests if is_upload(it)]
    assert len(service.standing) == 1
    assert len(uploads) <= 2


@pytest.mark.parametrize("status", [401, 403, 429])
def test_an_address_that_ended_blocks_nothing(
    desk: Desk, service: LinkedIn, status: int
) -> None:
    """It is asked for anew; what the token may do was said before."""
    service.fail(Fault(what=Answer(status), when=is_upload))
    until_done(desk)

    assert thumbnail(service) == "urn:li:image:C51"


@pytest.mark.parametrize(
    "address", ["", "no address", "ftp://www.linkedin.com/1", "https://", "http://[1"]
)
def test_what_is_no_address_is_not_gone_to(tmp_path: Any, address: str) -> None:
    service = Elsewhere(address)
    desk = Desk(tmp_path, transport=service)
    until_done(desk)

    assert thumbnail(service) is None


def test_an_image_that_can_never_be_asked_for_is_left_out(
    desk: Desk, service: LinkedIn
) -> None:
    service.fail(Fault(what=Answer(503), when=is_poll, times=None))
    desk.publish(message(picture()))
    desk.now += timedelta(minutes=6)
    desk.publish(message(picture()), progress=desk.progress)

    assert thumbnail(service) is None


@pytest.mark.parametrize("when", [is_initialize, is_upload])
def test_after_three_failures_the_post_goes_without_it(
    desk: Desk, service: LinkedIn, when: Callable[..., bool]
) -> None:
    service.fail(Fault(what=Answer(503), when=when, times=None))
    until_done(desk)

    assert thumbnail(service) is None


@pytest.mark.parametrize("when", [is_initialize, is_upload, is_poll])
@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_an_image_that_is_refused_is_left_out_at_once(
    desk: Desk, service: LinkedIn, when: Callable[..., bool], status: int
) -> None:
    service.fail(Fault(what=Answer(status), when=when))
    desk.post(message(picture()))

    assert thumbnail(service) is None


@pytest.mark.parametrize(
    "answer, error",
    [(Answer(401), AuthExpiredError), (LinkedIn.rate_limited, RateLimitedError)],
)
def test_what_is_wrong_with_the_target_is_told(
    desk: Desk, service: LinkedIn, answer: Answer, error: type[Exception]
) -> None:
    service.fail(Fault(what=answer, when=is_initialize))

    with pytest.raises(error):
        desk.post(message(picture()))


def test_an_image_that_the_post_is_refused_for_is_left_out(
    desk: Desk, service: LinkedIn
) -> None:
    """The words are what matters."""
    own = {"status": 422, "message": "urn:li:image:C50 is not available"}
    is_create = lambda it: it.method == "POST" and it.url.path == "/rest/posts"  # noqa: E731
    service.fail(Fault(what=Answer(422, own), when=is_create))
    until_done(desk)

    assert thumbnail(service) is None


def test_words_about_images_refuse_a_post_that_has_none(
    desk: Desk, service: LinkedIn
) -> None:
    """There is nothing to leave out: to try again would change nothing."""
    own = {"status": 422, "message": "/content/article/source :: is no URL"}
    service.fail(Fault(what=Answer(422, own), when=lambda it: it.method == "POST"))

    with pytest.raises(RejectedError, match="is no URL"):
        desk.post(message())


def test_images_that_could_not_be_read_are_not_uploaded(
    desk: Desk, service: LinkedIn
) -> None:
    desk.post(message(picture(data=b"")))

    assert service.pictures == {}


@pytest.mark.parametrize(
    "address, shown",
    [
        ("https://www.linkedin.com/dms-uploads/1", True),
        ("https://linkedin.com.evil.example/1", False),
        ("https://evil.example/.linkedin.com", False),
        ("https://someone@evil.example/1", False),
    ],
)
def test_the_token_is_shown_to_linkedin_alone(
    tmp_path: Any, address: str, *, shown: bool
) -> None:
    """Bytes go where LinkedIn says; who else stores them needs no token."""
    service = Elsewhere(address)
    desk = Desk(tmp_path, transport=service)
    desk.post(message(picture()))

    (upload,) = [it for it in service.requests if is_upload(it)]
    assert (TOKEN in upload.headers.get("authorization", "")) is shown


class Elsewhere(LinkedIn):
    """Uploads go to an address of the test."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def answer(self, request: httpx.Request) -> Answer | Lost:
        if is_upload(request):
            return Answer(201)
        given = super().answer(request)
        if is_initialize(request) and isinstance(given, Answer):
            value = {**given.json["value"], "uploadUrl": self.address}
            return Answer(200, {"value": value})
        return given
