"""A signed request, knocked once more in the other scheme where it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from share_bridge_activitypub.inbox.activity import LARGEST
from share_bridge_activitypub.schemes import Schemes, other
from share_bridge_activitypub.signatures import PrivateKey, Request, Scheme, sign

if TYPE_CHECKING:
    import httpx

__all__ = ["Knocker"]

#: What servers answer to a signature that they do not understand.
_REFUSED = frozenset(
    {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
)


class Knocker:
    """Sends as the owner of a key; signs each request when it leaves, never before."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        *,
        key_id: str,
        key: PrivateKey,
        schemes: Schemes,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._key_id = key_id
        self._key = key
        self._schemes = schemes
        self._now = now

    async def send(
        self, method: str, url: str, *, headers: dict[str, str], body: bytes = b""
    ) -> httpx.Response:
        """The answer, to the second knock where the first was refused.

        Raises:
            httpx.HTTPError: There was none, or it is larger than any document may be.
            ValueError: The address cannot be asked.

        """
        host = Request(method, url).authority
        first = self._schemes.of(host, now=self._now())
        response = await self._knock(first, method, url, headers, body)
        if response.status_code not in _REFUSED:
            return response
        second = await self._knock(other(first), method, url, headers, body)
        if second.is_success:
            self._schemes.learn(host, other(first), now=self._now())
        return second if second.status_code not in _REFUSED else response

    async def _knock(
        self,
        scheme: Scheme,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
    ) -> httpx.Response:
        request = Request(method, url, headers, body)
        signed = sign(
            request,
            key=self._key,
            key_id=self._key_id,
            now=self._now(),
            scheme=scheme,
        )
        return await self._client.request(
            method,
            request.url,
            headers=headers | signed,
            content=body or None,
            extensions={"max_bytes": LARGEST},
        )
