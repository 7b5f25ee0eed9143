"""Promises about `check`: who we are, and nothing else."""

from __future__ import annotations

import pytest

from share_bridge.testing.conformance.attempt import Attempt, expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.faults import Answer, Fault, Lost

__all__ = ["CheckPromises"]

_OUTAGES: dict[str, Answer | Lost] = {
    "503": Answer(503),
    "maintenance page": Answer(502, text="<h1>Maintenance</h1>"),
    "unreachable": Lost.UNREACHABLE,
    "timeout": Lost.TIMEOUT,
    "reset": Lost.RESET,
}


class CheckPromises(Fixtures):
    """`check` says who we are, and does nothing else."""

    def test_check_says_who_we_are(self, trial: Trial) -> None:
        """An account whose id binds the target; the same whenever it is asked."""
        first, second = (trial.check() for _ in range(2))
        expect(first.error is None, f"check, and all was well: {first}")
        account = first.result
        named = isinstance(account.id, str) and (account.id or trial.capabilities.local)
        expect(named, f"the account has no id: {account}")
        expect(account.id == second.result.id, "the id was another one the second time")
        aware = account.expires is None or account.expires.tzinfo is not None
        expect(aware, "expires has no time zone")

    def test_check_posts_nothing(self, trial: Trial) -> None:
        """It runs when settings change, and once a day."""
        trial.check()
        asked = [f"{it.method} {it.url}" for it in trial.published]
        expect(not asked, f"check sent {', '.join(asked)}")
        expect(not trial.printed, "check printed something")
        files = [path.name for path in trial.folder.rglob("*") if path.is_file()]
        expect(not files, f"check wrote {', '.join(files)}")

    def test_check_tells_a_refused_token(self, trial: Trial) -> None:
        """401 is AuthExpiredError: everything is held until the owner acts."""
        own = trial.needs_service().unauthorized
        for answer in filter(None, (own, Answer(401))):
            attempt = self._check_under(trial, answer)
            expect(attempt.outcome.blocked, f"401 to check: {attempt}")

    @pytest.mark.parametrize("what", list(_OUTAGES))
    def test_check_minds_no_outage(self, trial: Trial, what: str) -> None:
        """A service that is down is asked again: nothing was sent."""
        attempt = self._check_under(trial, _OUTAGES[what])
        again = attempt.outcome.failed and not attempt.outcome.unknown
        expect(again, f"{what} to check: {attempt}")

    def _check_under(self, trial: Trial, what: Answer | Lost) -> Attempt:
        service = trial.needs_service()
        service.fail(Fault(what=what, when=lambda _: True, times=None))
        attempt = trial.check()
        service.recover()
        if not service.requests:
            pytest.skip("check asks nothing of the service")
        return attempt
