"""The context that a publisher works with: `share_bridge.plugin.Context`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from share_bridge.config.credentials import CredentialsStore
from share_bridge.dispatch.border import in_thread
from share_bridge.ledger.documents import TargetDocuments
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.records import DeliveryRecord, TargetRecord
from share_bridge.model.message import Action
from share_bridge.model.receipt import Recipient, RemotePost

if TYPE_CHECKING:
    import asyncio

    import httpx

    from share_bridge.dispatch.target.pseudonyms import Pseudonyms
    from share_bridge.dispatch.target.wire import Wire
    from share_bridge.plugin.context import Credentials, Documents

__all__ = ["PublishContext", "TargetCredentials", "idempotency_key"]

_T = TypeVar("_T")


class TargetCredentials:
    """One target's part of the credentials store."""

    def __init__(self, store: CredentialsStore, target: str) -> None:
        self._store = store
        self._target = target

    def get(self) -> Mapping[str, str]:
        """All values by name; empty where none were saved."""
        return self._store.get(self._target)

    def replace(
        self, change: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        """Save what `change` makes of the current values, under a lock."""
        return self._store.replace(self._target, change)


class PublishContext:
    """What one call of a publisher works with."""

    def __init__(
        self,
        *,
        target: str,
        record: TargetRecord,
        settings: Any,
        wire: Wire,
        credentials: TargetCredentials,
        state: TargetDocuments,
        folder: Path,
        ledger: Ledger,
        now: Callable[[], datetime],
        show: Callable[[str], None],
        pseudonyms: Pseudonyms,
        timeout: float,
        delivery: DeliveryRecord | None = None,
        recipient: Recipient | None = None,
        standing: tuple[RemotePost, ...] = (),
    ) -> None:
        self.target = target
        self.settings = settings
        self.credentials: Credentials = credentials
        self.state: Documents = state
        self.folder = folder
        self.timeout = timeout
        self.recipient = recipient or Recipient()
        self.standing = standing
        self.attempt = 1 if delivery is None else delivery.attempts + 1
        self.progress = None if delivery is None else delivery.progress
        self.log = logging.getLogger(f"share_bridge.targets.{target}")
        self.log.addFilter(wire.filter)
        self._record = record
        self._delivery = delivery
        self._wire = wire
        self._ledger = ledger
        self._now = now
        self._show = show
        self._pseudonyms = pseudonyms

    @property
    def http(self) -> httpx.AsyncClient:
        """Guarded and redacting; made when first used."""
        return self._wire.client

    @property
    def content_http(self) -> httpx.AsyncClient:
        """Guarded and redacting, for addresses that strangers name."""
        return self._wire.content_client

    @asynccontextmanager
    async def connect(
        self, host: str, port: int, *, tls: bool = True
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a guarded connection; from then on something may have been sent."""
        async with self._wire.connect(host, port, tls=tls) as streams:
            yield streams

    async def encrypt(self, writer: asyncio.StreamWriter) -> None:
        """Speak TLS from here on, on a connection of `connect`."""
        await self._wire.encrypt(writer)

    def key(self, part: str = "") -> str:
        """The idempotency key of this delivery, or of a part of it."""
        if self._delivery is None:
            raise RuntimeError("there is no delivery here to make a key for")
        return idempotency_key(self._record.identity, self._delivery, part)

    def pseudonym(self, address: str) -> str:
        """What stands for a person wherever it is kept."""
        return self._pseudonyms.of(address)

    def heard_from(self, host: str) -> None:
        """A recipient's server lives, whatever failed there."""
        self._ledger.hosts.heard_from(self._record.id, host)

    def checkpoint(self, progress: Any) -> None:
        """Keep JSON for the next attempt. Committed before it returns."""
        if self._delivery is not None:
            self._ledger.deliveries.checkpoint(self._delivery.id, progress)
        self.progress = progress

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return self._now()

    async def run_blocking(self, function: Callable[..., _T], *args: Any) -> _T:
        """Run `function(*args)` in a thread."""
        return await in_thread(function, *args)

    def print(self, text: str) -> None:
        """Show text to the person at the terminal."""
        self._show(text)


def idempotency_key(identity: str, delivery: DeliveryRecord, part: str) -> str:
    """One for ever for a create or delete; one a change for updates.

    What was taken away or forgotten, and is sent anew, is another message.
    """
    number = str(delivery.number if delivery.action is Action.UPDATE else 0)
    if delivery.generation:
        number += f".{delivery.generation}"
    words = (
        identity,
        delivery.post,
        delivery.action.value,
        number,
        delivery.recipient,
        part,
    )
    return blake2b("\0".join(words).encode(), digest_size=16).hexdigest()
