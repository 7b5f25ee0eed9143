"""One activity to one inbox, and what its answer means.

Receivers know an activity by its id, so that sending it twice has the effect of once.
"""

from __future__ import annotations

import socket
import ssl
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
    retry_after,
)
from share_bridge_activitypub.knock import Knocker
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON

if TYPE_CHECKING:
    import httpx

__all__ = ["InboxGoneError", "deliver"]

_HEADERS = {"Content-Type": ACTIVITY_JSON}
#: A name that does not resolve, a certificate that is not valid: rarely mended soon.
_UNREACHABLE = timedelta(hours=6)
_TRY_LATER = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_NEVER = frozenset({HTTPStatus.NOT_IMPLEMENTED})
#: The name is not there, or has no address (the second where the system knows it).
_NO_SUCH_NAME = frozenset(
    {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
)


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
    """What an answer means that is none of success.

    What perhaps was taken is simply sent again: it has the same id.
    """
    status = response.status_code
    host = response.request.url.host
    text = f"{host} answered {status} {response.reason_phrase}".rstrip()
    if status in {HTTPStatus.GONE, HTTPStatus.METHOD_NOT_ALLOWED}:
        raise InboxGoneError(text, surely=True)
    if status == HTTPStatus.NOT_FOUND:
        raise InboxGoneError(text, surely=False)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        raise TooLongError(text)
    if not (status in _TRY_LATER or response.is_server_error) or status in _NEVER:
        raise RejectedError(text)
    wait = retry_after(response.headers, now=now)
    if response.is_server_error:
        raise OutcomeUnknownError(text, retry_after=wait)
    if wait is not None or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise RateLimitedError(text, retry_after=wait)
    raise TransientError(text)


def _is_lasting(error: httpx.ConnectError) -> bool:
    """No such name, or a certificate that is not valid; a resolver may be down."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        if isinstance(cause, socket.gaierror):
            return cause.errno in _NO_SUCH_NAME
        cause = cause.__cause__
    return False
