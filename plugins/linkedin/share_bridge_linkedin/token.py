"""Which token is sent, when it ends, and how it is renewed where the app may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from share_bridge.plugin import (
    AuthExpiredError,
    Context,
    PublishError,
    RejectedError,
    TransientError,
    for_line,
    raise_for_response,
    read_json,
)

if TYPE_CHECKING:
    import httpx

__all__ = ["LIFE", "current", "ends", "exchange", "renew"]

#: Of an access token, where nobody says (https://learn.microsoft.com/linkedin/shared/
#: authentication/authorization-code-flow, 2026-11-22).
LIFE = timedelta(days=60)
_REFRESH_LIFE = timedelta(days=365)
#: A token that can be renewed is, before anybody is warned of its end.
_SOON = timedelta(days=15)
_TOKEN = "/oauth/v2/accessToken"  # noqa: S105 - a path
_INTROSPECT = "/oauth/v2/introspectToken"


def current(context: Context) -> str:
    """The token that is configured, or the one that took its place.

    A variable of CI keeps the old one, whatever was renewed since.
    """
    given: str = context.settings.token.reveal()
    if context.settings.refresh_token is None:
        return given
    return _successor(context).get("token", given)


async def ends(context: Context) -> datetime | None:
    """When the owner has to log in again; None: nobody knows.

    A token that can be renewed is, in time, and so lives as long as its refresh token.
    """
    import httpx  # noqa: PLC0415 - loaded with the first request anyway

    end = await _token_ends(context)
    if not _can_renew(context):
        return end
    try:
        if end is not None and end - context.now() < _SOON:
            await renew(context)
    except (PublishError, httpx.HTTPError) as error:
        context.log.warning("the token could not be renewed: %s", error)
        return end
    return _noted(context, "refresh_expires")


async def renew(context: Context) -> bool:
    """Get a new token; False where the app or the configuration has no means to.

    A refresh token stays what it is, so that two runs that renew at once do each
    other no harm (https://learn.microsoft.com/linkedin/shared/authentication/
    programmatic-refresh-tokens, 2026-11-22).

    Raises:
        AuthExpiredError: The refresh token is not accepted any more.
        PublishError: LinkedIn could not be asked.

    """
    if not _can_renew(context):
        return False
    identity, secret = _application(context)
    given = context.settings.refresh_token.reveal()
    try:
        renewed = await exchange(
            context,
            {
                "grant_type": "refresh_token",
                "refresh_token": _successor(context).get("refresh_token", given),
                "client_id": identity,
                "client_secret": secret,
            },
        )
    except RejectedError as error:
        raise AuthExpiredError(
            f"{error}; the token can not be renewed any more: "
            f"share-bridge login {context.target}"
        ) from error
    replaced = {"replaces": _mark(context)}
    context.credentials.replace(lambda saved: {**saved, **renewed, **replaced})
    context.log.info("the token was renewed")
    return True


async def exchange(context: Context, body: Mapping[str, str]) -> dict[str, str]:
    """The token for a code or a refresh token, as it is to be saved.

    Raises:
        RejectedError: LinkedIn gives none.
        PublishError: It could not be asked.

    """
    answer = await _ask(context, _TOKEN, body)
    token = answer.get("access_token")
    if not isinstance(token, str) or not token:
        raise TransientError("LinkedIn gave no token; try again")
    saved = {"token": token, "expires": _end(context, answer.get("expires_in"), LIFE)}
    if isinstance(answer.get("scope"), str):
        saved["scopes"] = answer["scope"]
    if isinstance(refresh := answer.get("refresh_token"), str) and refresh:
        seconds = answer.get("refresh_token_expires_in")
        saved["refresh_token"] = refresh
        saved["refresh_expires"] = _end(context, seconds, _REFRESH_LIFE)
    return saved


async def _token_ends(context: Context) -> datetime | None:
    """As login or a renewal noted it, else as LinkedIn says."""
    if context.credentials.get().get("token") == current(context):
        return _noted(context, "expires")
    return await _introspected(context)


def _noted(context: Context, name: str) -> datetime | None:
    saved = context.credentials.get()
    return datetime.fromisoformat(saved[name]) if name in saved else None


async def _introspected(context: Context) -> datetime | None:
    """What LinkedIn says of the end of a token, to the app that it belongs to.

    https://learn.microsoft.com/linkedin/shared/authentication/token-introspection
    (2026-11-22).
    """
    import httpx  # noqa: PLC0415 - loaded with the first request anyway

    identity, secret = _application(context)
    if not (identity and secret):
        return None
    body = {"client_id": identity, "client_secret": secret, "token": current(context)}
    try:
        end = (await _ask(context, _INTROSPECT, body)).get("expires_at")
        return datetime.fromtimestamp(end, UTC) if type(end) is int else None
    except (PublishError, httpx.HTTPError, ValueError, OverflowError, OSError) as error:
        context.log.debug("LinkedIn does not say when the token ends: %s", error)
        return None


async def _ask(
    context: Context, path: str, body: Mapping[str, str]
) -> Mapping[str, Any]:
    """An answer of the authorization server; asking twice harms nobody."""
    response = await context.http.post(
        context.settings.website + path,
        data=dict(body),
        headers={"Accept": "application/json"},
    )
    raise_for_response(response, now=context.now(), rejected=_refused, harmless=True)
    answer = read_json(response, harmless=True)
    if not isinstance(answer, dict):
        raise TransientError("LinkedIn answered with JSON of another kind")
    return answer


def _refused(response: httpx.Response) -> PublishError | None:
    """`{"error": "invalid_request", "error_description": "…"}`; None: not its words."""
    try:
        said = response.json()
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or "error" not in said:
        return None
    text = for_line(str(said.get("error_description") or said["error"]))
    return RejectedError(f"LinkedIn gives no token: {text[:200]}")


def _can_renew(context: Context) -> bool:
    return context.settings.refresh_token is not None and all(_application(context))


def _application(context: Context) -> tuple[str, str]:
    """Client id and secret; the id is no secret, and saved by login."""
    secret = context.settings.client_secret
    identity = context.settings.client_id or context.credentials.get().get("client_id")
    return identity or "", secret.reveal() if secret else ""


def _successor(context: Context) -> Mapping[str, str]:
    """What was saved when the configured token was renewed; empty if it was not."""
    saved = context.credentials.get()
    return saved if saved.get("replaces") == _mark(context) else {}


def _mark(context: Context) -> str:
    """Tells the configured token from others without showing it."""
    given = context.settings.token.reveal()
    return blake2b(given.encode(), digest_size=16).hexdigest()


def _end(context: Context, seconds: object, otherwise: timedelta) -> str:
    known = type(seconds) is int and 0 < seconds < timedelta.max.total_seconds()
    life = timedelta(seconds=seconds) if known else otherwise  # type: ignore[arg-type]  # known
    return (context.now() + min(life, 2 * otherwise)).isoformat(timespec="seconds")
