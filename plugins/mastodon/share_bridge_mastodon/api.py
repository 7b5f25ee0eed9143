"""One server, spoken to as its API is documented; every answer is judged here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from msgspec import Struct

from share_bridge.plugin import (
    Context,
    GoneError,
    OutcomeUnknownError,
    PublishError,
    TargetBlockedError,
    TransientError,
    raise_for_response,
    read_json,
)
from share_bridge_mastodon.refusal import of_access, of_status

if TYPE_CHECKING:
    import httpx

__all__ = ["Api", "status_path"]

#: https://docs.joinmastodon.org/methods/statuses/ (2026-11-22)
STATUSES = "/api/v1/statuses"
_GONE = frozenset({404, 410})


def status_path(status: str, *, of: str = "") -> str:
    """The path of a status; ids come from outside and stay one segment."""
    return f"{STATUSES}/{quote(status, safe='')}{of}"


class Api(Struct, frozen=True):
    """The API of the target's server, with the target's token."""

    context: Context

    @property
    def host(self) -> str:
        """How people name the server."""
        return str(urlsplit(self.context.settings.server).netloc)

    async def read(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at a path.

        Raises:
            PublishError: Of the kind that the answer means; see `raise_for_response`.

        """
        return self.json(await self.ask("GET", path, params=params))

    async def read_status(self, status: str, *, of: str = "") -> dict[str, Any]:
        """A status, or what belongs to it.

        Raises:
            GoneError: It is not there any more.

        """
        response = await self.ask("GET", status_path(status, of=of))
        self._raise_if_gone(response)
        return self._object(self.json(response), TransientError)

    async def read_source(self, status: str) -> tuple[str, str] | None:
        """Words and content warning as they were written; None: it does not tell."""
        try:
            source = await self.read_status(status, of="/source")
        except (TransientError, TargetBlockedError):
            raise
        except PublishError:
            return None
        text, warning = source.get("text"), source.get("spoiler_text")
        return (text, str(warning or "")) if isinstance(text, str) else None

    async def write(
        self, method: str, path: str, body: Mapping[str, Any], *, key: str = ""
    ) -> dict[str, Any]:
        """Post or change a status; it comes back as it stands now.

        Raises:
            GoneError: There is no such status to change.
            OutcomeUnknownError: The answer does not say whether it was accepted.

        """
        headers = {"Idempotency-Key": key} if key else {}
        response = await self.ask(method, path, json=body, headers=headers)
        if method == "PUT":
            self._raise_if_gone(response)
        raise_for_response(response, now=self.context.now(), rejected=of_status)
        return self._object(read_json(response), OutcomeUnknownError)

    async def delete(self, status: str) -> None:
        """Take a status away; what the answer says beside its code is not needed.

        Raises:
            GoneError: There is no such status.

        """
        response = await self.ask("DELETE", status_path(status))
        self._raise_if_gone(response)
        raise_for_response(response, now=self.context.now(), rejected=of_access)

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """One request, whatever comes back."""
        settings = self.context.settings
        token = settings.token.reveal()
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {token}",
            **options.pop("headers", {}),
        }
        return await self.context.http.request(
            method, settings.server + path, headers=headers, **options
        )

    def json(self, response: httpx.Response) -> Any:
        """The JSON of a read that went well."""
        raise_for_response(response, now=self.context.now(), rejected=of_access)
        return read_json(response)

    def _raise_if_gone(self, response: httpx.Response) -> None:
        if response.status_code in _GONE:
            raise GoneError(f"{self.host} has no such post any more")

    def _object(
        self, answer: Any, kind: type[TransientError | OutcomeUnknownError]
    ) -> dict[str, Any]:
        """An object with an id; whatever else a 200 brings is no answer."""
        if isinstance(answer, dict) and isinstance(answer.get("id"), (str, int)):
            return {**answer, "id": str(answer["id"])}
        raise kind(f"{self.host} answered with JSON that is not a post")
