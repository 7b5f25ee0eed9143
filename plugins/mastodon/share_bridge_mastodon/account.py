"""Who the target is over there, and whether its token may do what is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from share_bridge.plugin import (
    Account,
    Context,
    PermissionDeniedError,
    PublishError,
    TargetBlockedError,
    TransientError,
    raise_for_response,
)
from share_bridge_mastodon.api import Api
from share_bridge_mastodon.refusal import of_access

__all__ = ["check", "ends", "whoami"]

#: https://docs.joinmastodon.org/methods/accounts/#verify_credentials and
#: https://docs.joinmastodon.org/methods/apps/#verify_credentials (2026-11-22)
_ACCOUNT = "/api/v1/accounts/verify_credentials"
_APPLICATION = "/api/v1/apps/verify_credentials"
_NEEDED = ("read:statuses", "write:statuses")
_ELSEWHERE = frozenset({301, 302, 303, 307, 308, 404, 410})


async def check(api: Api) -> Account:
    """Ask for the account, and for the application that the token belongs to.

    Raises:
        TargetBlockedError: Token, scopes or server are wrong.

    """
    account = await whoami(api)
    name, scopes = await _application(api)
    missing = [scope for scope in _NEEDED if scopes and not _covers(scopes, scope)]
    if missing:
        raise PermissionDeniedError(
            f"the token of {api.host} lacks {' and '.join(missing)}; make a new one "
            f"with the scopes read and write"
        )
    user = account.get("username") or account.get("acct") or account["id"]
    return Account(
        id=str(account["id"]),
        name=f"@{user}@{api.host}",
        url=str(account.get("url") or ""),
        server=api.host,
        expires=ends(api.context),
        application=name,
        scopes=tuple(sorted(scopes)),
    )


def ends(context: Context) -> datetime | None:
    """When the token ends, if it is one that a login got and that does end."""
    saved = context.credentials.get()
    if saved.get("token") != context.settings.token.reveal():
        return None
    return datetime.fromisoformat(saved["expires"]) if "expires" in saved else None


async def whoami(api: Api) -> dict[str, Any]:
    """The account of the token, as the server describes it."""
    response = await api.ask("GET", _ACCOUNT)
    if response.status_code in _ELSEWHERE:
        try:
            raise_for_response(response, now=api.context.now(), rejected=of_access)
        except TargetBlockedError:
            raise
        except PublishError as error:
            raise TargetBlockedError(
                f"{error}: there is no Mastodon API; see that `server` is right"
            ) from error
    account = api.json(response)
    if not isinstance(account, dict) or not isinstance(account.get("id"), (str, int)):
        raise TransientError(f"{api.host} answered with JSON that is no account")
    return account


async def _application(api: Api) -> tuple[str, frozenset[str]]:
    """Its name and scopes; empty where the server does not say."""
    response = await api.ask("GET", _APPLICATION)
    try:
        answer = api.json(response)
    except PublishError:
        return "", frozenset()
    if not isinstance(answer, dict):
        return "", frozenset()
    name, scopes = answer.get("name"), answer.get("scopes")
    listed = scopes.split() if isinstance(scopes, str) else scopes
    told = listed if isinstance(listed, list) else []
    return name if isinstance(name, str) else "", frozenset(map(str, told))


def _covers(scopes: frozenset[str], scope: str) -> bool:
    return scope in scopes or scope.partition(":")[0] in scopes
