"""What a verified activity comes to here: acted on once, and committed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from share_bridge.plugin import Moderation, Notice
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import Activity
from share_bridge_activitypub.inbox.acts import act
from share_bridge_activitypub.inbox.effect import Answering, Here
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.remote import Remote, RemoteError

__all__ = ["forget_seen", "take"]

_SEEN = "seen/"
#: Activities are known again for that long; signatures are good for an hour.
_REMEMBERED = timedelta(days=7)


async def take(
    activity: Activity,
    actor: Actor,
    *,
    remote: Remote,
    met: dict[str, Any] | None = None,
    beside: Sequence[tuple[str, Any]] = (),
) -> Answer:
    """Act on it, unless that was done before.

    Args:
        activity: What somebody really did.
        actor: To whom.
        remote: Fetches what is needed of other servers.
        met: The document of who did it, if it was fetched just now.
        beside: What to keep in the same transaction, also where it was known.

    Returns:
        202; 503 where it may work another time, and nothing was kept; 400 where it is
        not theirs to do, and nothing was kept.

    """
    state, now = actor.context.state, actor.context.now()
    seen = f"{_SEEN}{activity.id}"
    if state.get(seen) is not None and activity.kind != "Follow":
        if beside:
            state.batch(beside)
        return Answer(HTTPStatus.ACCEPTED, "known")
    here = _here(actor, remote, now)
    if met is not None:
        here.met(met)
    try:
        effect = await act(activity, here)
    except RemoteError as error:
        if error.temporary:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        return Answer(HTTPStatus.BAD_REQUEST, str(error))
    state.batch(
        [*effect.documents, (seen, now.isoformat()), *beside],
        [_notice(answer) for answer in effect.answers],
    )
    return Answer(HTTPStatus.ACCEPTED, "taken")


def forget_seen(actor: Actor) -> None:
    """Drop what was seen long ago."""
    state = actor.context.state
    oldest = (actor.context.now() - _REMEMBERED).isoformat()
    old = [(key, None) for key, when in state.scan(_SEEN) if when < oldest]
    if old:
        state.batch(old)


def _here(actor: Actor, remote: Remote, now: datetime) -> Here:
    settings = actor.settings
    return Here(
        who=actor.who,
        state=actor.context.state,
        remote=remote,
        now=now,
        approves=settings.approve_followers,
        shows=Moderation.APPROVED if settings.replies == "show" else Moderation.PENDING,
        quotes=settings.quotes,
        moved=bool(actor.moved_to),
        blocks=actor.blocks,
    )


def _notice(answer: Answering) -> Notice:
    return Notice(
        key=answer.key,
        title=answer.title,
        document=answer.activity,
        recipient=answer.recipient,
    )
