"""A target made ready: its publisher loaded, its settings valid, its limits known."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeVar

from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.border import StuckError, bounded
from share_bridge.dispatch.runtime import Runtime
from share_bridge.dispatch.send.outcome import typed
from share_bridge.dispatch.target.context import PublishContext, TargetCredentials
from share_bridge.dispatch.target.pseudonyms import Pseudonyms
from share_bridge.dispatch.target.shown import compose_for, narrowed
from share_bridge.dispatch.target.told import told
from share_bridge.dispatch.target.wire import Trace, Wire
from share_bridge.dispatch.when.timetable import Timetable
from share_bridge.errors import PublishError, TargetBlockedError
from share_bridge.ledger.records import DeliveryRecord, TargetRecord
from share_bridge.model.message import Action, Message
from share_bridge.model.post import Post
from share_bridge.model.receipt import Recipient, RemotePost
from share_bridge.plugin.publisher import Publisher

if TYPE_CHECKING:
    from share_bridge.config.secrets import Secrets

__all__ = ["OpenedTarget", "open_target"]

_T = TypeVar("_T")


class OpenedTarget:
    """One target, ready to be asked and sent to.

    Attributes:
        record: What the ledger knows of it now.
        capabilities: Narrowed by what the server said.
        settings_hash: Changes with a setting or a secret.
        secrets: What was found of them, and where.
        pseudonyms: What stands for people in what is kept.
        timetable: When its owner lets anything go to it.

    """

    def __init__(
        self,
        runtime: Runtime,
        config: TargetConfig,
        record: TargetRecord,
        *,
        publisher: Publisher,
        settings: Any,
        secrets: Secrets,
        settings_hash: str,
    ) -> None:
        self.config = config
        self.record = record
        self.publisher = publisher
        self.capabilities = narrowed(publisher.capabilities, record)
        self.settings_hash = settings_hash
        self.secrets = secrets
        self.wire = Wire(
            runtime.config.network,
            timeout=config.timeout.total_seconds(),
            ca_file=config.ca_file,
            secrets=tuple(secrets.values.values()),
            transport=runtime.transport,
        )
        self.pseudonyms = Pseudonyms(
            runtime.environ, runtime.store, save=not runtime.dry
        )
        self.timetable = Timetable(runtime.ledger.targets, config)
        self._runtime = runtime
        self._settings = settings

    def context(
        self,
        delivery: DeliveryRecord | None = None,
        *,
        recipient: Recipient | None = None,
        standing: tuple[RemotePost, ...] = (),
    ) -> PublishContext:
        """What one call of the publisher works with."""
        runtime = self._runtime
        return PublishContext(
            target=self.config.name,
            record=self.record,
            settings=self._settings,
            wire=self.wire,
            credentials=TargetCredentials(runtime.store, self.config.name),
            state=runtime.ledger.targets.documents(
                self.record.id, noticed=runtime.noticed
            ),
            folder=runtime.config.folder,
            ledger=runtime.ledger,
            now=runtime.now,
            show=runtime.print,
            pseudonyms=self.pseudonyms,
            timeout=self.config.timeout.total_seconds(),
            delivery=delivery,
            recipient=recipient,
            standing=standing,
        )

    def compose(self, post: Post) -> Message:
        """The post as this target shows it."""
        return compose_for(
            self.config, self._runtime.config, post, capabilities=self.capabilities
        )

    def typed(self, error: BaseException, *, wrote: bool = False) -> PublishError:
        """What an exception of the publisher means, without this target's secrets."""
        found = typed(error, wrote=wrote, now=self._runtime.now())
        hide = self.wire.redactor.text
        found.args = tuple(hide(it) if isinstance(it, str) else it for it in found.args)
        return found

    def page_due(self, head: DeliveryRecord) -> datetime | None:
        """When the page of a new post is looked at again, where it was not there."""
        new = head.action is Action.CREATE and not (head.attempts or head.recipient)
        if not new or self.capabilities.local:
            return None
        ledger = self._runtime.ledger
        pages = [ledger.pages.get(it.post) for it in told(ledger, self.config, head)]
        return max((it.due for it in pages if it and it.due), default=None)

    async def call(
        self,
        method: Callable[[], Awaitable[_T]],
        *,
        seconds: float | None = None,
        writes: bool = False,
        trace: Trace | None = None,
    ) -> _T:
        """What the publisher gives. Nothing else calls it while a run sends.

        Args:
            method: Calls it.
            seconds: How long it may take; None: as long as one request.
            writes: It may have changed something over there.
            trace: Notes what it does on the network.

        Raises:
            PublishError: Whatever went wrong, in its type.

        """
        seconds = self.config.timeout.total_seconds() if seconds is None else seconds
        trace = trace or Trace()

        async def noted() -> _T:
            self.wire.note(trace)
            return await method()

        try:
            return await bounded(noted(), seconds=seconds)
        except BaseException as error:  # the border: a plugin may raise anything
            trace.over = True
            if not isinstance(error, Exception):
                raise
            unseen = trace.may_have_arrived or isinstance(error, StuckError)
            raise self.typed(error, wrote=writes and unseen) from error

    @property
    def longest(self) -> float:
        """How long a listing of many pages may take, in seconds."""
        return 10 * self.config.timeout.total_seconds()

    async def close(self) -> None:
        """Let the publisher end what it kept open, and close the client.

        A publisher that fails at that, or takes its time, changes nothing any more.
        """
        context = self.context()
        try:
            await self.call(lambda: self.publisher.close(context))
        except PublishError as error:
            context.log.debug("what it kept open did not close", exc_info=error)
        finally:
            with suppress(OSError):
                await self.wire.close()

    def refresh(self, record: TargetRecord) -> None:
        """The ledger knows more now."""
        self.record = record
        self.capabilities = narrowed(self.publisher.capabilities, record)
        self.timetable.forget()


def open_target(
    runtime: Runtime,
    config: TargetConfig,
    record: TargetRecord,
    *,
    before_login: bool = False,
) -> OpenedTarget:
    """Load the publisher, resolve its secrets, validate its settings.

    Args:
        runtime: What to work with.
        config: Which target.
        record: What the ledger knows of it.
        before_login: Secrets may be missing still; a required one is then
            `PLACEHOLDER`.

    Raises:
        ConfigurationError: A setting is wrong.
        PluginError: The publisher is not there or does not load.
        TargetBlockedError: A secret is missing.

    """
    from share_bridge.config.secrets import (  # noqa: PLC0415 - only when there is work
        PLACEHOLDER,
        resolve_secrets,
    )
    from share_bridge.config.settings import (  # noqa: PLC0415 - only when there is work
        secret_fields,
        validate,
    )

    _refuse_sealed(runtime, record)
    publisher = runtime.publishers.publisher(config.publisher)
    fields = secret_fields(publisher.settings)
    found = resolve_secrets(
        config,
        fields,
        environ=runtime.environ,
        store=runtime.store,
        folder=runtime.config.folder,
        resolve=not runtime.dry,
        needed=not before_login,
        login=publisher.capabilities.login,
    )
    missing = {it.name: PLACEHOLDER for it in fields if it.required and before_login}
    return OpenedTarget(
        runtime,
        config,
        record,
        publisher=publisher(),
        settings=validate(config, publisher.settings, {**missing, **found.values}),
        secrets=found,
        settings_hash=_settings_hash(runtime, config, found.values),
    )


def _refuse_sealed(runtime: Runtime, record: TargetRecord) -> None:
    """What is encrypted under another key is never sent to, and never lost."""
    if not runtime.ledger.is_sealed(record.id):
        return
    key = runtime.environ.get("SHARE_BRIDGE_KEY")
    what = "is another one" if key else "is not set"
    runtime.ledger.targets.recheck(record.id)
    raise TargetBlockedError(
        "what the ledger keeps for it is encrypted, and SHARE_BRIDGE_KEY "
        f"{what}: set the key that it was written with"
    )


def _settings_hash(runtime: Runtime, config: TargetConfig, secrets: Any) -> str:
    """A salted hash: what it is made of cannot be told from a stolen ledger."""
    salt = runtime.ledger.recall("salt")
    if not salt:
        salt = token_hex(32)
        runtime.ledger.remember("salt", salt)
    text = json.dumps(
        [config.publisher, dict(config.settings), dict(secrets), str(config.ca_file)],
        default=str,
        sort_keys=True,
    )
    return blake2b(text.encode(), key=bytes.fromhex(salt), digest_size=16).hexdigest()
