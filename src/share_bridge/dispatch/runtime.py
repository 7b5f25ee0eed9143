"""What a run works with: everything that dispatch would otherwise reach out for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, BinaryIO, Protocol

from msgspec import Struct, field

from share_bridge.config.credentials import CredentialsStore
from share_bridge.config.model import Config, SourceConfig, TargetConfig
from share_bridge.ledger.ledger import Ledger
from share_bridge.model.delivery import Delivery
from share_bridge.model.receipt import Receipt

if TYPE_CHECKING:
    import httpx

    from share_bridge.plugin.publisher import Publisher
    from share_bridge.plugin.source import Source

__all__ = ["Errand", "Publishers", "Runtime", "Sources", "Watcher"]


class Publishers(Protocol):
    """What dispatch wants of the registry."""

    def publisher(self, name: str) -> type[Publisher]:
        """The publisher of that name, imported now."""
        ...

    def delivery_finished(self, delivery: Delivery, receipt: Receipt) -> None:
        """Tell every observer; what one raises is logged."""
        ...

    def delivery_failed(
        self, delivery: Delivery, error: Exception, next_attempt_at: datetime | None
    ) -> None:
        """Tell every observer; what one raises is logged."""
        ...


class Sources(Protocol):
    """What reading wants of the registry."""

    def source(self, name: str) -> type[Source]:
        """The kind of source of that name, imported now."""
        ...


class Watcher(Protocol):
    """Who wants to see a run go on: the terminal."""

    def started(self, delivery: Delivery) -> None:
        """It is being sent."""
        ...

    def ended(self, delivery: Delivery) -> None:
        """Its state changed."""
        ...

    def waits(self, target: str, until: datetime, reason: str) -> None:
        """Nothing goes to a target before then."""
        ...


class Runtime(Struct, frozen=True, kw_only=True):
    """One run.

    Attributes:
        environ: The environment variables.
        now, sleep, random: Time and chance.
        deadline: Nothing is begun after it.
        print: Shows text to the person at the terminal.
        transport: Replaces the network, for tests.
        ci: Nobody is there to answer a question.
        first_run: The owner says that the ledger is truly new.
        paused: The owner lets nothing be sent in this run.
        noticed: Told when a publisher plans a notice.
        dry: Resolve no secret, run no command, write nothing.
        warnings: What the report is to say beside the states, a line each.

    """

    config: Config
    ledger: Ledger
    publishers: Publishers
    environ: Mapping[str, str]
    store: CredentialsStore
    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    random: Random
    deadline: datetime
    watcher: Watcher
    print: Callable[[str], None]
    transport: httpx.AsyncBaseTransport | None = None
    ci: bool = False
    first_run: bool = False
    paused: bool = False
    noticed: Callable[[], None] = lambda: None
    dry: bool = False
    warnings: list[str] = field(default_factory=list)


class Errand(Struct, frozen=True, kw_only=True):
    """What this run is about.

    Attributes:
        sources, targets: Those to read and to send to.
        kinds: Loads the sources that plugins bring.
        stdin: Where the source `-` reads.

    """

    sources: Sequence[SourceConfig]
    targets: Sequence[TargetConfig]
    kinds: Sources
    stdin: BinaryIO | None = None
