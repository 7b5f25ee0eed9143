"""What LinkedIn means by an answer that is not 2xx."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from share_bridge.plugin import (
    AuthExpiredError,
    DuplicateError,
    PermissionDeniedError,
    PublishError,
    RateLimitedError,
    Receipt,
    RejectedError,
    TargetBlockedError,
    TooLongError,
    TransientError,
    for_line,
    raise_for_response,
)

if TYPE_CHECKING:
    import httpx

    from share_bridge.plugin import Context

__all__ = ["ImagesRefusedError", "Judge", "page_of", "words"]

_MAX_WORDS = 300
_REFUSALS = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})
#: `{"status": 426, "code": "NONEXISTENT_VERSION", "message": "Requested version
#: 20250401 is not active"}` (https://github.com/n8n-io/n8n/issues/28967, 2026-04-23).
_VERSION_CODES = frozenset({"NONEXISTENT_VERSION", "VERSION_MISSING"})
_DUPLICATE = "DUPLICATE_POST"
_URN = re.compile(r"urn:li:(?:share|ugcPost|activity):\d+")
_TOO_LONG = re.compile(r"too.long|length|exceed|max\w* .*characters")
_IMAGE = re.compile(r"urn:li:image:|/content/|thumbnail|multiimage")
_NOT_READY = re.compile(r"processing|not (?:yet )?(?:available|ready)")
_NOT_OURS = re.compile(r"permission|/author\b|as author|owner entity")


class ImagesRefusedError(TransientError):
    """An image is not taken: the post goes without any."""


def page_of(context: Context, urn: str) -> str:
    """Where readers see the post."""
    return f"{context.settings.website}/feed/update/{urn}"


def words(response: httpx.Response) -> str:
    """What LinkedIn says in its own shape of an error, in one line, or ""."""
    said = _own(response)
    parts = [said.get("message"), *(it.get("description") for it in _inputs(said))]
    texts = [for_line(it) for it in parts if isinstance(it, str) and it]
    return " · ".join(dict.fromkeys(texts))[:_MAX_WORDS]


class Judge:
    """Raises what an answer means, with what the owner of the target can do."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def access(self, response: httpx.Response, *, harmless: bool = False) -> None:
        """Raise unless it went well; of refusals only those of token and version."""
        self._raise(response, self._of_access, harmless=harmless)

    def post(self, response: httpx.Response) -> None:
        """The same, and what refuses a post."""
        self._raise(response, self._of_post)

    def _raise(self, response: httpx.Response, rejected: Any, **options: Any) -> None:
        now = self._context.now()
        try:
            raise_for_response(response, now=now, rejected=rejected, **options)
        except RateLimitedError as error:
            said = words(response)
            if error.retry_after is not None or "throttle" not in said.lower():
                raise
            raise RateLimitedError(
                f"the daily quota at LinkedIn is used up, until midnight UTC ({said})",
                retry_after=_until_midnight(now),
            ) from error

    def _of_access(self, response: httpx.Response) -> PublishError | None:
        name, settings = self._context.target, self._context.settings
        status, said = response.status_code, words(response)
        if status == HTTPStatus.UNAUTHORIZED:
            return AuthExpiredError(
                f"LinkedIn does not accept the token ({said or status}); it lives 60 "
                f"days: share-bridge login {name}"
            )
        code = str(_own(response).get("code"))
        if status == HTTPStatus.UPGRADE_REQUIRED or code in _VERSION_CODES:
            return TargetBlockedError(
                f"LinkedIn does not speak version {settings.version} of its API any "
                f"more ({said or status}): set a newer version in [targets.{name}], "
                f"or upgrade share-bridge"
            )
        if status == HTTPStatus.FORBIDDEN:
            return self._denied(said or "403")
        return None

    def _of_post(self, response: httpx.Response) -> PublishError | None:
        refused = self._of_access(response)
        said = words(response)
        if refused or not said or response.status_code not in _REFUSALS:
            return refused
        if _is_duplicate(response, said):
            return self._duplicate(said)
        text, known = f"LinkedIn refuses it: {said}", said.lower()
        if _IMAGE.search(known):
            return ImagesRefusedError(text)
        if _NOT_READY.search(known):
            return TransientError(text)
        if _NOT_OURS.search(known):
            return self._denied(said)
        return TooLongError(text) if _TOO_LONG.search(known) else RejectedError(text)

    def _denied(self, said: str) -> PermissionDeniedError:
        """By far the most frequent reasons, in words that help."""
        author = self._context.settings.author
        if author.startswith("urn:li:organization:"):
            needed = "w_organization_social, and its member a role at the page"
        else:
            needed = "w_member_social"
        return PermissionDeniedError(
            f"LinkedIn does not allow this ({said}); the token needs the scope {needed}"
        )

    def _duplicate(self, said: str) -> PublishError:
        found = _URN.search(said)
        if found is None:
            return PublishError(
                f"LinkedIn says that this stands already, and not where: {said}"
            )
        existing = Receipt(found[0], page_of(self._context, found[0]))
        return DuplicateError(f"it stands already: {said}", existing=existing)


def _own(response: httpx.Response) -> Mapping[str, Any]:
    """The error as an object with a `message`, or empty: it is not LinkedIn's."""
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return {}
    own = isinstance(said, dict) and isinstance(said.get("message"), str)
    return said if own else {}


def _inputs(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = said.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, dict) else None
    listed = errors if isinstance(errors, list) else []
    return [it for it in listed if isinstance(it, dict)]


def _is_duplicate(response: httpx.Response, said: str) -> bool:
    codes = {it.get("code") for it in _inputs(_own(response))}
    return _DUPLICATE in codes or "is a duplicate of urn:li:" in said


def _until_midnight(now: datetime) -> timedelta:
    """Quotas begin anew at midnight UTC.

    https://learn.microsoft.com/linkedin/shared/api-guide/concepts/rate-limits
    (2026-11-22).
    """
    tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), tzinfo=UTC) - now
