"""A feed over HTTP: conditional, and obedient to what the server asks for."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from msgspec.structs import replace

from share_bridge.errors import SourceError
from share_bridge.http.fetch import Fetched, FetchError, fetch
from share_bridge.http.redact import show_url
from share_bridge.sources.dates import read_date
from share_bridge.sources.feed import Document, Memory
from share_bridge.text.pattern import pattern

if TYPE_CHECKING:
    from share_bridge.plugin.context import SourceContext

__all__ = ["download", "retry_after"]

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_CHARSET = pattern(r";\s*charset\s*=\s*\"?([\w.:-]{1,40})", re.IGNORECASE)
#: No server can silence a source for longer; it is asked again after a day.
_LONGEST_WAIT = timedelta(days=1)
_ADVICE: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "name a feed that anyone can read",
    HTTPStatus.FORBIDDEN: "name a feed that anyone can read, or let this reader in",
    HTTPStatus.NOT_FOUND: "check the address",
    HTTPStatus.PAYMENT_REQUIRED: "name a feed that anyone can read",
}


async def download(memory: Memory, context: SourceContext) -> Document | None:
    """GET the feed, with the validators of the last time; None: 410 Gone.

    Raises:
        SourceError: No answer, or one that is no feed. Its validators keep a
            `Retry-After` of 429 and 503.

    """
    settings = context.settings
    try:
        fetched = await fetch(
            context.http,
            settings.feed,
            headers=_headers(memory),
            max_bytes=settings.max_bytes,
            deadline=settings.timeout.total_seconds(),
        )
    except FetchError as error:
        raise SourceError(str(error)) from error
    if fetched.status == HTTPStatus.GONE:
        return None
    conditional = bool(memory.etag or memory.modified)
    if fetched.status == HTTPStatus.NOT_MODIFIED and conditional:
        return Document(
            body=None,
            url=fetched.url,
            moved=fetched.moved,
            etag=memory.etag,
            modified=memory.modified,
        )
    if fetched.status != HTTPStatus.OK:
        raise _refusal(fetched, memory, now=context.now())
    charset = _CHARSET.search(fetched.headers.get("content-type", ""))
    return Document(
        body=fetched.body,
        url=fetched.url,
        charset=charset[1] if charset else "",
        moved=fetched.moved,
        etag=fetched.headers.get("etag", ""),
        modified=fetched.headers.get("last-modified", ""),
    )


def retry_after(value: str, *, now: datetime) -> datetime | None:
    """When a `Retry-After` in seconds or as a date ends; at most a day from now."""
    text = value.strip()
    if text.isdecimal() and text.isascii():
        seconds = min(int(text[:9]), int(_LONGEST_WAIT.total_seconds()))
        return now + timedelta(seconds=seconds)
    date = read_date(text)
    return None if date is None else min(date, now + _LONGEST_WAIT)


def _headers(memory: Memory) -> dict[str, str]:
    headers = {"Accept": _ACCEPT}
    if memory.etag:
        headers["If-None-Match"] = memory.etag
    if memory.modified:
        headers["If-Modified-Since"] = memory.modified
    return headers


def _refusal(fetched: Fetched, memory: Memory, *, now: datetime) -> SourceError:
    status = fetched.status
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    said = f"{show_url(fetched.url)}: it answered {phrase}"
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        until = retry_after(fetched.headers.get("retry-after", ""), now=now)
        if until and until > now:
            validators = replace(memory, not_before=until).to_json()
            return SourceError(
                f"{said}; it is asked again after {until:%Y-%m-%d %H:%M:%S} UTC",
                validators=validators,
            )
    return SourceError(f"{said}; {_ADVICE.get(status, 'try again later')}")
