"""One set of rules tells which error an answer means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from share_bridge.errors import PublishError, RejectedError
from share_bridge.plugin.answers import (
    LONGEST,
    error_of_response,
    raise_for_response,
    read_json,
    retry_after,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _answer(status: int, method: str = "POST", **given: Any) -> httpx.Response:
    request = httpx.Request(method, "https://service.example/x")
    return httpx.Response(status, request=request, **given)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206])
def test_success_raises_nothing(status: int) -> None:
    raise_for_response(_answer(status), now=NOW)


@pytest.mark.parametrize(
    "status, write, read, harmless",
    [
        (301, "OutcomeUnknownError", "PublishError", "PublishError"),
        (400, "PublishError", "PublishError", "PublishError"),
        (401, "AuthExpiredError", "AuthExpiredError", "AuthExpiredError"),
        (403,) + ("PermissionDeniedError",) * 3,
        (404, "PublishError", "PublishError", "PublishError"),
        (408, "PublishError", "TransientError", "TransientError"),
        (413, "TooLongError", "PublishError", "PublishError"),
        (425, "PublishError", "TransientError", "TransientError"),
        (429, "RateLimitedError", "RateLimitedError", "RateLimitedError"),
        (500, "OutcomeUnknownError", "TransientError", "TransientError"),
        (503, "OutcomeUnknownError", "TransientError", "TransientError"),
        (599, "OutcomeUnknownError", "TransientError", "TransientError"),
    ],
)
def test_an_answer_means_what_happens_next(
    status: int, write: str, read: str, harmless: str
) -> None:
    """A write that went wrong half-way is unknown; a read can be repeated."""
    errors = (
        error_of_response(_answer(status), now=NOW),
        error_of_response(_answer(status, "GET"), now=NOW),
        error_of_response(_answer(status), now=NOW, harmless=True),
    )

    assert tuple(type(error).__name__ for error in errors) == (write, read, harmless)
    assert all(f"service.example answered {status}" in str(error) for error in errors)


def test_a_redirect_says_where_it_leads() -> None:
    moved = _answer(308, "GET", headers={"Location": "https://www.service.example/x"})

    with pytest.raises(PublishError, match=r"leads to https://www\.service\.example/x"):
        raise_for_response(moved, now=NOW)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_service_reads_its_own_refusals_first(status: int) -> None:
    refused = RejectedError("in its own words")

    error = error_of_response(_answer(status), now=NOW, rejected=lambda _: refused)

    assert error is refused


@pytest.mark.parametrize("status", [302, 429, 500])
def test_what_is_no_refusal_is_not_for_the_service_to_read(status: int) -> None:
    error = error_of_response(
        _answer(status), now=NOW, rejected=lambda _: RejectedError("no")
    )

    assert not isinstance(error, RejectedError)


@pytest.mark.parametrize(
    "headers, seconds",
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "Sun, 22 Nov 2026 12:05:00 GMT"}, 300),
        ({"Retry-After": "Sun, 22 Nov 2026 11:05:00 GMT"}, 0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "9" * 400}, 86_400),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"X-RateLimit-Reset": "2026-11-22T12:10:00.000000Z"}, 600),
        ({"X-RateLimit-Reset": "2026-11-22T12:10:00+00:00"}, 600),
        ({"X-RateLimit-Reset": "2026-11-22T12:10:00"}, 600),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 90)}, 90),
        ({"X-RateLimit-Reset": str((int(NOW.timestamp()) + 90) * 1000)}, 90),
        ({"X-RateLimit-Reset": "45"}, 45),
        ({"X-RateLimit-Reset": "1000000001"}, 0),
        ({"Retry-After": "5", "X-RateLimit-Reset": "45"}, 5),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "45"}, 45),
    ],
)
def test_a_service_says_how_long_to_wait(
    headers: dict[str, str], seconds: int | None
) -> None:
    """In seconds, as a date, as seconds since 1970; never more than a day."""
    wait = retry_after(httpx.Headers(headers), now=NOW)

    assert wait == (None if seconds is None else timedelta(seconds=seconds))
    assert wait is None or wait <= LONGEST


def test_json_is_read() -> None:
    assert read_json(_answer(200, json={"id": "1"})) == {"id": "1"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"id": "1',
        b"<!doctype html><title>Maintenance</title>",
        b"\xff\xfe\xfd",
        b"[" * 100_000,
    ],
    ids=["empty", "half", "a page", "no text", "too deep"],
)
@pytest.mark.parametrize(
    "method, harmless, kind",
    [
        ("POST", False, "OutcomeUnknownError"),
        ("POST", True, "TransientError"),
        ("GET", False, "TransientError"),
    ],
)
def test_what_is_no_json_is_no_answer(
    body: bytes, method: str, harmless: bool, kind: str
) -> None:
    """A page that says "maintenance" comes with a 200, too."""
    answer = _answer(200, method, content=body, headers={"Content-Type": "text/html"})

    with pytest.raises(PublishError, match="not JSON") as caught:
        read_json(answer, harmless=harmless)

    assert type(caught.value).__name__ == kind
