"""Whether a post of a site of files is in place: before that, nobody is told of it.

Servers fetch what they are told of. One that finds nothing forgets it, and one that
finds what was there before keeps that.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from share_bridge_activitypub.export import content_of
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import is_activity_json
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON
from share_bridge_activitypub.web.pages import Pages

if TYPE_CHECKING:
    import httpx

__all__ = ["DEPLOY", "Wrong", "object_in", "what_is_wrong"]

DEPLOY = "deploy what `share-bridge fediverse export` writes"
_RULES = "give the host the rules of `share-bridge fediverse export --host`"
_HEADERS = {"Accept": ACTIVITY_JSON, "Cache-Control": "no-cache"}


class Wrong(NamedTuple):
    """What is not as it should be, and what to do about it."""

    what: str
    fix: str

    def __str__(self) -> str:
        """Both in one line."""
        return f"{self.what}: {self.fix}"


async def what_is_wrong(actor: Actor, address: str) -> Wrong | None:
    """Why a document does not answer live as it was exported; None: it does."""
    import httpx  # noqa: PLC0415 - loaded with the client

    page = Pages(actor, version="").at(urlsplit(address).path)
    if page is None:
        return None
    try:
        response = await actor.context.http.get(address, headers=_HEADERS)
    except httpx.HTTPError as error:
        return Wrong(f"{address} cannot be reached", str(error))
    status = response.status_code
    if status == page.status == HTTPStatus.GONE:
        return None
    if status != HTTPStatus.OK:
        return Wrong(f"{address} answers {status}", DEPLOY)
    kind = response.headers.get("content-type", "")
    if not is_activity_json(kind):
        return Wrong(f"{address} comes as {kind or 'nothing'}", _RULES)
    if response.content != content_of(page):
        return Wrong(f"{address} is not as it was exported last", "deploy it again")
    return None


def object_in(response: httpx.Response) -> dict[str, Any]:
    """The JSON object that came; an empty one where none did."""
    try:
        found = json.loads(response.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
