"""What other servers see of the actor, looked at from outside: for `doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from share_bridge.plugin import Grade, Remark
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import is_activity_json
from share_bridge_activitypub.keyring import Keyring
from share_bridge_activitypub.live import what_is_wrong
from share_bridge_activitypub.vocabulary import ACTIVITY_JSON, LD_JSON, many, one_id

if TYPE_CHECKING:
    import httpx

__all__ = ["examine"]

_READS = "let the web server pass /.well-known/ and the actor's paths, with their types"
_DEPLOY = "deploy what share-bridge fediverse export writes"
#: What an inbox says to a request that nobody signed.
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED})


async def examine(actor: Actor) -> list[Remark]:
    """Everything that is worth knowing; nothing is changed."""
    import httpx  # noqa: PLC0415 - loaded with the client

    remarks: list[Remark] = []
    for look in (_document, _names, _inbox, _posts):
        try:
            remarks += [remark async for remark in look(actor)]
        except (httpx.HTTPError, ValueError) as error:
            text = f"{actor.who.host} does not answer as it should: {error}"
            return [*remarks, Remark(Grade.PROBLEM, text, _READS)]
    return remarks


async def _document(actor: Actor) -> AsyncIterator[Remark]:
    """Asked for as a browser, then in both ways of servers: caches mix them up."""
    address, keys = actor.who.actor, Keyring.load(actor.context.credentials)
    await _get(actor, address, "text/html")
    for accepted in (ACTIVITY_JSON, LD_JSON):
        response = await _get(actor, address, accepted)
        kind = response.headers.get("content-type", "nothing")
        if response.status_code != HTTPStatus.OK or not is_activity_json(kind):
            text = f"{address} answers {response.status_code} as {kind}"
            yield Remark(Grade.PROBLEM, text, _READS)
            return
    document: dict[str, Any] = response.json()
    if one_id(document) != address:
        yield Remark(Grade.PROBLEM, f"{address} says that it is {one_id(document)}")
    shown = [it.get("publicKeyPem", "") for it in many(document.get("publicKey"))]
    if keys is None:
        fix = "share-bridge fediverse init makes them"
        yield Remark(Grade.PROBLEM, "it has no keys yet", fix)
    elif keys.rsa.public.to_pem().strip() not in [pem.strip() for pem in shown]:
        text = f"{address} shows another key than the one that signs"
        yield Remark(Grade.PROBLEM, text, "put the old key back, or deploy again")
    else:
        yield Remark(Grade.OK, f"{address} is there, with the key that signs")


async def _names(actor: Actor) -> AsyncIterator[Remark]:
    """The handle leads to the actor, on its own host and on the actor's."""
    who, scheme = actor.who, urlsplit(actor.who.base).scheme
    for host in dict.fromkeys((who.domain, who.host)):
        address = f"{scheme}://{host}/.well-known/webfinger?resource=acct:{who.handle}"
        response = await _get(actor, address, "application/jrd+json")
        found = response.json() if response.is_success else {}
        leads = [it.get("href") for it in found.get("links", ())]
        if found.get("subject") == f"acct:{who.handle}" and who.actor in leads:
            yield Remark(Grade.OK, f"{host} knows @{who.handle}")
        else:
            text = f"{host} does not lead from @{who.handle} to the actor"
            yield Remark(Grade.PROBLEM, text, _READS)


async def _inbox(actor: Actor) -> AsyncIterator[Remark]:
    """It refuses what nobody signed, itself: not a wall before it."""
    who, kind = actor.who, actor.settings.inbox
    if kind == "none":
        yield Remark(Grade.WARNING, "it has no inbox: nobody can follow it")
        return
    headers = {"Content-Type": ACTIVITY_JSON}
    answer = await actor.context.http.post(who.inbox, headers=headers, content=b"{}")
    if answer.status_code in _REFUSED:
        yield Remark(Grade.OK, f"{who.inbox} takes what is signed")
    else:
        text = f"{who.inbox} answers {answer.status_code}: follows and replies are lost"
        fix = "let POST pass to it, also by firewalls"
        yield Remark(Grade.PROBLEM, text, fix)
    token = actor.settings.spool_token
    if kind == "spool" and token is not None:
        bearer = {"Authorization": f"Bearer {token.reveal()}"}
        spool = await actor.context.http.get(who.spool, headers=bearer)
        if not spool.is_success:
            text = f"{who.spool} answers {spool.status_code}: nothing can be collected"
            yield Remark(Grade.PROBLEM, text, "compare spool_token on both sides")


async def _posts(actor: Actor) -> AsyncIterator[Remark]:
    """The newest post, and one that was taken away."""
    if actor.settings.inbox != "served":
        for volume in list(actor.shelf)[:1]:
            if wrong := await what_is_wrong(actor, volume.object["id"]):
                yield Remark(Grade.WARNING, wrong)
    for _, kept in actor.context.state.scan("object/"):
        if kept.get("deleted"):
            address = kept["object"]["id"]
            response = await _get(actor, address, ACTIVITY_JSON)
            gone = response.status_code == HTTPStatus.GONE
            if not gone and '"Tombstone"' not in response.text:
                text = f"{address} was deleted, and answers {response.status_code}"
                yield Remark(Grade.PROBLEM, text, _DEPLOY)
            return


async def _get(actor: Actor, address: str, accepted: str) -> httpx.Response:
    return await actor.context.http.get(address, headers={"Accept": accepted})
