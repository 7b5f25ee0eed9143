"""Followers who moved to another account: the new one follows in place of the old.

Both accounts have to say so, or anybody could send what we write to anybody.
"""

from __future__ import annotations

from share_bridge_activitypub.followers import Follower, Followers, inboxes_of
from share_bridge_activitypub.inbox.activity import Activity
from share_bridge_activitypub.inbox.effect import Effect, Here
from share_bridge_activitypub.vocabulary import many, one_id

__all__ = ["move_follower", "says_it_was"]


async def move_follower(activity: Activity, here: Here) -> Effect:
    """The new account as a follower; nothing where the two do not agree.

    FEP-7628, in push mode (https://codeberg.org/fediverse/fep, 2026-11-24).
    """
    followers = Followers(here.state)
    old, target = followers.get(activity.actor), one_id(activity.document.get("target"))
    if old is None or activity.object_id != old.actor or target in {"", old.actor}:
        return Effect()
    if here.is_blocked(target):
        return Effect(((old.key, None),))
    left, joined = await here.actor(old.actor), await here.actor(target)
    inbox, shared = inboxes_of(joined)
    agreed = one_id(left.get("movedTo")) == target and says_it_was(joined, old.actor)
    if not agreed or not inbox:
        return Effect()
    new = Follower(
        actor=target,
        inbox=inbox,
        shared=shared,
        follow=old.follow,
        since=old.since,
        approved=old.approved,
    )
    if (known := followers.get(target)) is not None:
        new = known
    return Effect(((old.key, None), (new.key, new.to_json())))


def says_it_was(document: dict[str, object], actor: str) -> bool:
    """Whether an actor says that it is known as another as well."""
    return actor in map(one_id, many(document.get("alsoKnownAs")))
