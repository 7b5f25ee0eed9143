"""What others did with a status: answers, quotes, favourites, boosts; only read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

from share_bridge.plugin import (
    GoneError,
    Interaction,
    InteractionKind,
    Receipt,
    TransientError,
    raise_for_response,
    read_json,
)
from share_bridge_mastodon.api import Api, status_path
from share_bridge_mastodon.refusal import of_access

__all__ = ["list_interactions"]

#: https://docs.joinmastodon.org/methods/statuses/#favourited_by (2026-11-24)
PAGE = 80
#: https://docs.joinmastodon.org/methods/statuses/#quotes (2026-11-24), since 4.5
_PAGE_OF_QUOTES = 40
#: A count, and not a directory of everybody.
_MOST = 800
_MOST_ANSWERS = 1_000
#: What everybody may see; the token would be shown more.
_OPEN = frozenset({"public", "unlisted"})
_GONE = frozenset({404, 410})
#: This server does not tell.
_SILENT = frozenset({404, 405, 410, 501})


async def list_interactions(api: Api, receipt: Receipt) -> AsyncIterator[Interaction]:
    """Those of a status, or of all parts of a thread.

    Raises:
        GoneError: It is not there any more.
        PublishError: The server does not tell.

    """
    parts = receipt.parts or (receipt.remote_id,)
    first = await api.read_status(receipt.remote_id)
    told: set[str] = set()
    async for answer in _answers(api, parts):
        told.add(answer.id)
        yield answer
    async for quote in _quotes(api, receipt.remote_id):
        if quote.id not in told:  # an answer that quotes is an answer
            yield quote
    address = str(first.get("uri") or first.get("url") or receipt.url)
    for kind, what in (
        (InteractionKind.LIKE, "/favourited_by"),
        (InteractionKind.BOOST, "/reblogged_by"),
    ):
        path = status_path(receipt.remote_id, of=what)
        async for account in _pages(api, path, size=PAGE, is_one=_is_account):
            actor = _actor(account)
            # It has no name of its own over there: who did it, and with what.
            yield Interaction(
                id=f"{address}#{kind}-{actor}", kind=kind, **_author(api, account)
            )


async def _answers(api: Api, parts: tuple[str, ...]) -> AsyncIterator[Interaction]:
    """What is under any of the parts, each once, with the answer that it answers."""
    below = await _context(api, parts[0])  # what is under the first is under all
    found = {str(status["id"]): status for status in below[:_MOST_ANSWERS]}
    for name, status in found.items():
        if name in parts or status.get("visibility") not in _OPEN:
            continue
        above = str(status.get("in_reply_to_id") or "")
        parent = "" if above in parts else _address(found.get(above))
        yield _said(api, status, InteractionKind.REPLY, parent=parent)


async def _quotes(api: Api, status: str) -> AsyncIterator[Interaction]:
    """Statuses that show it in theirs; the server leaves out those not agreed to."""
    path = status_path(status, of="/quotes")
    async for quote in _pages(api, path, size=_PAGE_OF_QUOTES, is_one=_is_status):
        if quote.get("visibility") in _OPEN:
            yield _said(api, quote, InteractionKind.QUOTE)


def _said(
    api: Api, status: Mapping[str, Any], kind: InteractionKind, *, parent: str = ""
) -> Interaction:
    return Interaction(
        id=_address(status),
        kind=kind,
        url=str(status.get("url") or status.get("uri") or ""),
        html=_words(status),
        published=str(status.get("created_at") or ""),
        parent=parent,
        **_author(api, status["account"]),
    )


async def _context(api: Api, status: str) -> list[dict[str, Any]]:
    """https://docs.joinmastodon.org/methods/statuses/#context (2026-11-24)."""
    response = await api.ask("GET", status_path(status, of="/context"))
    if response.status_code in _GONE:
        raise GoneError(f"{api.host} has no such post any more")
    answer = api.json(response)
    below = answer.get("descendants") if isinstance(answer, dict) else None
    if not isinstance(below, list) or not all(map(_is_status, below)):
        raise TransientError(f"{api.host} answered with JSON that is no conversation")
    return below


async def _pages(
    api: Api, path: str, *, size: int, is_one: Callable[[Any], bool]
) -> AsyncIterator[Mapping[str, Any]]:
    """Accounts or statuses, page by page, as far as they make a count."""
    params: dict[str, Any] = {"limit": size}
    seen: set[str] = set()
    while len(seen) < _MOST:
        response = await api.ask("GET", path, params=params)
        if response.status_code in _SILENT:
            return
        raise_for_response(response, now=api.context.now(), rejected=of_access)
        answer = read_json(response)
        if not isinstance(answer, list) or not all(map(is_one, answer)):
            raise TransientError(f"{api.host} answered with JSON that names nobody")
        new = [it for it in answer if str(it["id"]) not in seen]
        seen.update(str(it["id"]) for it in new)
        for it in new:
            yield it
        following = _next(response.headers.get("link", ""))
        if not new or not following:
            return
        params["max_id"] = following


def _next(header: str) -> str:
    """Where the next page starts: it goes by an id that is shown nowhere else."""
    for link in header.split(","):
        address, _, names = link.partition(";")
        if 'rel="next"' in names or "rel=next" in names:
            query = urlsplit(address.strip().strip("<>")).query
            return parse_qs(query).get("max_id", [""])[0]
    return ""


def _is_status(found: Any) -> bool:
    return (
        isinstance(found, dict) and "id" in found and _is_account(found.get("account"))
    )


def _is_account(found: Any) -> bool:
    return isinstance(found, dict) and "id" in found and bool(_actor(found))


def _author(api: Api, account: Mapping[str, Any]) -> dict[str, Any]:
    acct = str(account.get("acct") or account.get("username") or "")
    return {
        "actor": _actor(account),
        "name": str(account.get("display_name") or account.get("username") or ""),
        "handle": f"@{acct}" if "@" in acct else f"@{acct}@{api.host}",
        "page": str(account.get("url") or ""),
        "icon": str(account.get("avatar_static") or account.get("avatar") or ""),
    }


def _actor(account: Mapping[str, Any]) -> str:
    return str(account.get("uri") or account.get("url") or "")


def _address(status: Mapping[str, Any] | None) -> str:
    return "" if status is None else str(status.get("uri") or status.get("url") or "")


def _words(status: Mapping[str, Any]) -> str:
    """What was said, folded behind its warning where it has one."""
    html, warning = (
        str(status.get("content") or ""),
        str(status.get("spoiler_text") or ""),
    )
    if not warning:
        return html
    return f"<details><summary>{escape(warning)}</summary>{html}</details>"
