"""Promises about copies that stand: changed, taken away, or gone already."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from share_bridge.errors import GoneError
from share_bridge.model.message import Action, Message
from share_bridge.model.receipt import Receipt
from share_bridge.testing.conformance.attempt import Attempt, expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.sent import missing_words
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import NOON
from share_bridge.testing.faults import Answer, Fault

__all__ = ["EditPromises"]


class EditPromises(Fixtures):
    """A copy follows its post, and what is gone stays gone."""

    def test_an_edit_changes_the_copy(self, trial: Trial) -> None:
        """The new words go out, and no second copy comes of it."""
        trial.needs("edit")
        receipt = trial.deliver()
        changed = trial.message(content="<p>Quite-different words.</p>")
        attempt = self._update(trial, receipt, changed)
        expect(isinstance(attempt.result, Receipt), f"update: {attempt}")
        missing = missing_words(changed.text, self.sent_text(trial))
        expect(not missing, f"these new words did not arrive: {missing}")
        if trial.service is not None and trial.declares("recent"):
            standing = trial.recent(since=NOON)
            once = [remote for remote in standing if "different" in remote.text]
            expect(len(standing) == len(once) == 1, f"after an edit stand {standing}")

    def test_an_edit_of_what_is_gone_says_so(self, trial: Trial) -> None:
        """GoneError: what was deleted over there is never created again."""
        trial.needs("edit")
        receipt = trial.deliver()
        self._remove(trial, receipt)
        attempt = self._update(trial, receipt, trial.message(title="Anew"))
        gone = isinstance(attempt.error, GoneError)
        expect(gone, f"update of a copy that is gone: {attempt}: raise GoneError")

    def test_a_delete_takes_the_copy_away(self, trial: Trial) -> None:
        """Afterwards it is in no list."""
        trial.needs("delete")
        receipt = trial.deliver()
        attempt = self._delete(trial, receipt)
        expect(attempt.error is None, f"delete: {attempt}")
        if trial.service is not None and trial.declares("recent"):
            standing = trial.recent(since=NOON)
            expect(not standing, f"after the delete stand {standing}")

    def test_a_delete_of_what_is_gone_says_so(self, trial: Trial) -> None:
        """GoneError, which is as good as done."""
        trial.needs("delete")
        receipt = trial.deliver()
        self._remove(trial, receipt)
        attempt = self._delete(trial, receipt)
        gone = isinstance(attempt.error, GoneError)
        expect(gone, f"delete of a copy that is gone: {attempt}: raise GoneError")

    def _update(self, trial: Trial, receipt: Receipt, message: Message) -> Attempt:
        message = replace(message, action=Action.UPDATE)
        context = trial.context_for(message, delivery="update 1")
        return trial.call(trial.publisher.update, receipt, message, context=context)

    def _delete(self, trial: Trial, receipt: Receipt) -> Attempt:
        message = replace(trial.message(), action=Action.DELETE)
        context = trial.context_for(message, delivery="delete")
        return trial.call(trial.publisher.delete, receipt, context=context)

    def _remove(self, trial: Trial, receipt: Receipt) -> None:
        """Somebody else takes the copy away."""
        if trial.declares("fan_out"):
            pytest.skip("what is gone there is one recipient, not the copy")
        if trial.service is not None:
            gone = trial.service.missing or Answer(404)
            trial.service.fail(Fault(what=gone, when=lambda _: True, times=None))
        elif trial.declares("delete"):
            trial.call(trial.publisher.delete, receipt)
        else:
            pytest.skip("there is no way to take a copy away")
