"""A publisher's context in memory, every part of which a test can set."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import httpx

from share_bridge.http.addresses import Reach
from share_bridge.http.client import open_client
from share_bridge.http.connect import connect, encrypt
from share_bridge.http.redact import Redactor
from share_bridge.model.notice import Notice
from share_bridge.model.receipt import Recipient, RemotePost
from share_bridge.plugin.context import Context, Credentials, Documents

__all__ = ["NOON", "FakeContext", "FakeCredentials", "FakeDocuments"]

#: What the clocks of tests say at first.
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_T = TypeVar("_T")


class FakeCredentials:
    """Credentials that end with the test."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def get(self) -> Mapping[str, str]:
        """All values by name."""
        return dict(self._values)

    def replace(
        self, change: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        """Keep what `change` makes of the current values."""
        self._values = dict(change(self.get()))
        return self.get()


class FakeDocuments:
    """Documents in a dict; what comes out is never what went in, only equal to it.

    Attributes:
        notices: What was planned with `batch`, in order.

    """

    def __init__(self) -> None:
        self.notices: list[Notice] = []
        self._documents: dict[str, str] = {}

    def get(self, key: str) -> Any:
        """The document, or None."""
        return json.loads(self._documents.get(key, "null"))

    def put(self, key: str, document: Any) -> None:
        """Keep the document; None removes it."""
        self.batch([(key, document)])

    def scan(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Documents whose key starts with `prefix`, by key."""
        keys = sorted(key for key in self._documents if key.startswith(prefix))
        return ((key, self.get(key)) for key in keys)

    def count(self, prefix: str = "") -> int:
        """How many documents `scan` would give."""
        return len(list(self.scan(prefix)))

    def batch(
        self, documents: Sequence[tuple[str, Any]], notices: Sequence[Notice] = ()
    ) -> None:
        """Put all of them, and remember the notices."""
        self.notices += notices
        for key, document in documents:
            self._documents.pop(key, None)
            if document is not None:
                self._documents[key] = json.dumps(document)


@dataclass
class FakeContext:
    """A `share_bridge.plugin.Context` that a test makes and looks into.

    ```python
    context = FakeContext(tmp_path, MySettings(server="https://service.example"))
    context.transport = ScriptedService(Answer(200, {"id": "1"}))
    receipt = asyncio.run(MyPublisher().publish(message, context))
    ```

    Attributes:
        delivery: What `key` is made from, beside target and recipient; another
            value stands for another message.
        clock: What `now` says.
        transport: What answers `http`, such as a `ScriptedService`.
        reach: Addresses that `http` and `connect` may reach over the real network,
            such as those of a `StatefulServer`. Without it and without a transport
            every request is refused.
        ca_file: Authorities that `connect` trusts instead of the usual ones.
        timeout: Seconds for one call, and for one request.
        secrets: Masked by `http` in errors and in the logs of httpx, as the core
            does. `log` masks nothing here, so that a test sees what was written.
        printed: What `print` was given.
        keys: What `key` gave, in order.
        heard: What `heard_from` was told, in order.
        used, wrote: Something was asked of the network; a request that may change
            something began to leave.

    """

    folder: Path
    settings: Any = None
    target: str = "target"
    delivery: str = "create post-1"
    recipient: Recipient = field(default_factory=Recipient)
    attempt: int = 1
    progress: Any = None
    standing: tuple[RemotePost, ...] = ()
    clock: datetime = NOON
    credentials: Credentials = field(default_factory=FakeCredentials)
    state: Documents = field(default_factory=FakeDocuments)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("target"))
    printed: list[str] = field(default_factory=list)
    transport: httpx.AsyncBaseTransport | None = None
    reach: Reach | None = None
    ca_file: Path | None = None
    timeout: float = 10.0
    secrets: tuple[str, ...] = ()
    keys: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    used: bool = False
    wrote: bool = False
    _client: httpx.AsyncClient | None = field(default=None, init=False, repr=False)

    @property
    def http(self) -> httpx.AsyncClient:
        """The client that publishers get, guarded and redacting, over `transport`."""
        if self.transport is None and self.reach is None:
            raise AssertionError("this test expects no request")
        if self._client is None:
            self._client = open_client(
                self.reach or Reach(),
                timeout=self.timeout,
                redact=Redactor(self.secrets),
                transport=self.transport,
            )
            self._client.event_hooks = {"request": [self._note]}
        return self._client

    @property
    def content_http(self) -> httpx.AsyncClient:
        """The same client: a test knows whom it lets be asked."""
        return self.http

    @asynccontextmanager
    async def connect(
        self, host: str, port: int, *, tls: bool = True
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a guarded connection to an address within `reach`."""
        if self.reach is None:
            raise AssertionError(f"this test expects no connection to {host}:{port}")
        self.used = True
        async with connect(
            self.reach,
            host,
            port,
            tls=tls,
            ca_file=self.ca_file,
            timeout=self.timeout,
        ) as streams:
            self.wrote = True
            yield streams

    async def encrypt(self, writer: asyncio.StreamWriter) -> None:
        """Speak TLS from here on, on a connection of `connect`."""
        await encrypt(writer, ca_file=self.ca_file, timeout=self.timeout)

    def key(self, part: str = "") -> str:
        """The same for every context of one target, delivery and recipient."""
        parts = (self.target, self.delivery, self.recipient.address, part)
        key = blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()
        self.keys.append(key)
        return key

    def pseudonym(self, address: str) -> str:
        """Always under the same key; the address is hashed as it should be known."""
        written = address.strip().casefold().encode()
        return f"0f0f0f0f-{blake2b(written, digest_size=16).hexdigest()}"

    def heard_from(self, host: str) -> None:
        """Keep it in `heard`."""
        self.heard.append(host)

    def checkpoint(self, progress: Any) -> None:
        """Keep JSON in `progress`, as the ledger would give it back."""
        self.progress = json.loads(json.dumps(progress))

    def now(self) -> datetime:
        """What `clock` says."""
        return self.clock

    async def run_blocking(self, function: Callable[..., _T], *args: Any) -> _T:
        """Run `function(*args)` in a thread."""
        return await asyncio.to_thread(function, *args)

    def print(self, text: str) -> None:
        """Keep text in `printed`."""
        self.printed.append(text)

    def later(self, **changes: Any) -> FakeContext:
        """The same target, a second on, with the same state."""
        return replace(self, clock=self.clock + timedelta(seconds=1), **changes)

    async def close(self) -> None:
        """Close the client, if there is one."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _note(self, request: httpx.Request) -> None:
        self.used = True
        if request.method not in _READS:
            self.wrote = True


def _is_a_context(context: FakeContext) -> Context:
    """Checked by mypy: the fake keeps the contract."""
    return context
