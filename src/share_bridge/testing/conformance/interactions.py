"""Promises about `interactions`: what others did is read, and nothing else happens."""

from __future__ import annotations

from share_bridge.errors import GoneError
from share_bridge.model.interaction import Interaction
from share_bridge.model.receipt import Receipt
from share_bridge.testing.conformance.attempt import Attempt, expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import FakeContext

__all__ = ["InteractionPromises"]


class InteractionPromises(Fixtures):
    """It tells what others did with a copy, and leaves everything as it is."""

    def test_interactions_only_read(self, trial: Trial) -> None:
        """Nothing leaves that could change anything; each has an id and an actor."""
        trial.needs("interactions")
        attempt = _asked(trial, trial.deliver())
        expect(attempt.error is None, f"interactions, and all was well: {attempt}")
        expect(not attempt.context.wrote, "interactions sent a request that may write")
        found = attempt.result
        named = [isinstance(it, Interaction) and it.id and it.actor for it in found]
        expect(all(named), f"interactions gave {found}: an `Interaction` for each")

    def test_interactions_of_what_is_gone_say_so(self, trial: Trial) -> None:
        """GoneError: what was said of it is forgotten."""
        trial.needs("interactions")
        trial.needs("delete")
        receipt = trial.deliver()
        trial.call(trial.publisher.delete, receipt)
        attempt = _asked(trial, receipt)
        gone = isinstance(attempt.error, GoneError)
        expect(gone, f"interactions of a copy that is gone: {attempt}: raise GoneError")


def _asked(trial: Trial, receipt: Receipt) -> Attempt:
    async def read(context: FakeContext) -> list[Interaction]:
        listing = trial.publisher.interactions(receipt, context)
        return [found async for found in listing]

    return trial.call(read, reads=True)
