"""What the core gives a publisher or a source to work with."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import asyncio

    import httpx

    from share_bridge.model.notice import Notice
    from share_bridge.model.receipt import Recipient, RemotePost

__all__ = ["Context", "Credentials", "Documents", "SourceContext"]

_T = TypeVar("_T")


class Credentials(Protocol):
    """Tokens and keys of one target, in the credentials store."""

    def get(self) -> Mapping[str, str]:
        """All values by name; empty where none were saved."""
        ...

    def replace(
        self, change: Callable[[Mapping[str, str]], Mapping[str, str]]
    ) -> Mapping[str, str]:
        """Save what `change` makes of the current values, under a lock."""
        ...


class Documents(Protocol):
    """JSON documents of one target that outlive the run."""

    def get(self, key: str) -> Any:
        """The document, or None."""
        ...

    def put(self, key: str, document: Any) -> None:
        """Keep the document; None removes it. Committed before it returns."""
        ...

    def scan(self, prefix: str = "") -> Iterator[tuple[str, Any]]:
        """Documents whose key starts with `prefix`, by key."""
        ...

    def count(self, prefix: str = "") -> int:
        """How many documents `scan` would give."""
        ...

    def batch(
        self, documents: Sequence[tuple[str, Any]], notices: Sequence[Notice] = ()
    ) -> None:
        """Put all of them, and plan notices, in one transaction.

        Notices go out before any message, by `Publisher.notify`.
        """
        ...


class Context(Protocol):
    """What a publisher works with.

    Attributes:
        target: The name of the target in the configuration.
        settings: The publisher's own settings, validated, secrets resolved.
        http: Guarded `httpx.AsyncClient`: public addresses only, bounded in size
            and time, secrets redacted from its logs and errors.
        credentials, state: What outlives the run.
        folder: Where relative paths in settings start: the configuration's folder.
        timeout: Seconds that one call may take; then it is cancelled, and what it
            sent counts as perhaps accepted. Give up before where you know better.
        recipient: Whom this attempt is for; empty without fan-out.
        attempt: 1 for the first try of this delivery.
        progress: What `checkpoint` kept, or None.
        standing: The first parts of this message's thread, in order, that the service
            was seen to have when the answer to an earlier attempt was lost; go on
            behind them, and behind what `progress` names.
        log: Named for the target; secrets redacted.

    """

    target: str
    settings: Any
    credentials: Credentials
    state: Documents
    folder: Path
    timeout: float
    recipient: Recipient
    attempt: int
    progress: Any
    standing: tuple[RemotePost, ...]
    log: logging.Logger

    @property
    def http(self) -> httpx.AsyncClient:
        """For the server that is configured; made when first used."""
        ...

    @property
    def content_http(self) -> httpx.AsyncClient:
        """The same for addresses that posts or strangers name.

        What `[network] allow` opens for configured servers is closed to it.
        """
        ...

    def connect(
        self, host: str, port: int, *, tls: bool = True
    ) -> AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a guarded connection, for what is not HTTP."""
        ...

    async def encrypt(self, writer: asyncio.StreamWriter) -> None:
        """Speak TLS from here on, on a connection opened with `tls=False` (STARTTLS).

        The certificate has to be that of the host that `connect` was given. Reader
        and writer stay the same; read all that was said in clear before.
        """
        ...

    def key(self, part: str = "") -> str:
        """The idempotency key of this delivery, or of a part of it: 32 hex digits.

        The same for every attempt, on every machine, for ever.
        """
        ...

    def pseudonym(self, address: str) -> str:
        """What stands for a person wherever it is kept or shown: a keyed hash.

        `KEY-HASH`, 8 and 32 hex digits. The same on every machine that has the same
        `SHARE_BRIDGE_KEY`; the first part names that key.
        """
        ...

    def heard_from(self, host: str) -> None:
        """Something that is surely from a recipient's server came in: it lives.

        Where it took nothing for days, it is tried again with what comes next.
        """
        ...

    def checkpoint(self, progress: Any) -> None:
        """Keep JSON for the next attempt. Committed before it returns."""
        ...

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...

    async def run_blocking(self, function: Callable[..., _T], *args: Any) -> _T:
        """Run `function(*args)` in a thread."""
        ...

    def print(self, text: str) -> None:
        """Show text to the person at the terminal (stderr under `--json`)."""
        ...


class SourceContext(Protocol):
    """What a source works with.

    Attributes:
        name: The name of the source in the configuration.
        settings: Its `SourceConfig`.
        folder: Where relative paths start: the configuration's folder.
        log: Named for the source.

    """

    name: str
    settings: Any
    folder: Path
    log: logging.Logger

    @property
    def http(self) -> httpx.AsyncClient:
        """Guarded like a publisher's; made when first used."""
        ...

    def now(self) -> datetime:
        """The time, aware, UTC."""
        ...
