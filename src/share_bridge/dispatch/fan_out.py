"""Recipients: snapshotted once, people among them only as keyed hashes."""

from __future__ import annotations

import asyncio
import hmac
from hashlib import blake2b, sha256

from share_bridge.config.credentials import site_key
from share_bridge.dispatch.opened import OpenedTarget
from share_bridge.dispatch.runtime import Runtime
from share_bridge.ledger.records import DeliveryRecord
from share_bridge.model.message import Message
from share_bridge.model.receipt import Recipient

__all__ = ["AddressBook", "KeyMissingError", "is_hashed"]

_PREFIX = "hash:"


class KeyMissingError(Exception):
    """A recipient was hashed under a key that we do not have."""


class AddressBook:
    """Turns a publisher's recipients into what the ledger stores, and back."""

    def __init__(self, runtime: Runtime, opened: OpenedTarget) -> None:
        self._runtime = runtime
        self._opened = opened
        self._known: tuple[str, dict[str, Recipient]] = ("", {})
        self._key: bytes | None = None

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
        if not delivery.recipient.startswith(self._hash_prefix()):
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
        address = recipient.address.strip().casefold().encode()
        digest = hmac.new(self._site_key(), address, sha256).hexdigest()[:32]
        return self._hash_prefix() + digest

    def _hash_prefix(self) -> str:
        """Names the key, so that a hash under another is told from one who left."""
        key = blake2b(self._site_key(), digest_size=4, person=b"recipient").hexdigest()
        return f"{_PREFIX}{key}:"

    def _site_key(self) -> bytes:
        if self._key is None:
            self._key = site_key(
                self._runtime.environ, self._runtime.store, save=not self._runtime.dry
            )
        return self._key


def is_hashed(recipient: str) -> bool:
    """Whether what the ledger stores is a hash of a person's address."""
    return recipient.startswith(_PREFIX)
