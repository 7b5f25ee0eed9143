"""Reads every source, side by side; one that fails never stops another."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.config.model import Config, SourceConfig
from share_bridge.dispatch.border import LateError, bounded
from share_bridge.dispatch.runtime import Sources
from share_bridge.errors import SourceError
from share_bridge.ledger.posts import Posts
from share_bridge.model.post import Post
from share_bridge.plugin.source import Previous, Reading, Source

if TYPE_CHECKING:
    import httpx

__all__ = ["Read", "read_all"]


class Read(Struct, frozen=True):
    """A source, and what came of reading it: a reading or an error."""

    source: SourceConfig
    reading: Reading | None = None
    error: SourceError | None = None


class _Context:
    """What a source works with: `share_bridge.plugin.SourceContext`."""

    def __init__(
        self,
        config: Config,
        source: SourceConfig,
        *,
        now: Callable[[], datetime],
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self.name = source.name
        self.settings = source
        self.folder: Path = config.folder
        self.log = logging.getLogger(f"share_bridge.sources.{source.name}")
        self._network = config.network
        self._now = now
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    @property
    def http(self) -> httpx.AsyncClient:
        """Guarded; feeds may be plain http."""
        from share_bridge.http.addresses import Reach  # noqa: PLC0415 - files need none
        from share_bridge.http.client import open_client  # noqa: PLC0415 - same

        if self._client is None:
            self._client = open_client(
                Reach(allow=self._network.allow),
                timeout=self.settings.timeout.total_seconds(),
                http_allowed=True,
                transport=self._transport,
            )
        return self._client

    def now(self) -> datetime:
        """The time, aware, UTC."""
        return self._now()

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()


async def read_all(
    config: Config,
    sources: Sequence[SourceConfig],
    *,
    posts: Posts,
    kinds: Sources,
    now: Callable[[], datetime],
    transport: httpx.AsyncBaseTransport | None = None,
    stdin: BinaryIO | None = None,
) -> list[Read]:
    """Read what changed in each source since the ledger saw it."""

    async def read(source: SourceConfig) -> Read:
        context = _Context(config, source, now=now, transport=transport)
        known = posts.source(source.name)
        previous = Previous({} if known is None else known.validators)
        try:
            opened = _open(source, kinds, stdin)
            call = opened.read(previous, context)
            reading = await bounded(call, seconds=_seconds(source))
            return Read(source, _storable(reading))
        except SourceError as error:
            return Read(source, error=error)
        except Exception as error:  # the border: a plugin may raise anything
            text = f"{source.name}: {type(error).__name__}: {error}"
            if isinstance(error, LateError):
                text = f"{source.name}: {error}"
            context.log.debug("reading failed", exc_info=error)
            wrapped = SourceError(text)
            wrapped.__cause__ = error
            return Read(source, error=wrapped)
        finally:
            await context.close()

    return list(await asyncio.gather(*(read(source) for source in sources)))


def _seconds(source: SourceConfig) -> float:
    """How long a reading may take; a feed's own limit comes first and says more."""
    return 2 * source.timeout.total_seconds()


def _storable(reading: Reading) -> Reading:
    """The reading as the ledger will give it back, lest it choke on it later.

    Raises:
        TypeError, ValueError: A post of a plugin is not what its fields say.

    """
    posts = tuple(Post.from_json(post.to_json()) for post in reading.posts)
    return replace(reading, posts=posts)


def _open(source: SourceConfig, kinds: Sources, stdin: BinaryIO | None) -> Source:
    if source.kind not in {"feed", "files", "event"}:
        return kinds.source(source.kind)()
    from share_bridge.sources.open import open_source  # noqa: PLC0415 - with `feed` only

    return open_source(source, stdin=stdin)
