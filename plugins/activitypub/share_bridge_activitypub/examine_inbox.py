"""Whether others can write to the actor, looked at from outside: for `doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from http import HTTPStatus

from share_bridge.plugin import Grade, Remark, Secret
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import is_activity_json
from share_bridge_activitypub.live import object_in
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, one_id

__all__ = ["look_at_inbox"]

#: What an inbox says to a request that nobody signed.
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})
#: Behind all numbers of a spool: nothing is to be read.
_BEHIND = {"after": "9" * 15}
#: Of an hour that a signature is good for.
_OFF = timedelta(minutes=5)
_LEADS = "deploy the rules of share-bridge fediverse export --inbox-server"


async def look_at_inbox(actor: Actor) -> AsyncIterator[Remark]:
    """It refuses what nobody signed, itself: not a wall before it."""
    who, kind = actor.who, actor.settings.inbox
    if kind == "none":
        fix = 'inbox = "spool" or "served" lets others follow'
        yield Remark(Grade.WARNING, "it has no inbox: nobody can follow it", fix)
        return
    headers = {"Content-Type": ACTIVITY_JSON}
    answer = await actor.context.http.post(who.inbox, headers=headers, content=b"{}")
    if answer.status_code in _REFUSED:
        yield Remark(Grade.OK, f"{who.inbox} takes what is signed")
    else:
        text = f"{who.inbox} answers {answer.status_code}: follows and replies are lost"
        fix = "let POST pass to it, also by firewalls"
        if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and kind == "spool":
            fix = "run publish, which empties the spool; look at the disk of its server"
        yield Remark(Grade.PROBLEM, text, fix)
    token = actor.settings.spool_token
    if kind == "spool" and token is not None:
        yield await _instance(actor)
        yield await _spool(actor, token)


async def _instance(actor: Actor) -> Remark:
    """Servers look at who asks before they show a key."""
    address = actor.who.instance
    headers = {"Accept": ACTIVITY_JSON}
    answer = await actor.context.http.get(address, headers=headers)
    there = answer.is_success and is_activity_json(
        answer.headers.get("content-type", "")
    )
    document = object_in(answer)
    if there and one_id(document) == address and document.get("publicKey"):
        return Remark(Grade.OK, f"{address} asks other servers for keys")
    text = f"{address} answers {answer.status_code}, and not as an actor"
    return Remark(Grade.PROBLEM, text, _LEADS)


async def _spool(actor: Actor, token: Secret) -> Remark:
    """It knows the token, and what time it is: old signatures are refused there."""
    address, now = actor.who.spool, actor.context.now()
    bearer = {"Authorization": f"Bearer {token.reveal()}"}
    answer = await actor.context.http.get(address, headers=bearer, params=_BEHIND)
    said = object_in(answer).get("now")
    if not answer.is_success or said is None:
        text = f"{address} answers {answer.status_code}: nothing can be collected"
        refused = answer.status_code == HTTPStatus.UNAUTHORIZED
        fix = "give both sides the same spool_token" if refused else _LEADS
        return Remark(Grade.PROBLEM, text, fix)
    off = abs(datetime.fromisoformat(str(said)) - now)
    if off > _OFF:
        text = f"the clock of the inbox's server is {off.total_seconds():.0f} s off"
        fix = "set that clock, by NTP: it refuses what others sign"
        return Remark(Grade.PROBLEM, text, fix)
    return Remark(Grade.OK, f"{address} can be collected")
