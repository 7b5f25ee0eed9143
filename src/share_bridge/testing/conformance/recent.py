"""Promises about `recent`: what became of a lost attempt is settled by it."""

from __future__ import annotations

from datetime import UTC

import pytest

from share_bridge.dispatch.settle.settle import Verdict, judge
from share_bridge.errors import PublishError
from share_bridge.testing.conformance.attempt import expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.context import NOON
from share_bridge.testing.faults import Answer, Lost

__all__ = ["RecentPromises"]

#: More posts than a page of any service's list has.
MANY = 45


class RecentPromises(Fixtures):
    """It lists our own posts: all of them, newest first, or it raises."""

    def test_recent_shows_what_was_published(self, trial: Trial) -> None:
        """The same id, the same link, the same text: an unknown outcome is settled."""
        trial.needs("recent")
        began = trial.context().now()
        message = trial.message()
        receipt = trial.deliver(message)
        remotes = trial.recent(since=began)
        finding = judge(remotes, message, since=began)
        found = finding.verdict is Verdict.FOUND and finding.receipt
        expect(found, f"published, and {finding.verdict} in {remotes}")
        same = finding.receipt and finding.receipt.remote_id == receipt.remote_id
        expect(same, f"recent calls it {finding.receipt}, publish {receipt}")

    def test_recent_knows_when(self, trial: Trial) -> None:
        """`created` is by the service's clock, in UTC."""
        trial.needs("recent")
        trial.deliver()
        zones = {remote.created.tzinfo for remote in trial.recent(since=NOON)}
        expect(zones == {UTC}, f"created is in {zones}")

    def test_recent_is_newest_first(self, trial: Trial) -> None:
        """The core stops reading at the first that is too old."""
        trial.needs("recent")
        sent = [trial.deliver(trial.message(n)).remote_id for n in (1, 2, 3)]
        listed = [remote.id for remote in trial.recent(since=NOON)]
        expect(listed == sent[::-1], f"published {sent}, listed {listed}")

    def test_recent_pages(self, trial: Trial) -> None:
        """It goes on to the end of the list, over every page, each post once."""
        trial.needs("recent")
        sent = [trial.deliver(trial.message(n)).remote_id for n in range(1, MANY + 1)]
        attempt = trial.list_all(since=NOON)
        if isinstance(attempt.raised, PublishError):
            pytest.skip(f"it says how far back it can read: {attempt.raised}")
        expect(attempt.error is None, f"recent, and all was well: {attempt}")
        listed = [remote.id for remote in attempt.result]
        expect(
            sorted(listed) == sorted(sent),
            f"of {len(sent)} posts it listed {len(listed)}, {len(set(listed))} of them "
            "different",
        )

    @pytest.mark.parametrize("what", ["503", "page", "half", "timeout", "401"])
    def test_recent_never_ends_early(self, trial: Trial, what: str) -> None:
        """What cannot be read raises: a list that merely ends means "not there"."""
        trial.needs("recent")
        trial.deliver()
        answers: dict[str, Answer | Lost] = {
            "503": Answer(503),
            "page": Answer(200, text="<h1>Maintenance</h1>"),
            "half": Lost.HALF,
            "timeout": Lost.TIMEOUT,
            "401": Answer(401),
        }
        attempt = trial.list_under(answers[what])
        raised = attempt.error is not None
        expect(raised, f"recent met {what}, and ended as if that were all")
