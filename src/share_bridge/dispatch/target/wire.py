"""A target's way to the network: one client, and whether anything was written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from share_bridge.config.model import NetworkConfig

if TYPE_CHECKING:
    import asyncio
    import logging
    from ipaddress import IPv4Network, IPv6Network

    import httpx

    from share_bridge.http.redact import Redactor

__all__ = ["Trace", "Wire"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Trace(Struct):
    """What one attempt did on the network.

    Attributes:
        used: Something was asked of it.
        wrote: A request that may change something began.
        over: Its time is: it begins nothing any more.

    """

    used: bool = False
    wrote: bool = False
    over: bool = False

    @property
    def may_have_arrived(self) -> bool:
        """Whether something may stand over there: what left unseen counts, too."""
        return self.wrote or not self.used

    def use(self) -> None:
        """Something is about to be asked.

        Raises:
            RuntimeError: The attempt was given up, and goes on all the same.

        """
        if self.over:
            raise RuntimeError("its time is over: nothing is sent any more")
        self.used = True


#: Of the attempt that is made in this task: many are made at once.
_trace: ContextVar[Trace] = ContextVar("trace")


class Wire:
    """Opens guarded connections, and notes what they are used for."""

    def __init__(
        self,
        network: NetworkConfig,
        *,
        timeout: float,
        ca_file: Path | None,
        secrets: tuple[str, ...] = (),
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._network = network
        self._timeout = timeout
        self._ca_file = ca_file
        self._secrets = secrets
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._content_client: httpx.AsyncClient | None = None
        self._redactor: Redactor | None = None

    @property
    def redactor(self) -> Redactor:
        """Masks this target's secrets."""
        from share_bridge.http.redact import Redactor  # noqa: PLC0415 - see `client`

        if self._redactor is None:
            self._redactor = Redactor(self._secrets)
        return self._redactor

    @property
    def client(self) -> httpx.AsyncClient:
        """The client for the configured server, made when first used."""
        if self._client is None:
            self._client = self._open(self._network.allow)
        return self._client

    @property
    def content_client(self) -> httpx.AsyncClient:
        """The client for addresses that strangers name, made when first used."""
        if self._content_client is None:
            self._content_client = self._open(self._network.allow_from_content)
        return self._content_client

    def _open(self, allow: Sequence[IPv4Network | IPv6Network]) -> httpx.AsyncClient:
        from share_bridge.http.addresses import Reach  # noqa: PLC0415 - local targets
        from share_bridge.http.client import open_client  # noqa: PLC0415 - need none

        client = open_client(
            Reach(allow=tuple(allow)),
            timeout=self._timeout,
            ca_file=self._ca_file,
            redact=self.redactor,
            transport=self._transport,
        )
        client.event_hooks = {"request": [self._note]}
        return client

    @asynccontextmanager
    async def connect(
        self, host: str, port: int, *, tls: bool
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Open a guarded connection; once it stands, something may be written."""
        from share_bridge.http.addresses import Reach  # noqa: PLC0415 - see `client`
        from share_bridge.http.connect import connect  # noqa: PLC0415 - see `client`

        trace = _trace.get(Trace())
        trace.use()
        async with connect(
            Reach(allow=self._network.allow),
            host,
            port,
            tls=tls,
            ca_file=self._ca_file,
            timeout=self._timeout,
        ) as streams:
            trace.wrote = True
            yield streams

    async def encrypt(self, writer: asyncio.StreamWriter) -> None:
        """Speak TLS from here on, with a certificate of the host that was dialled."""
        from share_bridge.http.connect import encrypt  # noqa: PLC0415 - see `client`

        await encrypt(writer, ca_file=self._ca_file, timeout=self._timeout)

    def note(self, trace: Trace) -> None:
        """Note from now on what this task and those that it starts do."""
        _trace.set(trace)

    def filter(self, record: logging.LogRecord) -> bool:
        """A logging filter that masks this target's secrets."""
        if self._secrets:
            record.msg = self.redactor.text(record.getMessage())
            record.args = ()
        return True

    async def close(self) -> None:
        """Close the clients, if there are any."""
        for client in (self._client, self._content_client):
            if client is not None:
                await client.aclose()

    async def _note(self, request: httpx.Request) -> None:
        trace = _trace.get(Trace())
        trace.use()
        if request.method not in _READS:
            trace.wrote = True
