"""Documents of other servers: asked for as the actor, believed by where they are from.

FEP-fe34 (https://codeberg.org/fediverse/fep, 2026-11-22): a document speaks for its
own origin alone.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.activity import (
    MalformedError,
    is_activity_json,
    origin_of,
    read_json,
)
from share_bridge_activitypub.knock import Knocker
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, LD_JSON, one_id

if TYPE_CHECKING:
    import httpx

__all__ = ["Remote", "RemoteError"]

_HEADERS = {"Accept": f"{ACTIVITY_JSON}, {LD_JSON}"}
_MOST_REDIRECTS = 3
_TRY_LATER = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


class RemoteError(Exception):
    """A document could not be had.

    Attributes:
        temporary: It may be there another time.
        gone: The server says that it is deleted (410).

    """

    def __init__(
        self, message: str, *, temporary: bool = False, gone: bool = False
    ) -> None:
        super().__init__(message)
        self.temporary = temporary
        self.gone = gone


class Remote:
    """Fetches documents; at most `budget` of them, so that nobody keeps us busy.

    Args:
        knocker: Asks, and signs.
        who: Whose own server is not asked: a stranger could send us round in circles.
            None: the owner names what is asked for.
        budget: How many.

    """

    def __init__(
        self, knocker: Knocker, *, who: Identity | None, budget: int = 5
    ) -> None:
        self._knocker = knocker
        self._own = origin_of(who.actor) if who is not None else None
        self._left = budget

    async def fetch(self, address: str) -> dict[str, Any]:
        """The document that is at its own address.

        Raises:
            RemoteError: It is not there, is no ActivityStreams, or is another's.

        """
        wanted = address.partition("#")[0]
        document = await self._get(wanted)
        name = one_id(document).partition("#")[0]
        if name == wanted:
            return document
        if not name or origin_of(name) != origin_of(wanted):
            raise RemoteError(f"{wanted} answers with a document of another server")
        document = await self._get(name)
        if one_id(document).partition("#")[0] != name:
            raise RemoteError(f"{name} answers with another document")
        return document

    async def _get(self, address: str) -> dict[str, Any]:
        origin = origin_of(address)
        if not origin or origin == self._own:
            raise RemoteError("not an address of another server")
        here = address
        for _ in range(_MOST_REDIRECTS + 1):
            response = await self._ask(here)
            if not response.has_redirect_location:
                break
            try:
                here = urljoin(here, response.headers["location"])
            except ValueError as error:
                raise RemoteError(f"{address} leads to no address") from error
            if origin_of(here) != origin:
                raise RemoteError(f"{address} leads to another server")
        return _document(address, response)

    async def _ask(self, address: str) -> httpx.Response:
        import httpx  # noqa: PLC0415 - loaded with the client

        if not self._left:
            raise RemoteError("it needs too many documents of other servers")
        self._left -= 1
        try:
            return await self._knocker.send("GET", address, headers=_HEADERS)
        except httpx.HTTPError as error:
            raise RemoteError(f"{address}: {error}", temporary=True) from error
        except (httpx.InvalidURL, ValueError) as error:
            raise RemoteError(f"{address} is no address to ask") from error


def _document(address: str, response: httpx.Response) -> dict[str, Any]:
    status = response.status_code
    if status == HTTPStatus.GONE:
        raise RemoteError(f"{address} is gone", gone=True)
    if not response.is_success:
        temporary = status in _TRY_LATER or response.is_server_error
        raise RemoteError(f"{address} answered {status}", temporary=temporary)
    if not is_activity_json(response.headers.get("content-type", "")):
        raise RemoteError(f"{address} is not ActivityStreams by its content type")
    try:
        return read_json(response.content)
    except MalformedError as error:
        raise RemoteError(f"{address} is not ActivityStreams: {error}") from error
