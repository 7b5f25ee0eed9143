"""What a server means by a 4xx; errors come as JSON, as text, as HTML, or empty."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from share_bridge.plugin import (
    AuthExpiredError,
    OutcomeUnknownError,
    PermissionDeniedError,
    PublishError,
    RejectedError,
    TooLongError,
    TransientError,
    for_line,
)

if TYPE_CHECKING:
    import httpx

__all__ = ["MediaLostError", "of_access", "of_status", "words"]

_MAX_WORDS = 200
_TOO_LONG = r"character.limit|too.long|max\w*\b.*\bcharacters|too many char"
_BAD_ACCESS = r"(?:invalid|expired|revoked|bad) (?:bearer |access )?token"
_UNFINISHED = r"not finished processing|(?:still|being) process"
_ATTACHED = r"already (?:been )?attached"
_NO_MEDIA = r"(?:media|attachment).*not (?:be )?found"


class MediaLostError(TransientError):
    """An upload is not there any more: send it again, and then the post."""


def words(response: httpx.Response) -> str:
    """What the server says in its own shape of an error, in one line, or "".

    `{"error": "…"}`, or an object with a `message` in its place
    (https://docs.joinmastodon.org/entities/Error/, 2026-11-22).
    """
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return ""
    error = said.get("error") if isinstance(said, dict) else None
    if isinstance(error, dict):
        error = error.get("message")
    return for_line(error)[:_MAX_WORDS] if isinstance(error, str) else ""


def of_access(response: httpx.Response) -> PublishError | None:
    """Whether token or scopes are refused, in whatever form."""
    host, status = response.request.url.host, response.status_code
    said = words(response)
    # Takahe answers a token it does not know with 400 and a line of text.
    if status == HTTPStatus.UNAUTHORIZED or (
        status == HTTPStatus.BAD_REQUEST
        and re.search(_BAD_ACCESS, (said or response.text[:_MAX_WORDS]).lower())
    ):
        return AuthExpiredError(
            f"{host} does not accept the token ({_quoted(status, said)}); "
            f"make a new one there and set it"
        )
    if status == HTTPStatus.FORBIDDEN:
        return PermissionDeniedError(
            f"{host} does not allow this ({_quoted(status, said)}); see that the "
            f"account is in order and its token has the scopes read and write"
        )
    return None


def of_status(response: httpx.Response) -> PublishError | None:
    """What refuses a status; None where it is not the server's own shape."""
    refused = of_access(response)
    said = words(response)
    if refused is not None or not said:
        return refused
    text = f"{response.request.url.host} refuses it: {said}"
    known = said.lower()
    if re.search(_UNFINISHED, known):
        return TransientError(text)
    if re.search(_ATTACHED, known):
        # An earlier attempt got as far as that: look before anything is repeated.
        return OutcomeUnknownError(text)
    if re.search(_NO_MEDIA, known):
        return MediaLostError(text)
    if (
        re.search(_TOO_LONG, known)
        or response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ):
        return TooLongError(text)
    return RejectedError(text)


def _quoted(status: int, said: str) -> str:
    return f"{status}: {said}" if said else str(status)
