"""Quotes: who may make one gets a stamp that stays where it is (FEP-044f).

https://codeberg.org/fediverse/fep/src/branch/main/fep/044f/fep-044f.md (2026-11-22)
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from share_bridge.plugin import (
    InteractionKind,
    Interactions,
    Moderation,
    Notice,
    Recipient,
)
from share_bridge_activitypub import activities
from share_bridge_activitypub.followers import inboxes_of
from share_bridge_activitypub.inbox.activity import Activity, origin_of
from share_bridge_activitypub.inbox.effect import Effect, Here, answering
from share_bridge_activitypub.inbox.said import interaction, is_by
from share_bridge_activitypub.vocabulary import one_id

__all__ = ["stamp_quote"]


async def stamp_quote(activity: Activity, here: Here) -> Effect:
    """A stamp for the quote, or a refusal; nothing where it quotes nothing of ours."""
    post = here.post_of(activity.object_id)
    quoting = one_id(activity.document.get("instrument"))
    if not post or origin_of(quoting) != origin_of(activity.actor):
        return Effect()
    actor = await here.actor(activity.actor)
    inbox, _ = inboxes_of(actor)
    asked = activity.document | {
        "object": activity.object_id,
        "instrument": quoting,
        "actor": activity.actor,
    }
    known = Interactions(here.state).named(quoting)
    hidden = known is not None and known.moderation is Moderation.HIDDEN
    if hidden or not here.may_quote(activity.actor):
        refusal = activities.reject(here.who, asked)
        return Effect(answers=(answering(refusal, inbox, "", "Reject of a quote"),))
    stamp = {
        "id": here.who.answer("stamps", quoting),
        "type": "QuoteAuthorization",
        "attributedTo": here.who.actor,
        "interactingObject": quoting,
        "interactionTarget": activity.object_id,
    }
    name = stamp["id"].rpartition("/")[2]
    consent = activities.accept(here.who, asked, result=stamp["id"])
    return Effect(
        ((f"stamp/{name}", stamp), *_kept(activity, actor, post, here, stamp)),
        (answering(consent, inbox, "", "Accept of a quote"),),
    )


def _kept(
    activity: Activity,
    actor: dict[str, Any],
    post: str,
    here: Here,
    stamp: dict[str, Any],
) -> list[tuple[str, Any]]:
    """The quote as a part of the conversation, where it came with the request.

    Its stamp is taken back once the owner hides it, or it is forgotten.
    """
    quote = activity.document.get("instrument")
    if not isinstance(quote, dict) or not is_by(quote, activity.actor):
        return []
    made = interaction(
        quote, kind=InteractionKind.QUOTE, post=post, actor=actor, shows=here.shows
    )
    at, (inbox, _) = here.now.isoformat(), inboxes_of(actor)
    told = activities.revoke(here.who, stamp, to=activity.actor, at=at)
    stone = {"id": stamp["id"], "type": "Tombstone", "formerType": stamp["type"]}
    consent = Interactions(here.state).consenting(
        made,
        instead=[(f"stamp/{stamp['id'].rpartition('/')[2]}", stone)],
        notice=Notice(
            key=told["id"],
            title=f"Delete of a stamp to {activity.actor}",
            document=told,
            recipient=Recipient(address=inbox, host=urlsplit(inbox).netloc),
        ),
    )
    return [*made.documents(), *consent]
