"""The inbox's door: bounded, verified, once, then acted on and committed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from share_bridge.plugin import Moderation, Notice
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import LARGEST
from share_bridge_activitypub.inbox.acts import act
from share_bridge_activitypub.inbox.crowd import Crowd
from share_bridge_activitypub.inbox.effect import Answering, Here
from share_bridge_activitypub.inbox.receive import Answer, Verified, verify
from share_bridge_activitypub.remote import Remote, RemoteError
from share_bridge_activitypub.signatures import Request

__all__ = ["Door"]

_SEEN = "seen/"
#: Activities are known again for that long; signatures are good for an hour.
_REMEMBERED = timedelta(days=7)
_TOO_LARGE = Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "at most 1 MiB")


class Door:
    """Takes requests for one actor."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._crowd = Crowd()
        parts = urlsplit(actor.who.base)
        self._origin = f"{parts.scheme}://{parts.netloc}"

    async def knock(
        self,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: AsyncIterator[bytes],
    ) -> Answer:
        """What a request comes to.

        Args:
            method: `POST`.
            target: Path and query, as they came.
            headers: As they came.
            body: In pieces; no more is read than may be there.

        """
        whole = await _read(body)
        if whole is None:
            return _TOO_LARGE
        try:
            request = Request(method, f"{self._origin}{target}", headers, whole)
        except ValueError as error:
            return Answer(HTTPStatus.BAD_REQUEST, str(error))
        if not self._crowd.admits(request, now=self._actor.context.now()):
            return Answer(HTTPStatus.TOO_MANY_REQUESTS, "later", retry_after=60)
        remote = self._actor.remote()
        verified = await self._verify(request, remote)
        if isinstance(verified, Answer):
            return verified
        return await self._take(verified, remote)

    async def _verify(self, request: Request, remote: Remote) -> Verified | Answer:
        actor = self._actor
        return await verify(
            request,
            who=actor.who,
            owners=actor.owners,
            blocks=actor.blocks,
            remote=remote,
            knows=actor.knows,
            now=actor.context.now(),
        )

    async def _take(self, verified: Verified, remote: Remote) -> Answer:
        actor, activity = self._actor, verified.activity
        now = actor.context.now()
        host = urlsplit(activity.actor).netloc
        actor.schemes.learn(host, verified.claim.scheme, now=now)
        seen = f"{_SEEN}{activity.id}"
        if actor.context.state.get(seen) is not None and activity.kind != "Follow":
            return Answer(HTTPStatus.ACCEPTED, "known")
        try:
            effect = await act(activity, self._here(verified, remote, now))
        except RemoteError as error:
            if error.temporary:
                return Answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
            return Answer(HTTPStatus.BAD_REQUEST, str(error))
        actor.context.state.batch(
            [*effect.documents, (seen, now.isoformat())],
            [_notice(answer) for answer in effect.answers],
        )
        return Answer(HTTPStatus.ACCEPTED, "taken")

    def _here(self, verified: Verified, remote: Remote, now: datetime) -> Here:
        settings = self._actor.settings
        here = Here(
            who=self._actor.who,
            state=self._actor.context.state,
            remote=remote,
            now=now,
            approves=settings.approve_followers,
            shows=Moderation.APPROVED
            if settings.replies == "show"
            else Moderation.PENDING,
            quotes=settings.quotes,
            moved=bool(self._actor.moved_to),
            blocks=self._actor.blocks,
        )
        if verified.owner.document is not None:
            here.met(verified.owner.document)
        return here

    def forget(self) -> None:
        """Drop what was seen long ago."""
        state = self._actor.context.state
        oldest = (self._actor.context.now() - _REMEMBERED).isoformat()
        old = [(key, None) for key, when in state.scan(_SEEN) if when < oldest]
        if old:
            state.batch(old)


async def _read(body: AsyncIterator[bytes]) -> bytes | None:
    """All of it; None where it is too large."""
    pieces, size = [], 0
    async for piece in body:
        size += len(piece)
        if size > LARGEST:
            return None
        pieces.append(piece)
    return b"".join(pieces)


def _notice(answer: Answering) -> Notice:
    return Notice(
        key=answer.key,
        title=answer.title,
        document=answer.activity,
        recipient=answer.recipient,
    )
