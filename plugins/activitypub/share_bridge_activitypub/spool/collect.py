"""Takes what an inbox on its own has kept, acts on it, and says that it may go there.

Nothing is acknowledged in the run that acted on it: that may still be killed before its
ledger is written. What the ledger says at the start of a run is written for good.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from share_bridge.plugin import (
    Grade,
    Remark,
    TransientError,
    raise_for_response,
    read_json,
)
from share_bridge_activitypub.here import Actor
from share_bridge_activitypub.inbox.activity import Activity, MalformedError, parse
from share_bridge_activitypub.inbox.receive import Answer
from share_bridge_activitypub.inbox.take import forget_seen, take
from share_bridge_activitypub.signatures import Scheme
from share_bridge_activitypub.spool.spool import Entry

__all__ = ["collect"]

_CURSOR, _ASIDE = "collected", "aside/"
#: What cannot be acted on because a server does not answer is tried that long.
_PATIENCE = timedelta(days=3)


async def collect(actor: Actor) -> list[Remark]:
    """Act on everything that came in; what could not be is told."""
    found = _Collection(actor)
    await found.retry()
    async for entry in found.new():
        await found.take(entry)
    forget_seen(actor)
    return found.remarks


class _Collection:
    """One run's share.

    Attributes:
        remarks: What the owner should know.

    """

    def __init__(self, actor: Actor) -> None:
        self.remarks: list[Remark] = []
        self._actor = actor
        self._state = actor.context.state
        #: Who has something that waits: what came later of them waits behind it.
        self._waiting: set[str] = set()

    async def retry(self) -> None:
        """Act on what was put aside before, in the order in which it came."""
        for key, entry in list(self._state.scan(_ASIDE)):
            await self._act(entry, key, {key: None})

    async def new(self) -> AsyncIterator[Entry]:
        """What came in since, after saying what is here for good."""
        cursor = self._state.get(_CURSOR) or {"spool": "", "number": 0}
        place = {"spool": cursor["spool"], "after": cursor["number"]}
        if cursor["number"]:
            await self._ask("DELETE", place)
        more = True
        while more:
            page = await self._ask("GET", place)
            for entry in page["entries"]:
                place = {"spool": page["spool"], "after": entry["number"]}
                yield entry | {"spool": page["spool"]}
            more = page["more"]

    async def take(self, entry: Entry) -> None:
        """Act on it, put it aside, or drop it; and remember where we are."""
        cursor = {"spool": entry["spool"], "number": entry["number"]}
        key = f"{_ASIDE}{entry['received']} {entry['number']:015}"
        await self._act(entry, key, {_CURSOR: cursor})

    async def _act(self, entry: Entry, key: str, beside: dict[str, Any]) -> None:
        try:
            activity = parse(entry["activity"])
        except MalformedError as error:
            self._drop(entry["activity"].get("type", "activity"), str(error), beside)
            return
        if self._actor.blocks.has(activity.actor):
            self._state.batch([*beside.items()])
            return
        answer = await self._answer(activity, entry, beside)
        if answer.status == HTTPStatus.ACCEPTED:
            return
        title = f"{activity.kind} of {activity.actor}"
        since = datetime.fromisoformat(entry["received"])
        if answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
            if self._actor.context.now() - since <= _PATIENCE:
                self._waiting.add(activity.actor)
                self._state.batch([*(beside | {key: entry}).items()])
                return
            title = f"{title} is too old by now"
        self._drop(title, answer.reason, beside)

    async def _answer(
        self, activity: Activity, entry: Entry, beside: dict[str, Any]
    ) -> Answer:
        if activity.actor in self._waiting:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, "others wait before it")
        actor, remote = self._actor, self._actor.remote()
        actor.heard(activity.actor, Scheme(entry["scheme"]))
        return await take(activity, actor, remote=remote, beside=[*beside.items()])

    def _drop(self, title: str, reason: str, beside: dict[str, Any]) -> None:
        self._state.batch([*beside.items()])
        self.remarks.append(Remark(Grade.WARNING, f"{title}: not taken: {reason}"))

    async def _ask(self, method: str, place: dict[str, Any]) -> dict[str, Any]:
        context, who = self._actor.context, self._actor.who
        token = self._actor.settings.spool_token
        if token is None:
            raise TransientError(f"targets.{context.target}.spool_token: missing")
        response = await context.http.request(
            method,
            who.spool,
            params=place,
            headers={"Authorization": f"Bearer {token.reveal()}"},
        )
        raise_for_response(response, now=context.now())
        return {} if method == "DELETE" else read_json(response)
