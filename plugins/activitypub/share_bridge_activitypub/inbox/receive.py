"""A request at the inbox: refused, ignored, or acted on; in this order.

What costs least comes first, and nothing is fetched for whom it is not owed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from share_bridge.plugin import Blocks
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.activity import (
    LARGEST,
    Activity,
    MalformedError,
    is_activity_json,
    origin_of,
    read,
)
from share_bridge_activitypub.inbox.owners import KeyOwner, Owners
from share_bridge_activitypub.remote import Remote, RemoteError
from share_bridge_activitypub.signatures import Claim, Request, SignatureError, claims

__all__ = ["Answer", "Verified", "verify"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told.

    Attributes:
        status: Of HTTP; they knock again in another way on 401.
        reason: One line of plain text.
        retry_after: Seconds, or 0.

    """

    status: HTTPStatus
    reason: str = ""
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """An activity that its actor really did.

    Attributes:
        activity: What it did.
        owner: Whose key signed.
        claim: How it was signed.

    """

    activity: Activity
    owner: KeyOwner
    claim: Claim


async def verify(
    request: Request,
    *,
    who: Identity,
    owners: Owners,
    blocks: Blocks,
    remote: Remote,
    knows: Callable[[str], bool],
    now: datetime,
) -> Verified | Answer:
    """Who did what; or the answer to a request that is not believed.

    Args:
        request: At the public address, with the body as it came.
        who: The actor whose inbox this is.
        owners: Keys of others.
        blocks: Who is not heard.
        remote: Fetches a key that is not known.
        knows: Whether there is anything of an actor to delete.
        now: The time.

    """
    if len(request.body) > LARGEST:
        return Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "at most 1 MiB")
    if not is_activity_json(request.header("content-type") or ""):
        return Answer(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/activity+json"
        )
    try:
        activity = read(request.body)
    except MalformedError as error:
        return Answer(HTTPStatus.BAD_REQUEST, str(error))
    if origin_of(activity.actor) == origin_of(who.actor):
        return Answer(HTTPStatus.FORBIDDEN, "nobody else speaks for this server")
    if blocks.has(activity.actor):
        return Answer(HTTPStatus.FORBIDDEN, "blocked")
    if _deletes_itself(activity) and not knows(activity.actor):
        return Answer(HTTPStatus.ACCEPTED, "not known here")
    try:
        return await _believe(request, activity, owners=owners, remote=remote, now=now)
    except SignatureError as error:
        return Answer(HTTPStatus.UNAUTHORIZED, str(error))
    except RemoteError as error:
        if error.temporary:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        return Answer(HTTPStatus.UNAUTHORIZED, str(error))


async def _believe(
    request: Request,
    activity: Activity,
    *,
    owners: Owners,
    remote: Remote,
    now: datetime,
) -> Verified:
    """The first of its signatures that is the actor's own.

    Raises:
        SignatureError: None is.
        RemoteError: A key could not be had.

    """
    another = SignatureError("signed by another than the activity's actor")
    refused = SignatureError("the request is not signed")
    for claim in claims(request):
        if origin_of(claim.key_id) != origin_of(activity.actor):
            refused = another  # nobody else's server is asked
            continue
        try:
            claim.check(now=now)
            owner = await _verified_owner(claim, owners, remote, now)
        except SignatureError as error:
            refused = error
            continue
        if owner.actor == activity.actor:
            return Verified(activity, owner, claim)
        refused = another
    raise refused


async def _verified_owner(
    claim: Claim, owners: Owners, remote: Remote, now: datetime
) -> KeyOwner:
    """The owner of the key; one that was replaced is asked for again, once."""
    owner = owners.known(claim.key_id)
    if owner is not None:
        try:
            claim.verify(owner.key, now=now)
        except SignatureError:
            if not owner.is_stale(now):
                raise
        else:
            return owner
    owner = await owners.fetch(claim.key_id, remote, now=now)
    claim.verify(owner.key, now=now)
    return owner


def _deletes_itself(activity: Activity) -> bool:
    """Such deletions come from thousands of servers, about people never heard of."""
    return activity.kind == "Delete" and activity.object_id == activity.actor
