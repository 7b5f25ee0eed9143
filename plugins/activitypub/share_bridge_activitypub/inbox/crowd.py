"""Keeps one server from taking all of our time: so many requests in so long."""

from __future__ import annotations

import re
from collections import OrderedDict
from datetime import datetime, timedelta

from share_bridge_activitypub.signatures import Request

__all__ = ["Crowd"]

#: GoToSocial's own limit for others
#: (https://docs.gotosocial.org/en/latest/api/ratelimiting/, 2026-11-22).
_MOST, _WINDOW = 300, timedelta(minutes=5)
#: Servers that are counted at a time; others push the oldest out.
_SERVERS = 10_000
_KEY_ID = re.compile(r'key[Ii]d="https?://([^/"]{1,255})')


class Crowd:
    """Counts requests by the server that is said to have signed them."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def admits(self, request: Request, *, now: datetime) -> bool:
        """Whether a request is looked at."""
        server = _server(request)
        since, count = self._counts.pop(server, (now, 0))
        if now - since > _WINDOW:
            since, count = now, 0
        self._counts[server] = since, count + 1
        if len(self._counts) > _SERVERS:
            self._counts.popitem(last=False)
        return count < _MOST


def _server(request: Request) -> str:
    """Whoever signs without a name is in one crowd."""
    for name in ("signature", "signature-input", "authorization"):
        match = _KEY_ID.search(request.header(name) or "")
        if match is not None:
            return match[1].lower()
    return ""
