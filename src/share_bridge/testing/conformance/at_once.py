"""Promises about many recipients that are served by one object at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import httpx
import pytest

from share_bridge.model.message import Message
from share_bridge.model.receipt import Receipt, Recipient
from share_bridge.plugin.publisher import Publisher
from share_bridge.testing.conformance.attempt import expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.sent import essence, request_text
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import NOON
from share_bridge.testing.faults import Answer, Fault

__all__ = ["AtOncePromises"]

#: So many are served at once here, where the settings have them.
_MANY = 4
#: Seconds that a request is on its way, so that the others begin meanwhile.
_UNDER_WAY = 0.005


class _Line(httpx.AsyncBaseTransport):
    """The connection of one call: slow, and overheard."""

    def __init__(self, service: httpx.AsyncBaseTransport) -> None:
        self.requests: list[httpx.Request] = []
        self._service = service

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        await asyncio.sleep(_UNDER_WAY)
        return await self._service.handle_async_request(request)


class _Served(NamedTuple):
    """What one recipient's call returned or raised, and what it asked."""

    result: object
    requests: list[httpx.Request]


class AtOncePromises(Fixtures):
    """`publish` runs for many at once, on one object."""

    def test_many_at_once_get_what_is_theirs(self, trial: Trial) -> None:
        """Keep nothing about one call on `self`: another one is under way."""
        message, many = _crowd(trial)
        alone = [_serve(trial, message, [one])[0] for one in many]
        together = _serve(trial, message, many)
        for one, before, now in zip(many, alone, together, strict=True):
            served = isinstance(now.result, Receipt)
            expect(served, f"{one.address}, among others: {now.result!r}")
            same = list(map(essence, before.requests)) == list(
                map(essence, now.requests)
            )
            expect(same, f"among others, something else was sent for {one.address}")

    def test_trouble_of_one_is_not_that_of_others(self, trial: Trial) -> None:
        """What one recipient's server refuses fails that recipient alone."""
        message, many = _crowd(trial)
        service = trial.needs_service()
        ill = many[0].address
        theirs = [
            request
            for request in _serve(trial, message, many[:1])[0].requests
            if ill in request_text(request)
        ]
        if not theirs:
            pytest.skip("its requests do not name the recipient")
        service.fail(
            Fault(
                what=service.forbidden or Answer(403),
                when=lambda request: ill in request_text(request),
                times=None,
            )
        )
        together = _serve(trial, message, many)[1:]
        afterwards = _serve(trial, message, many[1:])
        service.recover()
        others = [it.result for it in (*together, *afterwards)]
        failed = [result for result in others if not isinstance(result, Receipt)]
        expect(not failed, f"{ill} was refused, and others failed: {failed}")

    def test_preparing_again_changes_nothing(self, trial: Trial) -> None:
        """A run that was cut off prepares once more, under the same key."""
        trial.needs("fan_out")
        if type(trial.publisher).prepare is Publisher.prepare:
            pytest.skip("it has nothing to prepare")
        message = trial.message()
        first, second = (
            trial.call(
                trial.publisher.prepare,
                message,
                context=trial.context(delivery="create it"),
            )
            for _ in range(2)
        )
        for attempt in (first, second):
            expect(attempt.error is None, f"prepare, and all was well: {attempt}")
        same = first.result == second.result
        expect(same, f"prepared again: {first.result}, then {second.result}")


def _crowd(trial: Trial) -> tuple[Message, list[Recipient]]:
    trial.needs("fan_out")
    trial.needs_service()
    message = trial.message()
    many = trial.recipients(message)[:_MANY]
    if not many[1:]:
        pytest.skip("there are no two recipients in the trial's settings")
    return message, many


def _serve(trial: Trial, message: Message, many: Sequence[Recipient]) -> list[_Served]:
    """Publish to all of them at once, on the one publisher."""
    lines = [_Line(trial.needs_service()) for _ in many]
    contexts = [
        trial.context_for(message, recipient=one, transport=line, clock=NOON)
        for one, line in zip(many, lines, strict=True)
    ]

    async def serve() -> list[object]:
        calls = (trial.publisher.publish(message, context) for context in contexts)
        try:
            return await asyncio.gather(*calls, return_exceptions=True)
        finally:
            for context in contexts:
                with suppress(Exception):  # as the core does
                    await trial.publisher.close(context)
                await context.close()

    results = asyncio.run(serve())
    return [
        _Served(result, line.requests)
        for result, line in zip(results, lines, strict=True)
    ]
