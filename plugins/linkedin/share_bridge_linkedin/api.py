"""LinkedIn's REST API, with the headers that every call needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct

from share_bridge.plugin import (
    Context,
    GoneError,
    OutcomeUnknownError,
    PermissionDeniedError,
    read_json,
)
from share_bridge_linkedin.refusal import Judge
from share_bridge_linkedin.token import current, renew

if TYPE_CHECKING:
    import httpx

__all__ = ["POSTS", "Api"]

#: https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api
#: (2026-11-22).
POSTS = "/rest/posts"
_URN = re.compile(r"urn:li:\w+:[\w-]+")
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class Api(Struct, frozen=True):
    """The API with the target's token and version."""

    context: Context

    @property
    def judge(self) -> Judge:
        """Says what an answer means."""
        return Judge(self.context)

    async def create(self, body: Mapping[str, Any]) -> str:
        """Post; the URN of the post, which the answer has in a header alone.

        Raises:
            DuplicateError: It stands already.
            OutcomeUnknownError: The answer does not name the post.

        """
        response = await self.ask("POST", POSTS, json=body)
        self.judge.post(response)
        urn: str = response.headers.get("x-restli-id", "")
        if not _URN.fullmatch(urn):
            raise OutcomeUnknownError(
                f"LinkedIn answered {response.status_code} and did not name the post"
            )
        return urn

    async def change(self, urn: str, commentary: str) -> None:
        """Give a post other words; nothing else of it can be changed.

        Raises:
            GoneError: There is no such post.

        """
        response = await self.ask(
            "POST",
            _path(urn),
            json={"patch": {"$set": {"commentary": commentary}}},
            headers={"X-RestLi-Method": "PARTIAL_UPDATE"},
        )
        _raise_if_gone(response)
        self.judge.post(response)

    async def delete(self, urn: str) -> None:
        """Take a post away. One that is gone may be answered as if it were not.

        Raises:
            GoneError: There is no such post.

        """
        headers = {"X-RestLi-Method": "DELETE"}
        response = await self.ask("DELETE", _path(urn), headers=headers)
        _raise_if_gone(response)
        self.judge.access(response)

    async def read(self, urn: str) -> Mapping[str, Any] | None:
        """A post as it stands; None where the token may not read it, as most may not.

        Raises:
            GoneError: There is no such post.

        """
        response = await self.ask("GET", _path(urn))
        _raise_if_gone(response)
        try:
            self.judge.access(response)
        except PermissionDeniedError:
            return None
        answer = read_json(response)
        return answer if isinstance(answer, dict) else None

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request, whatever comes back.

        A 401 is surely no success: where the token can be renewed, it is asked again.
        """
        response = await self._send(method, path, options)
        refused = response.status_code == HTTPStatus.UNAUTHORIZED
        if refused and await renew(self.context):
            response = await self._send(method, path, options)
        return response

    async def _send(
        self, method: str, path: str, options: Mapping[str, Any]
    ) -> httpx.Response:
        settings = self.context.settings
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {current(self.context)}",
            **options.get("headers", {}),
        }
        if path.startswith("/rest/"):
            headers["LinkedIn-Version"] = settings.version
            headers["X-Restli-Protocol-Version"] = "2.0.0"
        return await self.context.http.request(
            method, settings.server + path, **{**options, "headers": headers}
        )


def _path(urn: str) -> str:
    return f"{POSTS}/{quote(urn, safe='')}"


def _raise_if_gone(response: httpx.Response) -> None:
    if response.status_code in _GONE:
        raise GoneError("LinkedIn has no such post any more")
