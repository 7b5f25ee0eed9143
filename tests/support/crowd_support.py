"""A service with many recipients, each on a server that can fail in its own way."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from dispatch_support import NoSettings, World, make_post
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.capabilities import Capabilities, Support, TextLimit
from share_bridge.model.message import Message
from share_bridge.model.receipt import Account, Receipt, Recipient
from share_bridge.plugin.publisher import Publisher
from share_bridge.plugin.settings import Settings

__all__ = ["NEVER", "Crowd", "at"]

#: Takes a request and never answers.
NEVER = "never"


def at(*hosts: str, each: int = 1) -> list[Recipient]:
    """So many recipients on each of these hosts."""
    return [
        Recipient(f"{number}@{host}", host=host)
        for host in hosts
        for number in range(each)
    ]


class Crowd(World):
    """A world whose publisher fans out.

    Attributes:
        people: Whom messages are for.
        named: Whom an edit is for, besides.
        behaviour: By host or address, what its next attempts do: an exception, `NEVER`,
            or a list of them; None behaves.
        log: Every attempt: title and address, in order.
        got: What arrived, how often: title and address.
        most: How many attempts were under way at once: in all, and by host.

    """

    def __init__(self, folder: Path, **capabilities: Any) -> None:
        self.people: list[Recipient] = []
        self.named: list[Recipient] = []
        self.behaviour: dict[str, Any] = {}
        self.log: list[tuple[str, str]] = []
        self.got: Counter[tuple[str, str]] = Counter()
        self.most: Counter[str] = Counter()
        self.flying: Counter[str] = Counter()
        self.listed = 0
        self.changed: list[tuple[str, str]] = []
        self.takes = 0.0
        super().__init__(folder, **capabilities)
        self.posts = [make_post(1)]
        self.configure(timeout=timedelta(milliseconds=50), max_per_run=50)

    def install(self, **capabilities: Any) -> None:
        self.publishers.classes["scripted"] = _publisher(self, capabilities)

    def names(self) -> list[str]:
        """Who got something, sorted; twice who got it twice."""
        return sorted(address for _, address in self.got.elements())

    def counts(self) -> dict[str, int]:
        """How many deliveries there are in each state."""
        with Ledger.open(self.ledger_path) as ledger:
            states = Counter(it.state.value for it in ledger.deliveries.of())
        return dict(states)

    async def arrive(self, what: str, message: Message, who: Recipient) -> None:
        for key in ("", who.host):
            self.flying[key] += 1
            self.most[key] = max(self.most[key], self.flying[key])
        try:
            await self._behave(what, message, who)
        finally:
            for key in ("", who.host):
                self.flying[key] -= 1

    async def _behave(self, what: str, message: Message, who: Recipient) -> None:
        entry = (f"{what}{message.title}", who.address)
        self.log.append(entry)
        await asyncio.sleep(self.takes)
        step = self._next(who.address) or self._next(who.host)
        if step is NEVER:
            await asyncio.sleep(3600)
        if isinstance(step, BaseException):
            raise step
        self.got[entry] += 1

    def _next(self, name: str) -> Any:
        step = self.behaviour.get(name)
        if isinstance(step, list):
            return step.pop(0) if step else None
        return step


def _publisher(crowd: Crowd, given: dict[str, Any]) -> type[Publisher]:
    class Postman(Publisher):
        name: ClassVar[str] = "scripted"
        title: ClassVar[str] = "Scripted"
        settings: ClassVar[type[Settings]] = NoSettings
        capabilities: ClassVar[Capabilities] = Capabilities(
            text=(TextLimit(500),), fan_out=True, edit=Support.FULL, **given
        )

        async def check(self, context: Any) -> Account:
            return Account("blog", "blog", server="here.example")

        async def recipients(
            self, message: Message, context: Any
        ) -> AsyncIterator[Recipient]:
            crowd.listed += 1
            if error := crowd._next("recipients"):
                raise error
            for one in crowd.people:
                yield one

        async def newcomers(
            self, message: Message, context: Any
        ) -> AsyncIterator[Recipient]:
            for one in crowd.named:
                yield one

        async def publish(self, message: Message, context: Any) -> Receipt:
            await crowd.arrive("", message, context.recipient)
            return Receipt(f"{message.title}/{context.recipient.address}")

        async def update(self, receipt: Receipt, message: Message, context: Any) -> Any:
            await crowd.arrive("edited ", message, context.recipient)
            crowd.changed.append((receipt.remote_id, message.teaser))
            return receipt

    return Postman


def by_recipient(crowd: Crowd) -> dict[str, list[str]]:
    """What each was sent, in order."""
    order: dict[str, list[str]] = defaultdict(list)
    for what, address in crowd.log:
        order[address].append(what)
    return order
