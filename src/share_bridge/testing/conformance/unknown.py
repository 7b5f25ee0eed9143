"""Promises about what was perhaps accepted: it can be found, or sent again in peace."""

from __future__ import annotations

import pytest

from share_bridge.dispatch.settle.settle import Finding, Verdict, judge
from share_bridge.errors import DuplicateError
from share_bridge.model.message import Message
from share_bridge.testing.conformance.attempt import expect, fail
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.sent import essence
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import NOON
from share_bridge.testing.faults import Lost

__all__ = ["UnknownPromises"]

_LOST = [Lost.TIMEOUT, Lost.RESET, Lost.HALF]


class UnknownPromises(Fixtures):
    """No fault makes two of one, and none is lost."""

    def test_every_attempt_has_the_same_key(self, trial: Trial) -> None:
        """Two attempts of one delivery look the same, those of two do not."""
        trial.needs_service()
        if trial.capabilities.honours_keys is None:
            pytest.skip("it does not declare honours_keys")
        first, second, other = (
            self._written(trial, attempt, delivery)
            for attempt, delivery in ((1, "one"), (2, "one"), (1, "another"))
        )
        expect(
            first == second,
            "the second attempt did not look like the first: take the key from "
            "context.key(), and nothing that changes",
        )
        expect(first != other, "another delivery had the same key")

    def test_a_repeated_publish_stands_once(self, trial: Trial) -> None:
        """Where keys are honoured, sending again has the effect of once."""
        if trial.capabilities.honours_keys is None:
            pytest.skip("it does not declare honours_keys")
        if trial.service is None:
            self._leaves_the_same_files(trial)
            return
        trial.needs("recent")
        began = trial.context().now()
        message = trial.message()
        for attempt in (1, 2):
            trial.deliver(message, attempt=attempt)
        standing = len(trial.recent(since=began))
        expect(standing == 1, f"sent twice under one key, it stands {standing} times")

    def test_a_duplicate_is_named(self, trial: Trial) -> None:
        """The service refuses a second copy; the first one's receipt is told."""
        if not trial.capabilities.names_duplicates:
            pytest.skip("it does not declare names_duplicates")
        message = trial.message()
        receipt = trial.deliver(message)
        again = trial.publish(message, attempt=2)
        if not isinstance(again.error, DuplicateError):
            fail(f"the same post again: {again}: raise DuplicateError")
        same = again.error.existing.remote_id == receipt.remote_id
        expect(same, f"{again.error.existing} is not {receipt}")

    @pytest.mark.parametrize("how", _LOST)
    def test_a_lost_publish_is_found(self, trial: Trial, how: Lost) -> None:
        """It was accepted, and `recent` shows it with the same link and text."""
        finding = self._look_after(trial, how, accepted=True)
        expect(
            finding.verdict is Verdict.FOUND,
            f"it was accepted, and looking for it was {finding.verdict} "
            f"{finding.reason}: give whole links, and the text without markup",
        )

    @pytest.mark.parametrize("how", _LOST)
    def test_a_publish_that_never_arrived_is_absent(
        self, trial: Trial, how: Lost
    ) -> None:
        """Then it may be sent again."""
        finding = self._look_after(trial, how, accepted=False)
        absent = finding.verdict is Verdict.ABSENT
        expect(absent, f"it never arrived, and looking for it was {finding.verdict}")

    def _look_after(self, trial: Trial, how: Lost, *, accepted: bool) -> Finding:
        trial.needs_service()
        trial.needs("recent")
        began = trial.context().now()
        trial.publish_under(how, accepted=accepted, times=1)
        return judge(trial.recent(since=began), trial.message(), since=began)

    def _written(self, trial: Trial, attempt: int, delivery: str) -> list[object]:
        service = trial.needs_service()
        service.forget()
        trial.publish(trial.message(), clock=NOON, attempt=attempt, delivery=delivery)
        return [essence(request) for request in trial.published]

    def _leaves_the_same_files(self, trial: Trial) -> None:
        message: Message = trial.message()
        seen = []
        for attempt in (1, 2):
            receipt = trial.deliver(message, attempt=attempt)
            files = {path for path in trial.folder.rglob("*") if path.is_file()}
            seen.append((receipt.remote_id, files))
        expect(seen[0] == seen[1], f"sent twice under one key: {seen[0]}, {seen[1]}")
