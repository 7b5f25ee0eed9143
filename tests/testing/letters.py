"""A publisher that writes letters into a folder, and some that do it wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, ClassVar

from share_bridge.plugin import (
    Account,
    Capabilities,
    Context,
    Message,
    Publisher,
    Receipt,
    Recipient,
    Settings,
    TextLimit,
    TransientError,
    hookimpl,
    write_file,
)

__all__ = ["PUBLISHERS", "Letters", "register_publishers"]

READERS = ("ada@example.org", "grace@example.net")


class Letters(Publisher):
    """Keeps every promise; subclasses break one."""

    name = title = "letters"
    settings = Settings
    capabilities: ClassVar = Capabilities(
        text=(TextLimit(500),),
        local=True,
        fan_out=True,
        honours_keys=timedelta.max,
    )

    def __init_subclass__(cls) -> None:
        cls.name = cls.title = cls.__name__.lower()

    async def check(self, context: Context) -> Account:
        return Account("desk")

    async def recipients(
        self, message: Message, context: Context
    ) -> AsyncIterator[Recipient]:
        for reader in READERS:
            yield Recipient(reader, personal=True)

    async def publish(self, message: Message, context: Context) -> Receipt:
        text = f"{self.head(context)}\n{message.text}"
        path = context.folder / self.file(context)
        await context.run_blocking(write_file, path, text.encode())
        return Receipt(context.key())

    def file(self, context: Context) -> str:
        return context.key()

    def head(self, context: Context) -> str:
        return context.recipient.address


class NamesEveryReader(Letters):
    def head(self, context: Context) -> str:
        return ", ".join(READERS)


class ListsSomebodyTwice(Letters):
    async def recipients(self, *_: Any) -> AsyncIterator[Recipient]:
        for reader in (*READERS, READERS[0]):
            yield Recipient(reader, personal=True)


class WritesAnotherLetterEachTime(Letters):
    def file(self, context: Context) -> str:
        return f"{context.key()}-{context.attempt}"


class MindsNoCancellation(Letters):
    async def publish(self, message: Message, context: Context) -> Receipt:
        try:
            return await super().publish(message, context)
        except asyncio.CancelledError:
            raise TransientError("stopped") from None


class WritesWhenItChecks(Letters):
    async def check(self, context: Context) -> Account:
        write_file(context.folder / "probe", b"")
        return await super().check(context)


#: All of them, by the names of their classes.
PUBLISHERS: dict[str, type[Letters]] = {
    cls.__name__: cls for cls in (Letters, *Letters.__subclasses__())
}


@hookimpl
def register_publishers() -> list[type[Letters]]:
    return list(PUBLISHERS.values())
