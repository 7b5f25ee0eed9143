"""Images: uploaded once, waited for, and never in the way of the post."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import httpx
import pytest

from fediverse_support import Fediverse
from mastodon_support import Desk, message, picture
from share_bridge.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    TransientError,
)
from share_bridge.model.receipt import Pending, Receipt
from share_bridge.plugin import replace
from share_bridge.testing.faults import Answer, Fault, Lost

PAGE = "<!doctype html><title>Sorry</title>"


def _is_upload(request: httpx.Request) -> bool:
    return request.url.path in {"/api/v2/media", "/api/v1/media"}


def _is_post(request: httpx.Request) -> bool:
    return request.method == "POST" and request.url.path == "/api/v1/statuses"


def _uploads(service: Fediverse) -> int:
    return len([one for one in service.requests if _is_upload(one)])


def test_an_image_without_bytes_is_left_out(service: Fediverse, desk: Desk) -> None:
    desk.post(message(images=(picture(data=b""), picture("b.png"))))

    assert service.standing[0].media == ["9000"]
    assert _uploads(service) == 1


def test_the_same_image_twice_is_one(service: Fediverse, desk: Desk) -> None:
    desk.post(message(images=(picture(), picture())))

    assert service.standing[0].media == ["9000"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(422, {"error": "Validation failed: File is not an image"}),
        Answer(413, text=PAGE),
        Answer(415),
        Answer(400, {"error": "Bad request"}),
        Answer(302, headers={"Location": "/x"}),
    ],
)
def test_a_bad_image_never_stops_the_post(
    service: Fediverse, desk: Desk, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    service.fail(Fault(what=answer, when=_is_upload))

    with caplog.at_level(logging.WARNING):
        desk.post(message(images=(picture("bad.png"), picture("good.png"))))

    assert service.standing[0].media == ["9000"]
    assert "bad.png is left out" in caplog.text


@pytest.mark.parametrize(
    "what",
    [
        Answer(500, {"error": "Thumbnail failed"}),
        Answer(503, text=PAGE),
        Answer(408),
        Answer(200, text=PAGE),
        Answer(200, {"no": "id"}),
        Lost.TIMEOUT,
        Lost.RESET,
        Lost.HALF,
    ],
)
def test_an_upload_that_fails_is_tried_three_times(
    service: Fediverse, desk: Desk, what: Any
) -> None:
    """Nothing was published, so that it can be tried again without looking."""
    service.fail(Fault(what=what, when=_is_upload, times=None))
    sent = message(images=(picture(),))

    for _ in range(2):
        with pytest.raises(TransientError):
            desk.publish(sent, progress=desk.progress)
    desk.post(sent, progress=desk.progress)

    assert service.standing[0].media == []
    assert _uploads(service) == 3


@pytest.mark.parametrize(
    "answer, error",
    [
        (Answer(401), AuthExpiredError),
        (Answer(403, {"error": "scopes"}), PermissionDeniedError),
        (Answer(429), RateLimitedError),
    ],
)
def test_what_is_not_the_image_s_fault_stops_the_post(
    service: Fediverse, desk: Desk, answer: Answer, error: type[Exception]
) -> None:
    service.fail(Fault(what=answer, when=_is_upload))

    with pytest.raises(error):
        desk.publish(message(images=(picture(),)))

    assert service.standing == []


def test_an_old_server_takes_images_at_the_old_place(
    service: Fediverse, desk: Desk
) -> None:
    service.fail(
        Fault(
            what=Answer(404, text=PAGE),
            when=lambda request: request.url.path == "/api/v2/media",
            times=None,
        )
    )
    service.fail(
        Fault(
            what=Answer(200, {"id": 77}),
            when=lambda request: request.url.path == "/api/v1/media",
        )
    )
    service.media["77"] = {"ready": True, "description": ""}

    desk.post(message(images=(picture(),)))

    assert service.standing[0].media == ["77"]


def test_an_image_that_is_processed_is_waited_for(
    service: Fediverse, desk: Desk
) -> None:
    """202, then 206 until it is ready; the post asks to be called again."""
    service.processing = 3
    sent = message(images=(picture(),))

    waits = []
    result = desk.publish(sent)
    while isinstance(result, Pending):
        waits.append(result.at - desk.now)
        desk.now = result.at
        result = desk.publish(sent, progress=desk.progress)

    assert isinstance(result, Receipt)
    assert waits == [timedelta(seconds=3)] * 3
    assert service.standing[0].media == ["9000"]
    assert _uploads(service) == 1


def test_an_image_that_is_never_ready_is_left_out(
    service: Fediverse, desk: Desk
) -> None:
    service.processing = 10_000
    sent = message(images=(picture(),))
    desk.publish(sent)

    desk.now += timedelta(minutes=6)
    result = desk.publish(sent, progress=desk.progress)

    assert isinstance(result, Receipt)
    assert service.standing[0].media == []


@pytest.mark.parametrize(
    "answer", [Answer(422, {"error": "Failed"}), Answer(404, text=PAGE)]
)
def test_an_image_that_could_not_be_processed_is_left_out(
    service: Fediverse, desk: Desk, answer: Answer
) -> None:
    service.processing = 5
    sent = message(images=(picture(),))
    desk.publish(sent)
    service.fail(Fault(what=answer, when=lambda request: request.method == "GET"))

    desk.post(sent, progress=desk.progress)

    assert service.standing[0].media == []


def test_a_second_attempt_uploads_nothing_again(service: Fediverse, desk: Desk) -> None:
    sent = message(images=(picture(),))
    service.fail(Fault(what=Answer(429), when=_is_post))
    with pytest.raises(RateLimitedError):
        desk.publish(sent)

    desk.post(sent, progress=desk.progress)

    assert _uploads(service) == 1
    assert service.standing[0].media == ["9000"]


def test_an_upload_of_yesterday_is_made_again(service: Fediverse, desk: Desk) -> None:
    """Servers throw away what no post names."""
    sent = message(images=(picture(),))
    service.fail(Fault(what=Answer(429), when=_is_post))
    with pytest.raises(RateLimitedError):
        desk.publish(sent)

    desk.now += timedelta(days=1)
    desk.post(sent, progress=desk.progress)

    assert service.standing[0].media == ["9001"]


def test_an_upload_that_was_lost_over_there_is_made_again(
    service: Fediverse, desk: Desk
) -> None:
    sent = message(images=(picture(),))
    service.fail(Fault(what=Answer(429), when=_is_post))
    with pytest.raises(RateLimitedError):
        desk.publish(sent)
    service.media.clear()

    with pytest.raises(TransientError, match="not found"):
        desk.publish(sent, progress=desk.progress)
    desk.post(sent, progress=desk.progress)

    assert len(service.standing[0].media) == 1


def test_an_image_that_is_attached_already_means_look_first(
    service: Fediverse, desk: Desk
) -> None:
    """GoToSocial: the earlier attempt, whose answer was lost, was accepted."""
    sent = message(images=(picture(),))
    service.profile = service.profile.__class__(
        software="gotosocial", refuses_attached=True
    )
    service.fail(Fault(what=Answer(502), when=_is_post, accepted=True))
    with pytest.raises(OutcomeUnknownError):
        desk.publish(sent)

    with pytest.raises(OutcomeUnknownError, match="attached"):
        desk.publish(sent, progress=desk.progress)

    assert len(service.standing) == 1


def test_an_edit_changes_the_images_with_the_post(
    service: Fediverse, desk: Desk
) -> None:
    """One stays with new words, one leaves, one joins."""
    a, b, c = picture("a.png"), picture("b.png"), picture("c.png")
    receipt = desk.post(message(images=(a, b)))

    a = picture("a.png", alt="A steep hill")
    edited = desk.update(receipt, message(images=(a, c)))

    assert service.standing[0].media == ["9000", "9002"]
    assert service.media["9000"]["description"] == "A steep hill"
    assert set(edited.extra["media"]) == {a.url, c.url}


def test_an_image_that_cannot_be_read_now_stays(service: Fediverse, desk: Desk) -> None:
    """The post has it still; only its bytes are not to be had today."""
    image = picture()
    receipt = desk.post(message("Before", images=(image,)))
    after = message("After")
    post = replace(after.post, images=(image,))

    desk.update(receipt, message("After", post=post))

    assert service.standing[0].media == ["9000"]
    assert service.texts()[0].startswith("After")


def test_an_image_that_was_added_by_hand_stays(service: Fediverse, desk: Desk) -> None:
    receipt = desk.post(message("Before"))
    service.media["by-hand"] = {"ready": True, "description": "Mine"}
    service.standing[0].media.append("by-hand")

    desk.update(receipt, message("After", images=(picture(),)))

    assert service.standing[0].media == ["by-hand"]


def test_a_copy_that_was_adopted_keeps_its_images(
    service: Fediverse, desk: Desk
) -> None:
    """Which of them is which, nobody knows."""
    desk.post(message("Before", images=(picture(),)))
    status = service.standing[0]

    desk.update(Receipt(status.id), message("After", images=(picture(),)))

    assert status.media == ["9000"]
    assert _uploads(service) == 1
