"""Handles in posts, followed to the actors that they mean.

A handle that leads nowhere stays the text that it is: a post waits for nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from share_bridge.plugin import Blocks, Documents
from share_bridge_activitypub.followers import inboxes_of
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.activity import origin_of
from share_bridge_activitypub.mention import Mention
from share_bridge_activitypub.remote import Remote, RemoteError
from share_bridge_activitypub.vocabulary import many, one_id
from share_bridge_activitypub.webfinger import find_actor

if TYPE_CHECKING:
    import httpx

__all__ = ["MOST", "Mentions"]

#: So many in one post are told; a post that names more is no talk with somebody.
MOST = 10
_KNOWN, _UNKNOWN = timedelta(days=7), timedelta(days=1)
_LONGEST_ADDRESS = 512
_PREFIX = "mention/"


class Mentions:
    """Whom handles mean, remembered in the documents of a target."""

    def __init__(
        self,
        state: Documents,
        *,
        who: Identity,
        blocks: Blocks,
        client: Callable[[], httpx.AsyncClient],
        remote: Callable[[], Remote],
        now: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._who = who
        self._blocks = blocks
        self._client = client
        self._remote = remote
        self._now = now

    async def find(
        self, handles: Iterable[str], *, seconds: float
    ) -> dict[str, Mention]:
        """Those of the first few handles that lead to somebody, by their spelling.

        Args:
            handles: `user@host`, each once.
            seconds: What is not known by then stays unknown for now.

        """
        wanted = [name for name in handles if self._is_wanted(name)][:MOST]
        looking = {
            name: asyncio.create_task(self._look_up(name))
            for name in wanted
            if self._is_due(name)
        }
        if looking:
            _, late = await asyncio.wait(looking.values(), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            for task in looking.values():
                if not task.cancelled():
                    task.result()
        found = {name: self.known(name) for name in wanted}
        return {
            name: it
            for name, it in found.items()
            if it is not None and not self._blocks.has(it.actor)
        }

    def _is_wanted(self, name: str) -> bool:
        """Nobody talks to themselves, and a blocked host is not even asked."""
        host = name.rpartition("@")[2]
        return name != self._who.handle.casefold() and not self._blocks.has(
            f"https://{host}/"
        )

    def known(self, handle: str) -> Mention | None:
        """Whom a handle was last seen to mean, or None."""
        kept = self._state.get(f"{_PREFIX}{handle}")
        return None if kept is None or "actor" not in kept else Mention(**kept["actor"])

    def _is_due(self, name: str) -> bool:
        kept = self._state.get(f"{_PREFIX}{name}")
        if kept is None:
            return True
        age = self._now() - datetime.fromisoformat(kept["at"])
        return age > (_KNOWN if "actor" in kept else _UNKNOWN)

    async def _look_up(self, name: str) -> None:
        """Remember whom it means, or that it means nobody; neither where it fails."""
        document: dict[str, Any] = {"at": self._now().isoformat()}
        try:
            found = await self._follow(name)
        except RemoteError as error:
            if error.temporary:
                return
        else:
            document["actor"] = found.to_json()
        self._state.put(f"{_PREFIX}{name}", document)

    async def _follow(self, name: str) -> Mention:
        address = await find_actor(self._client(), name, like=self._who.base)
        document = await self._remote().fetch(address)
        inbox, shared = inboxes_of(document)
        if not inbox:
            raise RemoteError(f"{address} is no actor")
        pages = (one_id(it) or _href(it) for it in many(document.get("url")))
        page = next((it for it in pages if origin_of(it)), address)
        if max(map(len, (address, inbox, shared, page))) > _LONGEST_ADDRESS:
            raise RemoteError(f"{address} is too long")
        return Mention(
            handle=name, actor=address, page=page, inbox=inbox, shared=shared
        )


def _href(link: Any) -> str:
    found = link.get("href") if isinstance(link, dict) else ""
    return found if isinstance(found, str) else ""
