"""The inbox's door: verified, once, then acted on and committed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import date

from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.gate import Gate
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.inbox.take import forget_seen, take

__all__ = ["Door"]


class Door:
    """Takes requests for one actor."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._tidied: date | None = None
        self._gate = Gate(
            actor.who,
            owners=actor.owners,
            blocks=actor.blocks,
            knows=actor.knows,
            now=actor.context.now,
        )

    async def knock(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: AsyncIterator[bytes],
    ) -> Answer:
        """What a request comes to; see `Gate.admit`."""
        actor, remote = self._actor, self._actor.remote()
        found = await self._gate.admit(method, target, headers, body, remote=remote)
        if isinstance(found, Answer):
            return found
        activity, now = found.activity, actor.context.now()
        actor.heard(activity.actor, found.claim.scheme)
        if self._tidied != now.date():
            self._tidied = now.date()
            forget_seen(actor)
            actor.owners.forget(now=now)
        return await take(activity, actor, remote=remote, met=found.owner.document)
