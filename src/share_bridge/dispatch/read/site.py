"""Asks the author's own site: where an old link leads, whether a post is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_bridge.dispatch.runtime import Runtime

if TYPE_CHECKING:
    import httpx

    from share_bridge.http.fetch import Fetched

__all__ = ["ask_site", "site_client"]

_SECONDS = 10.0
_BYTES = 1_000_000


def site_client(runtime: Runtime) -> httpx.AsyncClient:
    """What pages of the author's site are asked with; they may be plain http."""
    from share_bridge.http.addresses import Reach  # noqa: PLC0415 - seldom
    from share_bridge.http.client import open_client  # noqa: PLC0415 - seldom

    return open_client(
        Reach(allow=runtime.config.network.allow),
        timeout=_SECONDS,
        http_allowed=True,
        transport=runtime.transport,
    )


async def ask_site(client: httpx.AsyncClient, url: str) -> Fetched | None:
    """What the site answers for one of its addresses; None: nothing usable."""
    from share_bridge.http.fetch import FetchError, fetch  # noqa: PLC0415 - seldom

    try:
        return await fetch(client, url, max_bytes=_BYTES, deadline=_SECONDS)
    except FetchError:
        return None
