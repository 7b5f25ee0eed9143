"""The fault matrix at the inboxes of followers: one host fails, another does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx

from fault_stages import Stage, Step
from share_bridge.testing import Answer, ScriptedService
from share_bridge_activitypub.publisher import FediversePublisher

__all__ = ["AtInboxes"]

_FAILING = "one.example"
_INBOXES = [
    f"https://{_FAILING}/ada/inbox",
    f"https://{_FAILING}/bob/inbox",
    "https://two.example/cyd/inbox",
]


class _Inboxes(ScriptedService):
    """Takes activities as servers do: what it knows by its id is done already."""

    def __init__(self) -> None:
        super().__init__()
        self.standing: dict[str, dict[str, str]] = {inbox: {} for inbox in _INBOXES}
        self._known: set[tuple[str, str]] = set()

    def answer(self, request: httpx.Request) -> Answer:
        inbox, activity = str(request.url), json.loads(request.content)
        if (inbox, activity["id"]) not in self._known:
            self._known.add((inbox, activity["id"]))
            self._do(self.standing[inbox], activity["type"], activity["object"])
        return Answer(202)

    def _do(self, standing: dict[str, str], kind: str, about: dict[str, Any]) -> None:
        """An object that is created twice, under two ids, would stand there twice."""
        if kind == "Delete":
            del standing[about["id"]]
        elif kind == "Create":
            assert about["id"] not in standing, "created twice"
            standing[about["id"]] = json.dumps(about)
        else:
            assert about["id"] in standing, "updated before it was created"
            standing[about["id"]] = json.dumps(about)


def _to(kind: str) -> Step:
    """The first activity of this kind to the host that fails."""
    said = f'"type":"{kind}"'.encode()
    return lambda it: it.url.host == _FAILING and said in it.content


class AtInboxes(Stage):
    """Three followers of the blog, two of them on the host that fails."""

    steps: Mapping[str, Any] = {
        "post": _to("Create"),
        "edit": _to("Update"),
        "delete": _to("Delete"),
    }
    copies = len(_INBOXES)
    trusting = frozenset(steps)
    gone: frozenset[int] = frozenset()  # they tell of the inbox

    def set_up(self) -> None:
        self.service_here = _Inboxes()
        self.aim(FediversePublisher, handle="blog@blog.example")
        with self.open() as ledger:
            target = ledger.targets.named("home", "activitypub")
            ledger.targets.documents(target.id).batch(map(_follower, _INBOXES))

    def titles(self) -> list[str]:
        return [title for titles in self.sequences() for title in titles]

    def sequences(self) -> list[list[str]]:
        return [_titles(it) for it in self.service_here.standing.values()]

    def spared(self) -> list[list[str]]:
        standing = self.service_here.standing
        return [_titles(standing[it]) for it in _INBOXES if _FAILING not in it]

    def words(self) -> str:
        return str(self.service_here.standing)


def _follower(inbox: str) -> tuple[str, dict[str, Any]]:
    actor = inbox.removesuffix("/inbox")
    return f"follower/{actor}", {"actor": actor, "inbox": inbox, "since": "2026-11-01"}


def _titles(standing: Mapping[str, str]) -> list[str]:
    return [re.findall(r"Post \d", text)[0] for text in standing.values()]
