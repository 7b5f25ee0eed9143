"""Gets a token in the person's browser, or takes one that they made on LinkedIn's page.

LinkedIn knows no application but the person's own: its client id and secret are asked
for, and kept beside the token.
"""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from share_bridge.plugin import (
    Browser,
    Context,
    RejectedError,
    TransientError,
)
from share_bridge_linkedin.token import LIFE, exchange

__all__ = ["login"]

_AUTHORIZE = "/oauth/v2/authorization"
_APPS = "https://www.linkedin.com/developers/apps"
_GENERATOR = "https://www.linkedin.com/developers/tools/oauth/token-generator"
_MEMBER, _ORGANIZATION = "openid profile w_member_social", "w_organization_social"


async def login(context: Context, browser: Browser) -> None:
    """Get a token with the person's own app, or take one, and save it.

    Raises:
        PublishError: LinkedIn or the person said no, or did not answer.

    """
    identity = await _client_id(context, browser)
    if identity:
        saved = await _allowed(context, browser, identity)
    else:
        saved = await _pasted(context, browser)
    # Nothing of an earlier login, such as its refresh token, goes with another token.
    context.credentials.replace(lambda _: saved)


async def _client_id(context: Context, browser: Browser) -> str:
    known = context.settings.client_id or context.credentials.get().get("client_id")
    if known:
        return str(known)
    return await browser.ask(
        f"Client ID of your app (Auth tab of {_APPS}; empty: paste a token instead)"
    )


async def _allowed(context: Context, browser: Browser, identity: str) -> dict[str, str]:
    """The code and client secret for a token."""
    secret = await _client_secret(context, browser)
    redirect = browser.redirect_uri
    context.print(
        f"LinkedIn lets you back only to an address that your app names: {redirect} "
        f"has to be one of the redirect URLs in its Auth tab."
    )
    request = {
        "response_type": "code",
        "client_id": identity,
        "redirect_uri": redirect,
        "scope": _scopes(context),
    }
    page = (
        f"{context.settings.website}{_AUTHORIZE}?{urlencode(request, quote_via=quote)}"
    )
    answer = await browser.authorize(page)
    if not answer.get("code"):
        raise TransientError("LinkedIn sent you back without a code; log in again")
    token = await exchange(
        context,
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "client_id": identity,
            "client_secret": secret,
            "redirect_uri": redirect,
        },
    )
    return {**token, "client_id": identity, "client_secret": secret}


async def _client_secret(context: Context, browser: Browser) -> str:
    if context.settings.client_secret is not None:
        known: str = context.settings.client_secret.reveal()
        return known
    secret = await browser.ask("Client secret of your app (same tab)", secret=True)
    if not secret:
        raise TransientError("without its secret nobody can log in; nothing was saved")
    return secret


async def _pasted(context: Context, browser: Browser) -> dict[str, str]:
    """A token of LinkedIn's own page, and when it ends."""
    token = await browser.ask(f"Access token, made at {_GENERATOR}", secret=True)
    if not token:
        raise TransientError("no token was given; nothing was saved")
    day = await browser.ask(
        f"The day it ends, such as {context.now() + LIFE:%Y-%m-%d} (empty: in 60 days)"
    )
    return {"token": token, "expires": _end(context, day).isoformat()}


def _end(context: Context, day: str) -> datetime:
    if not day:
        return context.now() + LIFE
    try:
        return datetime.fromisoformat(day).replace(tzinfo=UTC)
    except ValueError:
        raise RejectedError(
            f'"{day}" is no day such as 2027-01-23; nothing was saved'
        ) from None


def _scopes(context: Context) -> str:
    """No more than is needed; an app for organizations can have no openid."""
    wanted: str = context.settings.scopes
    is_organization = context.settings.author.startswith("urn:li:organization:")
    return wanted or (_ORGANIZATION if is_organization else _MEMBER)
