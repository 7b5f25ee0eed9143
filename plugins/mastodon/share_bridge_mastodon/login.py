"""Gets a token in the person's browser: an application of its own, code and PKCE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from share_bridge.plugin import (
    Browser,
    Context,
    Pkce,
    PublishError,
    RejectedError,
    TransientError,
    raise_for_response,
    read_json,
)
from share_bridge_mastodon.refusal import words

if TYPE_CHECKING:
    import httpx

__all__ = ["login"]

_APPS = "/api/v1/apps"
_AUTHORIZE = "/oauth/authorize"
_TOKEN = "/oauth/token"  # noqa: S105 - a path
#: Which scopes and which PKCE there are; before Mastodon 4.3 there is no such page
#: (https://docs.joinmastodon.org/methods/oauth/#authorization-server-metadata,
#: 2026-11-22).
_METADATA = "/.well-known/oauth-authorization-server"
#: The server shows the code, for people to copy.
_SHOWN = "urn:ietf:wg:oauth:2.0:oob"
_NAME = "share-bridge"
#: What is asked for, the least first; the wider ones for servers that know no
#: narrower (https://docs.joinmastodon.org/api/oauth-scopes/, 2026-11-22).
_SCOPES = (
    ("profile", "read:accounts", "read"),
    ("read:statuses", "read"),
    ("write:statuses", "write"),
    ("write:media", "write"),
)
#: Where the server does not say what it knows; `profile` came with Mastodon 4.3.
_USUAL = "read:accounts read:statuses write:statuses write:media"
_WIDE = "read write"
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY})


async def login(context: Context, browser: Browser) -> None:
    """Register an application, let the person allow it, and save the token.

    Raises:
        PublishError: The server or the person said no, or did not answer.

    """
    known = await _metadata(context)
    redirect = _SHOWN if browser.pastes else browser.redirect_uri
    application, scopes = await _register(context, redirect, _scopes(known))
    pkce = Pkce()
    request = {
        "response_type": "code",
        "client_id": application["client_id"],
        "redirect_uri": redirect,
        "scope": scopes,
        **_challenge(pkce, known),
    }
    url = f"{context.settings.server}{_AUTHORIZE}?{urlencode(request)}"
    answer = await browser.authorize(url)
    if not answer.get("code"):
        raise TransientError("the server sent you back without a code; log in again")
    token = await _exchange(
        context,
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "client_id": application["client_id"],
            "client_secret": application["client_secret"],
            "redirect_uri": redirect,
            "code_verifier": pkce.verifier,
        },
    )
    saved = {**application, "scopes": str(token.get("scope") or scopes)}
    saved |= {"token": str(token["access_token"]), **_expiry(context, token)}
    context.credentials.replace(lambda _: saved)


async def _metadata(context: Context) -> Mapping[str, Any]:
    """What the server says of its OAuth; empty where it says nothing."""
    response = await context.http.get(
        context.settings.server + _METADATA, headers={"Accept": "application/json"}
    )
    try:
        answer = read_json(response) if response.is_success else None
    except PublishError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _scopes(known: Mapping[str, Any]) -> str:
    """The narrowest scopes that the server knows and that suffice."""
    offered = known.get("scopes_supported")
    if not isinstance(offered, list) or not offered:
        return _USUAL
    chosen = [
        next((scope for scope in wider if scope in offered), wider[-1])
        for wider in _SCOPES
    ]
    return " ".join(dict.fromkeys(chosen))


def _challenge(pkce: Pkce, known: Mapping[str, Any]) -> dict[str, str]:
    """Always, unless the server names other methods: one that knows none ignores it."""
    methods = known.get("code_challenge_methods_supported")
    if isinstance(methods, list) and pkce.method not in methods:
        return {}
    return {"code_challenge": pkce.challenge, "code_challenge_method": pkce.method}


async def _register(
    context: Context, redirect: str, scopes: str
) -> tuple[dict[str, str], str]:
    """A new application, and the scopes that it may ask for.

    Its redirect address is one string: every server takes that, an array only
    Mastodon since 4.3 (https://docs.joinmastodon.org/methods/apps/#create,
    2026-11-22).
    """
    body = {"client_name": _NAME, "redirect_uris": redirect, "scopes": scopes}
    response = await _post(context, _APPS, body)
    if response.status_code in _REFUSED and scopes != _WIDE:
        return await _register(context, redirect, _WIDE)
    answer = _object(response, context)
    found = {key: answer.get(key) for key in ("client_id", "client_secret")}
    if not all(isinstance(value, str) and value for value in found.values()):
        raise TransientError(f"{_host(response)} registered no application")
    return {key: str(value) for key, value in found.items()}, scopes


async def _exchange(context: Context, body: Mapping[str, str]) -> dict[str, Any]:
    """The token for the code."""
    answer = _object(response := await _post(context, _TOKEN, body), context)
    if not isinstance(answer.get("access_token"), str) or not answer["access_token"]:
        raise TransientError(f"{_host(response)} gave no token; log in again")
    return answer


def _expiry(context: Context, token: Mapping[str, Any]) -> dict[str, str]:
    """When the token ends, where the server says so; Mastodon's do not."""
    seconds = token.get("expires_in")
    if not isinstance(seconds, int) or not 0 < seconds < timedelta.max.total_seconds():
        return {}
    try:
        ends = context.now() + timedelta(seconds=seconds)
    except OverflowError:
        return {}
    return {"expires": ends.isoformat()}


async def _post(context: Context, path: str, body: Mapping[str, str]) -> httpx.Response:
    return await context.http.post(
        context.settings.server + path,
        json=dict(body),
        headers={"Accept": "application/json"},
    )


def _object(response: httpx.Response, context: Context) -> dict[str, Any]:
    """The answer; to ask twice for an application or a token harms nobody."""
    raise_for_response(response, now=context.now(), rejected=_refused, harmless=True)
    answer = read_json(response)
    if not isinstance(answer, dict):
        raise TransientError(f"{_host(response)} answered with JSON of another kind")
    return answer


def _refused(response: httpx.Response) -> PublishError:
    said = words(response) or f"{response.status_code} {response.reason_phrase}"
    return RejectedError(f"{_host(response)} did not let share-bridge in: {said}")


def _host(response: httpx.Response) -> str:
    return response.request.url.host
