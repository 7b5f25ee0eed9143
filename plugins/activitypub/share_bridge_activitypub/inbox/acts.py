"""What a verified activity changes here: documents, and answers that go out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from share_bridge.plugin import Documents, InteractionKind, Interactions, Moderation
from share_bridge_activitypub import activities
from share_bridge_activitypub.followers import Follower, Followers, back, inboxes_of
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.inbox.activity import Activity
from share_bridge_activitypub.inbox.complaints import keep_complaint
from share_bridge_activitypub.inbox.effect import Answering, Effect, Here, answering
from share_bridge_activitypub.inbox.moves import move_follower
from share_bridge_activitypub.inbox.quotes import stamp_quote
from share_bridge_activitypub.inbox.said import authentic, interaction
from share_bridge_activitypub.vocabulary import many, one_id

__all__ = ["accepting", "act", "forgetting"]


async def act(activity: Activity, here: Here) -> Effect:
    """What to change; nothing where it is none of our business.

    Of several types the first that is known counts.

    Raises:
        RemoteError: Something that is needed could not be had.

    """
    kinds = filter(_ACTS.__contains__, map(str, many(activity.document["type"])))
    handler = _ACTS.get(next(kinds, ""))
    return Effect() if handler is None else await handler(activity, here)


async def _follow(activity: Activity, here: Here) -> Effect:
    if activity.object_id != here.who.actor:
        return Effect()
    inbox, shared = inboxes_of(await here.actor(activity.actor))
    if not inbox:
        return Effect()
    if here.moved:
        return Effect(answers=(_refusing(activity, inbox, here.who),))
    known = Followers(here.state).get(activity.actor)
    follower = Follower(
        actor=activity.actor,
        inbox=inbox,
        shared=shared,
        follow=activity.id,
        since=known.since if known else here.now.isoformat(),
        approved=known.approved if known else not here.approves,
    )
    there = [it for known in {inbox, shared} - {""} for it in back(known)]
    kept = ((follower.key, follower.to_json()), *there)
    if not follower.approved:
        return Effect(kept)
    return Effect(kept, (accepting(follower, here.who, now=here.now),))


def accepting(follower: Follower, who: Identity, *, now: datetime) -> Answering:
    """The Accept of a Follow; again where it was asked again an hour later.

    https://www.w3.org/TR/activitypub/#follow-activity-inbox
    """
    asked = {
        "id": follower.follow,
        "type": "Follow",
        "actor": follower.actor,
        "object": who.actor,
    }
    activity = activities.accept(who, asked)
    return answering(activity, follower.inbox, f"{now:%Y%m%d%H}", "Accept")


def _refusing(activity: Activity, inbox: str, who: Identity) -> Answering:
    """Whoever wants to follow an actor that moved has to follow where it is."""
    asked = activity.document | {"actor": activity.actor, "object": who.actor}
    return answering(activities.reject(who, asked), inbox, "", "Reject")


async def _undo(activity: Activity, here: Here) -> Effect:
    """Only what the same actor did; a bare id only where it is known."""
    follower = Followers(here.state).get(activity.actor)
    undone = activity.object
    kind = undone.get("type") if isinstance(undone, dict) else None
    if follower is not None and (
        activity.object_id == follower.follow
        or (kind == "Follow" and one_id(undone.get("object")) == here.who.actor)
    ):
        return Effect(((follower.key, None),))
    kept = Interactions(here.state)
    known = kept.named(activity.object_id)
    if known is None or known.actor != activity.actor:
        return Effect()
    return Effect(tuple(kept.removing(known)))


async def _create(activity: Activity, here: Here) -> Effect:
    document = await authentic(activity, here.remote)
    parent = one_id(document.get("inReplyTo"))
    post = here.post_of(parent)
    above = None if post else Interactions(here.state).named(parent)
    if not post and (above is None or above.kind is not InteractionKind.REPLY):
        return Effect()
    made = interaction(
        document,
        kind=InteractionKind.REPLY,
        post=post or (above.post if above else ""),
        actor=await here.actor(activity.actor),
        parent="" if post else parent,
        shows=here.shows,
    )
    return Effect(tuple(made.documents()))


async def _update(activity: Activity, here: Here) -> Effect:
    """Of what is kept; its author alone, and never to another author."""
    if activity.object_id == activity.actor:
        return await _update_follower(activity, here)
    known = Interactions(here.state).named(activity.object_id)
    if known is None or known.actor != activity.actor:
        return Effect()
    document = await authentic(activity, here.remote)
    made = interaction(
        document,
        kind=known.kind,
        post=known.post,
        actor=await here.actor(activity.actor),
        parent=known.parent,
        shows=known.moderation
        if known.moderation is not Moderation.APPROVED
        else here.shows,
    )
    return Effect(tuple(made.documents()))


async def _update_follower(activity: Activity, here: Here) -> Effect:
    follower = Followers(here.state).get(activity.actor)
    if follower is None:
        return Effect()
    inbox, shared = inboxes_of(await here.actor(activity.actor))
    document = follower.to_json() | {"inbox": inbox or follower.inbox, "shared": shared}
    return Effect(((follower.key, document),))


async def _delete(activity: Activity, here: Here) -> Effect:
    if activity.object_id == activity.actor:
        return forgetting(activity.actor, here.state)
    kept = Interactions(here.state)
    known = kept.named(activity.object_id)
    if known is None or known.actor != activity.actor:
        return Effect()
    return Effect(tuple(kept.removing(known)))


def forgetting(actor: str, state: Documents) -> Effect:
    """Everything of an actor that is no more, or is not wanted."""
    kept = Interactions(state)
    documents = [it for each in kept.by(actor) for it in kept.removing(each)]
    follower = Followers(state).get(actor)
    if follower is not None:
        documents.append((follower.key, None))
    return Effect(tuple(documents))


async def _like(activity: Activity, here: Here) -> Effect:
    return await _counted(activity, here, InteractionKind.LIKE)


async def _announce(activity: Activity, here: Here) -> Effect:
    return await _counted(activity, here, InteractionKind.BOOST)


async def _counted(activity: Activity, here: Here, kind: InteractionKind) -> Effect:
    post = here.post_of(activity.object_id)
    if not post:
        return Effect()
    made = interaction(
        activity.document,
        kind=kind,
        post=post,
        actor=await here.actor(activity.actor),
        shows=Moderation.APPROVED,
    )
    return Effect(tuple(Interactions(here.state).keeping(made)))


async def _block(activity: Activity, here: Here) -> Effect:
    follower = Followers(here.state).get(activity.actor)
    if follower is None or activity.object_id != here.who.actor:
        return Effect()
    return Effect(((follower.key, None),))


_ACTS: dict[str, Callable[[Activity, Here], Awaitable[Effect]]] = {
    "Follow": _follow,
    "Undo": _undo,
    "Create": _create,
    "Update": _update,
    "Delete": _delete,
    "Like": _like,
    "EmojiReact": _like,
    "Announce": _announce,
    "Block": _block,
    "Flag": keep_complaint,
    "Move": move_follower,
    "QuoteRequest": stamp_quote,
}
