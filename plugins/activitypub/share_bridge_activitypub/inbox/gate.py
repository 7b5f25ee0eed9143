"""Who may come in: requests are bounded, counted by server, and verified."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from share_bridge.plugin import Blocks
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.activity import LARGEST
from share_bridge_activitypub.inbox.crowd import Crowd
from share_bridge_activitypub.inbox.owners import Owners
from share_bridge_activitypub.inbox.receive import Answer, Verified, verify
from share_bridge_activitypub.remote import Remote
from share_bridge_activitypub.signatures import Request

__all__ = ["Gate"]

_TOO_LARGE = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "at most 1 MiB")


class Gate:
    """Stands before the inbox of one actor, wherever that inbox is.

    Args:
        who: The actor.
        owners: Keys of others.
        blocks: Who is not heard.
        knows: Whether there is anything of an actor to delete.
        now: The time.

    """

    def __init__(
        self,
        who: Identity,
        *,
        owners: Owners,
        blocks: Blocks,
        knows: Callable[[str], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._who = who
        self._owners = owners
        self._blocks = blocks
        self._knows = knows
        self._now = now
        self._crowd = Crowd()
        parts = urlsplit(who.base)
        self._origin = f"{parts.scheme}://{parts.netloc}"

    async def admit(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: AsyncIterator[bytes],
        *,
        remote: Remote,
    ) -> Verified | Answer:
        """What somebody really did; or the answer to a request that is refused.

        Args:
            method: `POST`.
            target: Path and query, as they came.
            headers: As they came.
            body: In pieces; no more is read than may be there.
            remote: Fetches a key that is not known.

        """
        whole = await _read(body)
        if whole is None:
            return _TOO_LARGE
        try:
            request = Request(method, f"{self._origin}{target}", headers, whole)
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, str(error))
        now = self._now()
        if not self._crowd.admits(request, now=now):
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, "later", retry_after=60)
        return await verify(
            request,
            who=self._who,
            owners=self._owners,
            blocks=self._blocks,
            remote=remote,
            knows=self._knows,
            now=now,
        )


async def _read(body: AsyncIterator[bytes]) -> bytes | None:
    """All of it; None where it is too large."""
    pieces, size = [], 0
    async for piece in body:
        size += len(piece)
        if size > LARGEST:
            return None
        pieces.append(piece)
    return b"".join(pieces)
