"""Which error an HTTP answer means, and what JSON it holds; nothing is taken on trust.

A write that went wrong half-way is an unknown outcome; a read that did can be repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from share_bridge.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PublishError,
    RateLimitedError,
    TooLongError,
    TransientError,
)

if TYPE_CHECKING:
    import httpx

__all__ = [
    "LONGEST",
    "error_of_response",
    "raise_for_response",
    "read_json",
    "retry_after",
]

#: No service is believed that asks for a longer wait.
LONGEST = timedelta(hours=24)

_DAY = 86_400
#: A reset larger than that is a date in seconds, and in milliseconds the next one.
_EPOCH, _EPOCH_MS = 10**9, 10**12
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_TRY_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})

#: A service's own reading of a 4xx, or None where it is not in its own words.
Rejected = Callable[["httpx.Response"], PublishError | None]


def raise_for_response(
    response: httpx.Response,
    *,
    now: datetime,
    rejected: Rejected | None = None,
    harmless: bool = False,
) -> None:
    """Raise what an answer that is not 2xx means.

    Args:
        response: With its request; the body has been read.
        now: The time, for a `Retry-After` that is a date.
        rejected: Asked first about every 4xx but 429.
        harmless: What was written is seen by nobody and may be written twice, such
            as an upload: the rules of reads hold.

    Raises:
        PublishError: One of its kinds; itself where nothing says what to do next.

    """
    if not response.is_success:
        raise error_of_response(response, now=now, rejected=rejected, harmless=harmless)


def error_of_response(
    response: httpx.Response,
    *,
    now: datetime,
    rejected: Rejected | None = None,
    harmless: bool = False,
) -> PublishError:
    """What `raise_for_response` raises."""
    status = response.status_code
    text = _said(response)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError(
            text, retry_after=retry_after(response.headers, now=now)
        )
    if rejected is not None and response.is_client_error:
        error = rejected(response)
        if error is not None:
            return error
    if status == HTTPStatus.UNAUTHORIZED:
        return AuthExpiredError(text)
    if status == HTTPStatus.FORBIDDEN:
        return PermissionDeniedError(text)
    if harmless or response.request.method in _READS:
        temporary = status in _TRY_LATER or response.is_server_error
        return TransientError(text) if temporary else PublishError(text)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLongError(text)
    if response.is_client_error:
        return PublishError(text)
    return OutcomeUnknownError(text)


def read_json(response: httpx.Response, *, harmless: bool = False) -> Any:
    """The JSON of a 2xx answer; a page that says "maintenance" is none.

    Raises:
        TransientError: A read brought something else.
        OutcomeUnknownError: A write did: perhaps it was accepted.

    """
    try:
        return response.json()
    except (ValueError, RecursionError) as error:
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        text = (
            f"{response.request.url.host} answered {response.status_code} "
            f"with something that is not JSON ({kind[:40] or 'no content type'})"
        )
        if harmless or response.request.method in _READS:
            raise TransientError(text) from error
        raise OutcomeUnknownError(text) from error


def retry_after(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long a service asks to wait; at most 24 hours.

    `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), else
    `X-RateLimit-Reset` as an ISO date (Mastodon), as seconds since 1970 (GoToSocial)
    or as seconds from now (2026-11-22). None where neither is there and makes sense.
    """
    wait = _wait(headers.get("retry-after", "").strip(), now)
    if wait is None:
        wait = _wait(headers.get("x-ratelimit-reset", "").strip(), now)
    return wait and max(timedelta(0), min(wait, LONGEST))


def _wait(value: str, now: datetime) -> timedelta | None:
    if value.isascii() and value.isdigit():
        number = int(value[:15])
        if number > _EPOCH_MS:
            number //= 1000
        if number > _EPOCH:
            number -= int(now.timestamp())
        return timedelta(seconds=min(number, _DAY))
    date = _date(value)
    if date is None:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - now


def _date(value: str) -> datetime | None:
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            return parse(value)
        except (ValueError, OverflowError):
            continue
    return None


def _said(response: httpx.Response) -> str:
    host = response.request.url.host
    text = f"{host} answered {response.status_code} {response.reason_phrase}".rstrip()
    if response.has_redirect_location:
        return f"{text}, and leads to {response.headers['location'][:200]}"
    return text
