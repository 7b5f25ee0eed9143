"""One publisher on trial: what the core would do with it, and what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from share_bridge.dispatch.border import StuckError, bounded, run
from share_bridge.dispatch.send.outcome import of_error, of_result, typed
from share_bridge.http.addresses import Reach
from share_bridge.http.redact import Redactor
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.model.receipt import Pending, Receipt, Recipient, RemotePost
from share_bridge.plugin.publisher import Publisher
from share_bridge.testing.conformance.attempt import Attempt, fail
from share_bridge.testing.conformance.sent import folder_text, request_text
from share_bridge.testing.context import (
    NOON,
    FakeContext,
    FakeCredentials,
    FakeDocuments,
)
from share_bridge.testing.faults import Answer, Change, Fault, Lost
from share_bridge.testing.service import ScriptedService
from share_bridge.text.compose import Rules, compose

__all__ = ["Trial"]

#: Seconds for one call of a publisher; tests answer at once.
PATIENCE = 10.0
#: How often a publisher may ask to be called again.
MOST_CALLS = 25

#: Methods that are not called as the feature that declares them.
_METHODS = {"edit": "update", "fan_out": "recipients"}


@dataclass
class Trial:
    """A publisher, its settings, its service, and the calls that the core makes.

    Attributes:
        settings: Validated, as a context has them.
        secrets: The values among them that nobody may see.
        service: What answers its requests; None where it sends none.
        reach: Addresses that it may reach over the real network.
        folder: Where relative paths of its settings start.
        is_publishing: Which request makes a copy public.

    """

    publisher: Publisher
    settings: Any
    secrets: tuple[str, ...]
    service: ScriptedService | None
    reach: Reach | None
    folder: Path
    post: Post
    is_publishing: Callable[[httpx.Request], bool]
    state: FakeDocuments = field(default_factory=FakeDocuments)
    credentials: FakeCredentials = field(default_factory=FakeCredentials)
    printed: list[str] = field(default_factory=list)
    _known: Capabilities | None = None
    _ticks: int = 0

    # What it is

    @property
    def capabilities(self) -> Capabilities:
        """As this server has them, where the publisher asks it, else as declared."""
        if self._known is None:
            self._known = self.publisher.capabilities
            if self._known.discover:
                found = self.call(self.publisher.discover, reads=True).result
                self._known = found or self._known
                if self.service is not None:
                    self.service.forget()
        return self._known

    def declares(self, feature: str) -> bool:
        """Whether the capabilities have it, statically or on this server."""
        declared = getattr(self.capabilities, feature)
        return declared is True or declared is Support.FULL

    def needs_service(self) -> ScriptedService:
        """The service; skips the test of a publisher that has none."""
        if self.service is None:
            pytest.skip("it sends no requests, or the fixture `service` is not given")
        return self.service

    def needs(self, feature: str) -> None:
        """Skip the test unless this feature is declared, and its method there."""
        if not self.declares(feature):
            pytest.skip(f"it does not declare {feature}")
        method = _METHODS.get(feature, feature)
        base = getattr(Publisher, method, None)
        if base is not None and getattr(type(self.publisher), method) is base:
            pytest.skip(f"{method} is declared, but not there")

    # What it is given

    def message(self, number: int = 1, **changes: Any) -> Message:
        """The trial's post as the core composes it; each number is another post."""
        url = f"{self.post.url}{number}/" if self.post.url else ""
        post = replace(
            self.post,
            identity=f"{self.post.identity}:{number}",
            url=url,
            title=f"{self.post.title} {number}",
        )
        return self.compose(replace(post, **changes))

    def compose(self, post: Post) -> Message:
        """Any post as the core composes it for this publisher."""
        return compose(post, Rules(target="target", capabilities=self.capabilities))

    def context(
        self, *, kind: type[FakeContext] = FakeContext, **changes: Any
    ) -> FakeContext:
        """What a call is given: the same target, a second on."""
        self._ticks += 1
        clock = NOON + timedelta(seconds=self._ticks)
        given: dict[str, Any] = {
            "settings": self.settings,
            "secrets": self.secrets,
            "transport": self.service,
            "reach": self.reach,
            "state": self.state,
            "credentials": self.credentials,
            "printed": self.printed,
            "clock": clock if self.service is None else self.service.now(),
        }
        return kind(self.folder, **(given | changes))

    def context_for(self, message: Message, **changes: Any) -> FakeContext:
        """What sending this message is given: its key, its first recipient."""
        changes.setdefault("delivery", f"create {message.post.identity}")
        if self.capabilities.fan_out and "recipient" not in changes:
            changes["recipient"] = next(iter(self.recipients(message)), Recipient())
        self._prepare(message, delivery=changes["delivery"])
        return self.context(**changes)

    def _prepare(self, message: Message, *, delivery: str) -> None:
        """As the core does before the first recipient."""
        if type(self.publisher).prepare is not Publisher.prepare:
            context = self.context(delivery=delivery)
            self.call(self.publisher.prepare, message, context=context)

    # What is done with it

    def call(
        self,
        method: Callable[..., Awaitable[Any]],
        *args: Any,
        context: FakeContext | None = None,
        reads: bool = False,
    ) -> Attempt:
        """Call `method(*args, context)` as the core does, and judge as it does.

        `reads`: nothing that it asks can have changed anything.
        """
        given = self.context() if context is None else context

        async def attempt() -> Attempt:
            try:
                result = await bounded(method(*args, given), seconds=PATIENCE)
            except Exception as exc:  # noqa: BLE001 - the border: a plugin may raise anything
                seen = given.used and not isinstance(exc, StuckError)
                wrote = not reads and (given.wrote or not seen)
                error = typed(exc, wrote=wrote, now=given.now())
                return Attempt(given, of_error(error), error=error, raised=exc)
            finally:
                with suppress(Exception):  # as the core does
                    await bounded(self.publisher.close(given), seconds=PATIENCE)
                await given.close()
            return Attempt(given, of_result(result), result)

        return run(attempt())

    def check(self) -> Attempt:
        """Ask who we are."""
        return self.call(self.publisher.check, reads=True)

    def publish(self, message: Message | None = None, **changes: Any) -> Attempt:
        """One attempt; `changes` are those of its context."""
        message = self.message() if message is None else message
        context = self.context_for(message, **changes)
        return self.call(self.publisher.publish, message, context=context)

    def deliver(self, message: Message | None = None, **changes: Any) -> Receipt:
        """Publish until it is done: a receipt, else the test fails."""
        attempt = self.publish(message, **changes)
        for number in range(2, MOST_CALLS):
            if not isinstance(attempt.result, Pending):
                break
            attempt = self.publish(
                message,
                **changes
                | {
                    "attempt": number,
                    "progress": attempt.context.progress,
                    "clock": attempt.result.at,
                },
            )
        if not isinstance(attempt.result, Receipt):
            fail(f"publish, and all was well: {attempt}")
        return attempt.result

    def publish_under(self, what: Answer | Lost | Change, **fault: Any) -> Attempt:
        """Publish while this happens to every request that makes a copy public."""
        service = self.needs_service()
        given = {"when": self.is_publishing, "times": None} | fault
        message = self.message()
        context = self.context_for(message)  # before the trouble begins
        service.fail(Fault(what=what, **given))
        attempt = self.call(self.publisher.publish, message, context=context)
        service.recover()
        return attempt

    def recipients(self, message: Message) -> list[Recipient]:
        """Everyone whom the message is for."""

        async def read(context: FakeContext) -> list[Recipient]:
            return [one async for one in self.publisher.recipients(message, context)]

        return _listed(self.call(read, reads=True))

    def list_under(self, what: Answer | Lost) -> Attempt:
        """Read `recent` while this happens to every request."""
        service = self.needs_service()
        service.fail(Fault(what=what, when=lambda _: True, times=None))
        attempt = self.list_all(since=NOON)
        service.recover()
        return attempt

    def list_all(self, *, since: datetime) -> Attempt:
        """Read `recent` to its end."""

        async def read(context: FakeContext) -> list[RemotePost]:
            listing = self.publisher.recent(context, since=since)
            return [remote async for remote in listing]

        return self.call(read, reads=True)

    def recent(self, *, since: datetime) -> list[RemotePost]:
        """All that `recent` gives; the test fails where it raises."""
        return _listed(self.list_all(since=since))

    # What came of it

    @property
    def published(self) -> Sequence[httpx.Request]:
        """The requests that were to make a copy public."""
        asked = () if self.service is None else self.service.requests
        return [request for request in asked if self.is_publishing(request)]

    def sent_text(self) -> str:
        """Everything that left: requests, files, what was printed; decoded."""
        asked = () if self.service is None else self.service.writes
        texts = [*map(request_text, asked), *self.printed, folder_text(self.folder)]
        return "\n".join(texts)

    def reveals(self, text: str) -> bool:
        """Whether a secret can be read in the text, in any usual form."""
        return Redactor(self.secrets).text(text) != text

    def needs_secrets(self) -> None:
        """Skip the test of a publisher that has no secrets."""
        if not self.secrets:
            pytest.skip("its settings have no secrets")


def _listed(attempt: Attempt) -> list[Any]:
    if attempt.error is not None:
        fail(f"it could not be listed: {attempt}")
    found: list[Any] = attempt.result
    return found
