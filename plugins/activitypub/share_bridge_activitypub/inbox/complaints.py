"""Complaints about the blog, which moderators of other servers send: for the owner."""

from __future__ import annotations

from hashlib import blake2b

from share_bridge_activitypub.inbox.activity import Activity
from share_bridge_activitypub.inbox.effect import Effect, Here
from share_bridge_activitypub.vocabulary import many, one_id

__all__ = ["MOST", "keep_complaint"]

_PREFIX = "complaint/"
_LONGEST, _MOST_NAMED = 5_000, 20
#: So many are kept; after that the owner has to read first.
MOST = 500


async def keep_complaint(activity: Activity, here: Here) -> Effect:
    """What somebody reports of ours; nothing where it is about others."""
    named = [one_id(it) for it in many(activity.document.get("object"))]
    ours = [it for it in named if it == here.who.actor or here.post_of(it)]
    if not ours or here.state.count(_PREFIX) >= MOST:
        return Effect()
    content = activity.document.get("content")
    document = {
        "actor": activity.actor,
        "text": content[:_LONGEST] if isinstance(content, str) else "",
        "about": ours[:_MOST_NAMED],
        "at": here.now.isoformat(),
    }
    name = blake2b(activity.id.encode(), digest_size=12).hexdigest()
    return Effect(((f"{_PREFIX}{name}", document),))
