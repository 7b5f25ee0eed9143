"""Recipients: snapshotted once, people among them only as keyed hashes."""

from __future__ import annotations

import asyncio

from share_bridge.dispatch.opened import OpenedTarget
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Message
from share_bridge.model.receipt import Recipient

__all__ = ["AddressBook", "KeyMissingError", "is_hashed"]

_PREFIX = "hash:"


class KeyMissingError(Exception):
    """A recipient was hashed under a key that we do not have."""


class AddressBook:
    """Turns a publisher's recipients into what the ledger stores, and back."""

    def __init__(self, opened: OpenedTarget) -> None:
        self._opened = opened
        self._known: tuple[str, dict[str, Recipient]] = ("", {})

    async def snapshot(
        self, delivery: DeliveryRecord, message: Message
    ) -> list[tuple[str, str]]:
        """Everyone whom a message is for: as stored, and host."""
        self._known = (delivery.message, await self._read(message))
        return [(stored, who.host) for stored, who in self._known[1].items()]

    async def resolve(
        self, delivery: DeliveryRecord, message: Message
    ) -> Recipient | None:
        """Whom a delivery is for; None: not on the publisher's list any more.

        Raises:
            KeyMissingError: It was hashed under another key.

        """
        if not is_hashed(delivery.recipient):
            return Recipient(address=delivery.recipient)
        if not delivery.recipient.startswith(
            f"{_PREFIX}{self._opened.pseudonyms.prefix}"
        ):
            raise KeyMissingError
        if self._known[0] != delivery.message:
            self._known = (delivery.message, await self._read(message))
        return self._known[1].get(delivery.recipient)

    async def _read(self, message: Message) -> dict[str, Recipient]:
        context = self._opened.context()
        try:
            async with asyncio.timeout(self._opened.longest):
                return {
                    self._stored(recipient): recipient
                    async for recipient in self._opened.publisher.recipients(
                        message, context
                    )
                    if recipient.address
                }
        except Exception as error:  # the border: a plugin may raise anything
            raise self._opened.typed(error) from error

    def _stored(self, recipient: Recipient) -> str:
        if not recipient.personal:
            return recipient.address
        return _PREFIX + self._opened.pseudonyms.of(recipient.address)


def is_hashed(recipient: str) -> bool:
    """Whether what the ledger stores is a hash of a person's address."""
    return recipient.startswith(_PREFIX)
