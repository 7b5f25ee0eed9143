"""Asks a host whom a handle means (RFC 7033)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from share_bridge_activitypub.inbox.activity import is_activity_json, origin_of
from share_bridge_activitypub.remote import RemoteError
from share_bridge_activitypub.vocabulary import JRD_JSON, many

if TYPE_CHECKING:
    import httpx

__all__ = ["find_actor"]

_HEADERS = {"Accept": f"{JRD_JSON}, application/json"}
_TYPES = frozenset({JRD_JSON, "application/json"})
_MOST_REDIRECTS = 3
_MOST_BYTES = 100_000
_TRY_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


async def find_actor(client: httpx.AsyncClient, handle: str, *, like: str) -> str:
    """The id of the actor that `user@host` means, as its host says.

    Args:
        client: Guarded, for addresses that posts name.
        handle: Without the leading `@`.
        like: An address with the scheme to ask by, which is https but in tests.

    Raises:
        RemoteError: The host does not say, or not now.

    """
    host = handle.rpartition("@")[2]
    resource = quote(f"acct:{handle}", safe=":@")
    scheme = urlsplit(like).scheme
    url = f"{scheme}://{host}/.well-known/webfinger?resource={resource}"
    response = await _ask(client, url)
    status = response.status_code
    if not response.is_success:
        later = status in _TRY_LATER or response.is_server_error
        raise RemoteError(f"{host} answered {status}", temporary=later)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise RemoteError(f"{host} answered something else than JSON")
    try:
        document = json.loads(response.content)
    except (ValueError, RecursionError) as error:
        raise RemoteError(f"{host} answered no JSON") from error
    return _self_of(document, host)


def _self_of(document: Any, host: str) -> str:
    for link in many(document.get("links")) if isinstance(document, dict) else []:
        if isinstance(link, dict) and link.get("rel") == "self":
            kind, href = str(link.get("type")), str(link.get("href"))
            if is_activity_json(kind) and origin_of(href):
                return href
    raise RemoteError(f"{host} knows nobody of that name")


async def _ask(client: httpx.AsyncClient, url: str) -> httpx.Response:
    import httpx  # noqa: PLC0415 - loaded with the client

    here = url
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            response = await client.get(
                here, headers=_HEADERS, extensions={"max_bytes": _MOST_BYTES}
            )
        except httpx.HTTPError as error:
            raise RemoteError(f"{here}: {error}", temporary=True) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise RemoteError(f"{here} is no address to ask") from error
        if not response.has_redirect_location:
            return response
        try:
            here = urljoin(here, response.headers["location"])
        except ValueError as error:
            raise RemoteError(f"{url} leads to no address") from error
    raise RemoteError(f"{url} leads on and on")
