"""Promises about messages of many deliveries: recipients, and parts of a thread."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from share_bridge.model.receipt import Recipient
from share_bridge.testing.conformance.attempt import expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.faults import Fault, Lost

__all__ = ["FanOutPromises"]


class FanOutPromises(Fixtures):
    """Each gets its own, once."""

    def test_recipients_are_listed(self, trial: Trial) -> None:
        """Each with an address, each once, the same when asked again."""
        trial.needs("fan_out")
        message = trial.message()
        first, second = trial.recipients(message), trial.recipients(message)
        expect(first, "nobody: give the trial's settings recipients")
        whole = all(isinstance(one, Recipient) and one.address for one in first)
        expect(whole, f"a recipient without an address: {first}")
        once = len({one.address for one in first}) == len(first)
        expect(once, f"somebody is listed twice: {first}")
        expect(set(first) == set(second), "asked again, others were listed")

    def test_a_recipient_sees_nobody_else(self, trial: Trial) -> None:
        """What goes to one person does not name another."""
        trial.needs("fan_out")
        message = trial.message()
        people = [one for one in trial.recipients(message) if one.personal]
        others = {one.address for one in people} - {one.address for one in people[:1]}
        if not others:
            pytest.skip("there are no two personal recipients in the trial's settings")
        trial.deliver(message, recipient=people[0])
        sent = self.sent_text(trial)
        named = [address for address in others if address in sent]
        expect(not named, f"what goes to {people[0].address} names {named}")

    def test_a_thread_goes_out_in_order(self, trial: Trial) -> None:
        """Every part, first to last, each continuing the one before."""
        trial.needs("threads")
        parts = ("The first part.", f"The second part. {trial.message().link}")
        message = replace(trial.message(), text="\n\n".join(parts), parts=parts)
        receipt = trial.deliver(message)
        expect(len(receipt.parts) == len(parts), f"receipt.parts = {receipt.parts}")

    def test_a_thread_goes_on_where_it_stopped(self, trial: Trial) -> None:
        """A part that stands is not sent again: keep `context.checkpoint`."""
        trial.needs("threads")
        service = trial.needs_service()
        parts = ("The first-part.", f"The second-part. {trial.message().link}")
        message = replace(trial.message(), text="\n\n".join(parts), parts=parts)
        service.fail(Fault(what=Lost.UNREACHABLE, when=self.is_publishing, skip=1))
        stopped = trial.publish(message)
        service.recover()
        trial.deliver(message, attempt=2, progress=stopped.context.progress)
        sent = [b"first-part" in request.content for request in trial.published]
        expect(sum(sent) == 1, f"the first part was sent {sum(sent)} times")

    def test_a_thread_goes_on_behind_what_stands(self, trial: Trial) -> None:
        """Its answer was lost, and the service shows it: see `context.standing`."""
        trial.needs("threads")
        trial.needs("recent")
        service = trial.needs_service()
        parts = ("The first-part.", f"The second-part. {trial.message().link}")
        message = replace(trial.message(), text="\n\n".join(parts), parts=parts)
        began = trial.context().now()
        lost = Fault(what=Lost.TIMEOUT, when=self.is_publishing, accepted=True, times=1)
        service.fail(lost)
        stopped = trial.publish(message)
        service.recover()
        stands = trial.recent(since=began)[:1]
        receipt = trial.deliver(
            message,
            attempt=2,
            progress=stopped.context.progress,
            standing=tuple(stands),
        )
        sent = [b"first-part" in request.content for request in trial.published]
        expect(sum(sent) == 1, f"the first part was sent {sum(sent)} times")
        named = [one.id for one in stands] == list(receipt.parts[:1])
        expect(named, f"receipt.parts = {receipt.parts} does not begin with {stands}")
