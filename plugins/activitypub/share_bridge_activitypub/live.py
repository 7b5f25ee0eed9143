"""Whether a post of a site of files is in place: before that, nobody is told of it.

Servers fetch what they are told of. One that finds nothing forgets it, and one that
finds what was there before keeps that.
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from share_bridge_activitypub.export import content_of
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import is_activity_json
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON
from share_bridge_activitypub.web.pages import Pages

__all__ = ["what_is_wrong"]

_HEADERS = {"Accept": ACTIVITY_JSON, "Cache-Control": "no-cache"}


async def what_is_wrong(actor: Actor, address: str) -> str:
    """Why a document does not answer live as it was exported; empty: it does."""
    import httpx  # noqa: PLC0415 - loaded with the client

    page = Pages(actor, version="").at(urlsplit(address).path)
    if page is None:
        return ""
    try:
        response = await actor.context.http.get(address, headers=_HEADERS)
    except httpx.HTTPError as error:
        return f"{address} cannot be reached: {error}"
    status = response.status_code
    if status == page.status == HTTPStatus.GONE:
        return ""
    if status != HTTPStatus.OK:
        return (
            f"{address} answers {status}: deploy what `share-bridge "
            "fediverse export` writes"
        )
    kind = response.headers.get("content-type", "")
    if not is_activity_json(kind):
        return (
            f"{address} comes as {kind or 'nothing'}: give the host the rules of "
            "`share-bridge fediverse export --host`"
        )
    if response.content != content_of(page):
        return f"{address} is not as it was exported last: deploy it again"
    return ""
