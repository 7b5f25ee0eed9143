"""The account's own posts, newest first, however the server pages them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from share_bridge.plugin import PublishError, RemotePost, TransientError
from share_bridge_mastodon.account import whoami
from share_bridge_mastodon.api import Api
from share_bridge_mastodon.form import HIDDEN
from share_bridge_mastodon.hidden import awaits_hidden
from share_bridge_mastodon.shown import shown

if TYPE_CHECKING:
    import httpx

__all__ = ["list_posts"]

#: https://docs.joinmastodon.org/methods/accounts/#statuses (2026-11-22)
PAGE = 40
#: Clocks differ by less, and what is a little older does no harm.
_SLACK = timedelta(minutes=5)
#: Posts of one listing whose source is asked, where the page alone leaves doubt.
_MOST_SOURCES = 40


async def list_posts(api: Api, *, since: datetime) -> AsyncIterator[RemotePost]:
    """Page back to `since`.

    Raises:
        PublishError: The list cannot be read that far back, or does not show what
            may stand there.

    """
    oldest, sources = since - _SLACK, 0
    proves_nothing = awaits_hidden(api.context, since=oldest)
    held_back: list[RemotePost] = []
    async for status in _page_back(api, oldest):
        remote, asked = await _remote(api, status, ask=sources < _MOST_SOURCES)
        sources += asked
        proves_nothing &= status.get("visibility") not in HIDDEN
        held_back.append(remote)
        if not proves_nothing:
            for post in held_back:
                yield post
            held_back.clear()
    if proves_nothing:
        raise PublishError(
            f"{api.host} does not list posts that not everybody may see; look there"
        )


async def _page_back(api: Api, oldest: datetime) -> AsyncIterator[dict[str, Any]]:
    """Statuses, newest first, without boosts, none older than that."""
    account = quote(str((await whoami(api))["id"]), safe="")
    path = f"/api/v1/accounts/{account}/statuses"
    params: dict[str, Any] = {"limit": PAGE, "exclude_reblogs": "true"}
    seen: set[str] = set()
    while True:
        response = await api.ask("GET", path, params=params)
        page = _statuses(api, api.json(response), _behind(api, response))
        new = [status for status in page if status["id"] not in seen]
        if page and not new and len(page) >= PAGE:
            raise PublishError(f"{api.host} shows only its newest {len(page)} posts")
        seen.update(status["id"] for status in new)
        # A pinned post may stand above newer ones.
        for status in sorted(new, key=itemgetter("created"), reverse=True):
            if status.get("reblog") is None and status["created"] >= oldest:
                yield status
        if not new or page[-1]["created"] < oldest:
            return
        following = _next(response.headers.get("link"), last=page[-1]["id"])
        if not following:
            return
        params["max_id"] = following


def _behind(api: Api, response: httpx.Response) -> timedelta:
    """How far the server's clock is behind ours, lest a new post seem an old one.

    One that is ahead makes old posts seem new, which does no harm: they say
    something else.
    """
    try:
        date = parsedate_to_datetime(response.headers.get("date", ""))
        return max(api.context.now() - date, timedelta(0))
    except (ValueError, TypeError):
        return timedelta(0)


def _statuses(api: Api, answer: Any, behind: timedelta) -> list[dict[str, Any]]:
    """The page, with `created` by our clock."""
    try:
        page = [
            {**status, "id": str(status["id"]), "created": _created(status) + behind}
            for status in answer
        ]
    except (TypeError, KeyError, ValueError) as error:
        raise TransientError(
            f"{api.host} answered with JSON that is no list of posts"
        ) from error
    return page


def _created(status: Mapping[str, Any]) -> datetime:
    date = datetime.fromisoformat(status["created_at"])
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _next(header: str | None, *, last: str) -> str:
    """Where the next page starts; "" where the server says that there is none.

    Only the id is taken from the link: behind a proxy its host may be another.
    """
    if header is None:
        return last
    for link in header.split(","):
        address, _, names = link.partition(";")
        if 'rel="next"' in names or "rel=next" in names:
            query = urlsplit(address.strip().strip("<>")).query
            return parse_qs(query).get("max_id", [last])[0]
    return ""


async def _remote(
    api: Api, status: Mapping[str, Any], *, ask: bool
) -> tuple[RemotePost, bool]:
    """The post, and whether its source was asked for."""
    seen = shown(status)
    text, asked = seen.text, ask and not seen.is_sure
    if asked and (source := await api.read_source(status["id"])):
        text = source[0]
    application = status.get("application")
    name = application.get("name") if isinstance(application, dict) else None
    post = RemotePost(
        id=status["id"],
        url=str(status.get("url") or status.get("uri") or ""),
        created=status["created"],
        links=seen.links,
        text=text,
        application=name if isinstance(name, str) else "",
        in_reply_to=str(status.get("in_reply_to_id") or ""),
    )
    return post, asked
