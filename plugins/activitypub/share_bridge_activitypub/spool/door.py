"""The door of an inbox on its own: verified, once, and kept before the sender is told.

What an activity means is found out by the run that collects it, by the same rules as
at an inbox that is served.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from http import HTTPStatus
from urllib.parse import urlsplit

from share_bridge.plugin import Blocks, Context
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.gate import Gate
from share_bridge_activitypub.inbox.owners import Owners
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.spool.instance import Instance
from share_bridge_activitypub.spool.spool import Spool

__all__ = ["SpoolDoor"]

_FULL = Answer(HTTPStatus.SERVICE_UNAVAILABLE, "full for now", retry_after=900)


class SpoolDoor:
    """Takes requests for one actor whose documents and key are elsewhere."""

    def __init__(self, context: Context, spool: Spool, instance: Instance) -> None:
        self._context = context
        self._spool = spool
        self._instance = instance
        who: Identity = context.settings.who
        self._gate = Gate(
            who,
            owners=Owners(context.state),
            blocks=Blocks(context.state, context.settings.blocked),
            knows=self._knows,
            now=context.now,
        )

    async def knock(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: AsyncIterator[bytes],
    ) -> Answer:
        """What a request comes to; see `Gate.admit`."""
        if self._spool.is_full:
            return _FULL
        try:
            return await self._take(method, target, headers, body)
        except Exception:  # whatever the disk says: it may be sent again
            self._context.log.exception("what came in could not be kept")
            return _FULL

    async def _take(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: AsyncIterator[bytes],
    ) -> Answer:
        """Keep what is believed; a key and a way of signing are written before it."""
        remote = self._instance.remote()
        found = await self._gate.admit(method, target, headers, body, remote=remote)
        if isinstance(found, Answer):
            return found
        activity, scheme = found.activity, found.claim.scheme
        now = self._context.now()
        self._instance.schemes.learn(urlsplit(activity.actor).netloc, scheme, now=now)
        if self._spool.has(activity.id) and activity.kind != "Follow":
            return Answer(HTTPStatus.ACCEPTED, "known")
        if self._spool.is_full:  # others came while a key was fetched
            return _FULL
        self._spool.add(activity.document, scheme=scheme.value, now=now)
        return Answer(HTTPStatus.ACCEPTED, "taken")

    def _knows(self, actor: str) -> bool:
        """Whether a key of an actor is known: a deleted one's cannot be fetched."""
        return self._context.state.count(f"key/{actor}") > 0
