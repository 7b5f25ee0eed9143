"""Recipients: snapshotted once, people among them only as keyed hashes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from share_bridge.dispatch.target.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Action, Message
from share_bridge.model.receipt import Recipient
from share_bridge.plugin.context import Context

__all__ = ["AddressBook", "KeyMissingError"]

_Listing = Callable[[Message, Context], AsyncIterator[Recipient]]

_PREFIX = "hash:"


class KeyMissingError(Exception):
    """A recipient was hashed under a key that we do not have."""


class AddressBook:
    """Turns a publisher's recipients into what the ledger stores, and back."""

    def __init__(self, opened: OpenedTarget) -> None:
        self._opened = opened
        self._people: dict[str, dict[str, Recipient]] = {}

    async def snapshot(self, name: str, message: Message) -> list[tuple[str, str]]:
        """Everyone whom a message is for: as stored, and host.

        Args:
            name: The message's id in the ledger.
            message: The message.

        Raises:
            PublishError: The publisher could not list them.

        """
        listed = await self._read(self._opened.publisher.recipients, message)
        if message.action is Action.UPDATE:
            listed |= await self._read(self._opened.publisher.newcomers, message)
        self._people[name] = {
            stored: who for stored, who in listed.items() if who.personal
        }
        return [(stored, who.host) for stored, who in listed.items()]

    async def newcomers(self, message: Message) -> list[tuple[str, str]]:
        """Whom an edit adds to those who have the post: as stored, and host.

        Raises:
            PublishError: The publisher could not list them.

        """
        listed = await self._read(self._opened.publisher.newcomers, message)
        return [(stored, who.host) for stored, who in listed.items()]

    def knows(self, delivery: DeliveryRecord) -> bool:
        """Whether `find` can tell who it is for."""
        return not _is_hashed(delivery.recipient) or delivery.message in self._people

    def find(self, delivery: DeliveryRecord) -> Recipient | None:
        """Whom a delivery is for; None: not on the publisher's list any more.

        Raises:
            KeyMissingError: It was hashed under another key.

        """
        stored = delivery.recipient
        if not _is_hashed(stored):
            return Recipient(address=stored, host=delivery.host)
        found = self._people[delivery.message].get(stored)
        if found is None and not stored.startswith(
            f"{_PREFIX}{self._opened.pseudonyms.prefix}"
        ):
            raise KeyMissingError
        return found

    async def _read(self, listing: _Listing, message: Message) -> dict[str, Recipient]:
        opened = self._opened

        async def read() -> dict[str, Recipient]:
            return {
                self._stored(recipient): recipient
                async for recipient in listing(message, opened.context())
                if recipient.address
            }

        return await opened.call(read, seconds=opened.longest)

    def _stored(self, recipient: Recipient) -> str:
        if not recipient.personal:
            return recipient.address
        return _PREFIX + self._opened.pseudonyms.of(recipient.address)


def _is_hashed(recipient: str) -> bool:
    """Whether what the ledger stores is a hash of a person's address."""
    return recipient.startswith(_PREFIX)
