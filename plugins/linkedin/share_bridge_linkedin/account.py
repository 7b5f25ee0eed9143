"""Who posts: the member that the token belongs to, or an organization."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from share_bridge.plugin import (
    Account,
    PermissionDeniedError,
    TargetBlockedError,
    TransientError,
    read_json,
)
from share_bridge_linkedin.api import Api
from share_bridge_linkedin.token import current, ends

__all__ = ["author_of", "check"]

#: https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/
#: sign-in-with-linkedin-v2 (2026-11-22).
_USERINFO = "/v2/userinfo"
_ORGANIZATION = "urn:li:organization:"
_AUTHOR = "author"


async def check(api: Api) -> Account:
    """Say who posts, and until when.

    Raises:
        TargetBlockedError: The token is not accepted, or is somebody else's.

    """
    context = api.context
    end = await ends(context)
    author, name = await _named(api)
    context.state.put(_AUTHOR, author)
    number = author.removeprefix(_ORGANIZATION)
    saved = context.credentials.get()
    known = saved.get("token") == current(context)
    return Account(
        id=author,
        name=name,
        url="" if number == author else f"{context.settings.website}/company/{number}",
        server="linkedin.com",
        expires=end,
        scopes=tuple(sorted(_scopes(saved.get("scopes", "") if known else ""))),
    )


async def author_of(api: Api) -> str:
    """The URN of who posts; asked for where no check has noted it."""
    author: str = api.context.settings.author or api.context.state.get(_AUTHOR) or ""
    return author or (await _named(api))[0]


async def _named(api: Api) -> tuple[str, str]:
    """URN and name."""
    author: str = api.context.settings.author
    if author.startswith(_ORGANIZATION):
        return author, await _organization(api, author)
    response = await api.ask("GET", _USERINFO)
    if author and response.status_code == HTTPStatus.FORBIDDEN:
        return author, author  # a token that may post, and not ask who that is
    try:
        api.judge.access(response)
    except PermissionDeniedError as error:
        raise PermissionDeniedError(
            "LinkedIn does not say whose the token is: get one with the scopes openid "
            f"and profile beside w_member_social (share-bridge login "
            f"{api.context.target})"
        ) from error
    member = read_json(response)
    sub = member.get("sub") if isinstance(member, dict) else None
    if not isinstance(sub, str) or not sub:
        raise TransientError("LinkedIn answered with JSON that is no member")
    found = f"urn:li:person:{sub}"
    if author and author != found:
        raise TargetBlockedError(
            f"the token is that of {found}, and author says {author}"
        )
    return found, str(member.get("name") or found)


async def _organization(api: Api, author: str) -> str:
    """Its name, where the token may read it; to post, it need not."""
    number = quote(author.removeprefix(_ORGANIZATION), safe="")
    response = await api.ask("GET", f"/rest/organizations/{number}")
    if response.status_code == HTTPStatus.FORBIDDEN:
        return author
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise TargetBlockedError(f"LinkedIn has no organization {number}: see author")
    api.judge.access(response)
    answer: Any = read_json(response)
    name = answer.get("localizedName") if isinstance(answer, dict) else None
    return name if isinstance(name, str) and name else author


def _scopes(text: str) -> list[str]:
    """LinkedIn separates them by commas, or by spaces."""
    return text.replace(",", " ").split()
