"""Promises about features: what is declared is there, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from share_bridge.errors import UnsupportedError
from share_bridge.model.receipt import Receipt
from share_bridge.model.rendering import Rendering
from share_bridge.plugin.publisher import Publisher
from share_bridge.testing.conformance.attempt import expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import NOON, FakeContext

__all__ = ["DeclaredPromises"]

#: Features, and the methods that they declare.
_METHODS = {
    "edit": "update",
    "delete": "delete",
    "recent": "recent",
    "fan_out": "recipients",
    "discover": "discover",
    "login": "login",
    "collect": "collect",
    "interactions": "interactions",
}


class DeclaredPromises(Fixtures):
    """Capabilities tell the truth."""

    @pytest.mark.parametrize("feature", list(_METHODS))
    def test_what_is_declared_is_there(self, trial: Trial, feature: str) -> None:
        """The core calls the method of every feature that is declared."""
        if not trial.declares(feature):
            pytest.skip(f"it does not declare {feature}")
        method = _METHODS[feature]
        there = getattr(type(trial.publisher), method) is not getattr(Publisher, method)
        expect(there, f"{feature} is declared, and there is no method {method}")

    @pytest.mark.parametrize("feature", list(_METHODS))
    def test_what_is_not_declared_is_refused(self, trial: Trial, feature: str) -> None:
        """A method that nobody declared is never called, and says so if it is."""
        if trial.declares(feature):
            pytest.skip(f"it declares {feature}")
        method = _METHODS[feature]
        if getattr(type(trial.publisher), method) is getattr(Publisher, method):
            return
        attempt = trial.call(_use_of(trial, feature))
        refused = isinstance(attempt.error, UnsupportedError)
        expect(
            refused,
            f"{method} is there, and {feature} is not declared: declare it, or raise "
            f"UnsupportedError ({attempt})",
        )

    def test_previews_are_renderings(self, trial: Trial) -> None:
        """`preview` has no context: what it shows comes of message and settings."""
        forms = trial.publisher.preview(trial.message(), trial.settings)
        expect(
            all(isinstance(form, Rendering) and form.title for form in forms),
            f"preview gave {forms!r}: a `Rendering` with a title for each form",
        )

    def test_discovered_limits_are_remembered(self, trial: Trial) -> None:
        """The ledger keeps what the server said, and gives it back."""
        trial.needs("discover")
        trial.needs_service()
        found = trial.capabilities
        document = json.loads(json.dumps(found.to_json()))
        kept = trial.publisher.capabilities.narrowed(document)
        expect(
            kept == found,
            f"discover gave {found}, of which the ledger keeps {kept}: start from "
            "replace(self.capabilities, …)",
        )


def _use_of(trial: Trial, feature: str) -> Callable[[FakeContext], Awaitable[Any]]:
    """A call of the feature's method, as the core would make it."""
    publisher, message, receipt = trial.publisher, trial.message(), Receipt("1")
    browser: Any = None

    async def use(context: FakeContext) -> Any:
        used: dict[str, Callable[[], Awaitable[Any]]] = {
            "edit": lambda: publisher.update(receipt, message, context),
            "delete": lambda: publisher.delete(receipt, context),
            "recent": lambda: _read(publisher.recent(context, since=NOON)),
            "fan_out": lambda: _read(publisher.recipients(message, context)),
            "discover": lambda: publisher.discover(context),
            "login": lambda: publisher.login(context, browser),
            "collect": lambda: publisher.collect(context),
            "interactions": lambda: _read(publisher.interactions(receipt, context)),
        }
        return await used[feature]()

    return use


async def _read(listing: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in listing]
