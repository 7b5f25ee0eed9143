"""One activity to one inbox, and what its answer means.

Receivers know an activity by its id, so that sending it twice has the effect of once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from share_bridge.plugin import (
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TooLongError,
    TransientError,
    raise_for_response,
)
from share_bridge_activitypub.knock import Knocker
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON

if TYPE_CHECKING:
    import httpx

__all__ = ["InboxGoneError", "deliver"]

_HEADERS = {"Content-Type": ACTIVITY_JSON}
#: A name that does not resolve, a certificate that is not valid: rarely mended soon.
_UNREACHABLE = timedelta(hours=6)
_TRY_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


class InboxGoneError(RejectedError):
    """There is no such inbox any more.

    Attributes:
        surely: The server says so (410, or 405 of one that takes nothing); a mere
            404 may be a mistake.

    """

    def __init__(self, message: str, *, surely: bool) -> None:
        super().__init__(message)
        self.surely = surely


async def deliver(knocker: Knocker, inbox: str, body: bytes, *, now: datetime) -> None:
    """Post the bytes of an activity; return when they were taken.

    Raises:
        PublishError: As the answer means.

    """
    import httpx  # noqa: PLC0415 - loaded with the client

    try:
        response = await knocker.send("POST", inbox, headers=_HEADERS, body=body)
    except httpx.ConnectError as error:
        text = f"{urlsplit(inbox).netloc} cannot be reached: {error}"
        if _is_lasting(error):
            raise RateLimitedError(text, retry_after=_UNREACHABLE) from error
        raise TransientError(text) from error
    except httpx.ConnectTimeout as error:
        raise TransientError(f"{urlsplit(inbox).netloc} does not answer") from error
    except httpx.HTTPError as error:
        raise OutcomeUnknownError(f"{urlsplit(inbox).netloc}: {error}") from error
    if not response.is_success:
        _raise(response, now=now)


def _raise(response: httpx.Response, *, now: datetime) -> None:
    status = response.status_code
    host = response.request.url.host
    text = f"{host} answered {status} {response.reason_phrase}".rstrip()
    if status in {HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED}:
        raise InboxGoneError(text, surely=True)
    if status == HTTPStatus.NOT_FOUND:
        raise InboxGoneError(text, surely=False)
    if status in _TRY_LATER:
        raise TransientError(text)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise_for_response(response, now=now)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise TooLongError(text)
    if response.has_redirect_location:
        raise OutcomeUnknownError(text)
    if response.is_server_error and status != HTTPStatus.NOT_IMPLEMENTED:
        raise OutcomeUnknownError(text)
    raise RejectedError(text)


def _is_lasting(error: httpx.ConnectError) -> bool:
    """No such name, or a certificate that is not valid."""
    text = str(error).lower()
    return "certificate" in text or "resolve" in text or "name or service" in text
