"""What other servers see of the actor, looked at from outside: for `doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from share_bridge.plugin import Grade, Remark
from share_bridge_activitypub.examine_inbox import look_at_inbox
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import is_activity_json
from share_bridge_activitypub.keyring import Keyring
from share_bridge_activitypub.live import DEPLOY, object_in, what_is_wrong
from share_bridge_activitypub.vocabulary import (
    ACTIVITY_JSON,
    JRD_JSON,
    LD_JSON,
    many,
    one_id,
)

if TYPE_CHECKING:
    import httpx

__all__ = ["examine"]

_READS = "let the web server pass /.well-known/ and the actor's paths, with their types"
_RULES = "deploy the rules of share-bridge fediverse export --host"
_CACHES = "let caches before the site heed `Vary: Accept`, or leave these paths alone"
#: GoToSocial takes no other (2026-11-22).
_JRD = frozenset({JRD_JSON, "application/json"})
#: So many deleted posts are looked at.
_SOME = 3


async def examine(actor: Actor) -> list[Remark]:
    """Everything that is worth knowing; nothing is changed."""
    import httpx  # noqa: PLC0415 - loaded with the client

    remarks: list[Remark] = []
    for look in (_document, _names, look_at_inbox, _newest_post, _deleted_posts):
        try:
            remarks += [remark async for remark in look(actor)]
        except httpx.RequestError as error:
            text = f"{error.request.url} cannot be reached: {error}"
            remarks.append(Remark(Grade.PROBLEM, text, _READS))
        except ValueError as error:
            text = f"{actor.who.host} does not answer as it should: {error}"
            remarks.append(Remark(Grade.PROBLEM, text, _READS))
    return remarks


async def _document(actor: Actor) -> AsyncIterator[Remark]:
    """Asked for as a browser, then in both ways of servers: caches mix them up."""
    address = actor.who.actor
    await _get(actor, address, "text/html")
    for accepted in (ACTIVITY_JSON, LD_JSON):
        response = await _get(actor, address, accepted)
        kind = response.headers.get("content-type", "nothing")
        if response.status_code != HTTPStatus.OK or not is_activity_json(kind):
            text = f"{address} answers {response.status_code} as {kind}"
            cached = "age" in response.headers
            yield Remark(Grade.PROBLEM, text, _CACHES if cached else _READS)
            return
    document = object_in(response)
    if one_id(document) != address:
        text = f"{address} says that it is {one_id(document) or 'nobody'}"
        yield Remark(Grade.PROBLEM, text, "put handle and base back, or deploy again")
    yield _keys(actor, document)


def _keys(actor: Actor, document: dict[str, Any]) -> Remark:
    """Both keys are those that sign."""
    held = Keyring.load(actor.context.credentials)
    if held is None:
        fix = "share-bridge fediverse init makes them"
        return Remark(Grade.PROBLEM, "it has no keys yet", fix)
    shown = _values(document, "publicKey", "publicKeyPem")
    proving = _values(document, "assertionMethod", "publicKeyMultibase")
    same = held.rsa.public.to_pem().strip() in shown
    if same and held.ed25519.public.to_multibase() in proving:
        text = f"{actor.who.actor} is there, with the keys that sign"
        return Remark(Grade.OK, text)
    text = f"{actor.who.actor} shows another key than the one that signs"
    return Remark(Grade.PROBLEM, text, "put the old key back, or deploy again")


def _values(document: dict[str, Any], name: str, part: str) -> list[str]:
    keys = [it for it in many(document.get(name)) if isinstance(it, dict)]
    return [str(key.get(part, "")).strip() for key in keys]


async def _names(actor: Actor) -> AsyncIterator[Remark]:
    """The handle leads to the actor, on its own host and on the actor's."""
    who, scheme = actor.who, urlsplit(actor.who.base).scheme
    for host in dict.fromkeys((who.domain, who.host)):
        address = f"{scheme}://{host}/.well-known/webfinger?resource=acct:{who.handle}"
        response = await _get(actor, address, JRD_JSON)
        found = object_in(response)
        kind, _, _ = response.headers.get("content-type", "nothing").partition(";")
        leads = _values(found, "links", "href")
        if found.get("subject") != f"acct:{who.handle}" or who.actor not in leads:
            text = f"{host} does not lead from @{who.handle} to the actor"
            yield Remark(Grade.PROBLEM, text, _READS)
        elif kind.strip().lower() not in _JRD:
            text = f"{host}/.well-known/webfinger comes as {kind}"
            yield Remark(Grade.PROBLEM, text, _READS)
        else:
            yield Remark(Grade.OK, f"{host} knows @{who.handle}")


async def _newest_post(actor: Actor) -> AsyncIterator[Remark]:
    """It is as it was exported; served ones are always as they are."""
    newest = next(iter(actor.shelf), None)
    if actor.settings.inbox == "served" or newest is None:
        return
    address = newest.object["id"]
    if wrong := await what_is_wrong(actor, address):
        yield Remark(Grade.WARNING, wrong.what, wrong.fix)
    else:
        yield Remark(Grade.OK, f"the newest post is live: {address}")


async def _deleted_posts(actor: Actor) -> AsyncIterator[Remark]:
    """410; a tombstone as a file is the next best."""
    served = actor.settings.inbox == "served"
    removed = actor.shelf.removed()[:_SOME]
    there = False
    for volume in removed:
        address = volume.object["id"]
        response = await _get(actor, address, ACTIVITY_JSON)
        if response.status_code == HTTPStatus.GONE:
            continue
        there = True
        text = f"{address} was deleted, and answers {response.status_code}, not 410"
        if object_in(response).get("type") == "Tombstone":
            yield Remark(Grade.WARNING, text, _READS if served else _RULES)
        else:
            yield Remark(Grade.PROBLEM, text, _READS if served else DEPLOY)
    if removed and not there:
        yield Remark(Grade.OK, "what was deleted is gone (410)")


async def _get(actor: Actor, address: str, accepted: str) -> httpx.Response:
    return await actor.context.http.get(address, headers={"Accept": accepted})
