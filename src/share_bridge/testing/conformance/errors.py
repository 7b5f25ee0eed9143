"""Promises about every row of the error table: what each answer means."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from share_bridge.errors import (
    AuthExpiredError,
    MediaRejectedError,
    PermissionDeniedError,
    PublishError,
    RateLimitedError,
    RejectedError,
    TooLongError,
)
from share_bridge.model.delivery import State
from share_bridge.testing.conformance.attempt import Attempt, expect
from share_bridge.testing.conformance.fixtures import Fixtures
from share_bridge.testing.conformance.trial import Trial
from share_bridge.testing.faults import Answer, Lost

__all__ = ["ErrorPromises"]

_PAGE = "<!doctype html><title>Error</title><p>Something is wrong.</p>"
_BODIES = ("empty", "page", "own")
_DAY = timedelta(days=1)
#: Where a write is sent to by a redirect that must not be followed.
_ELSEWHERE = "https://elsewhere.example/api"


class ErrorPromises(Fixtures):
    """What is surely refused is told apart from what was perhaps accepted."""

    @pytest.mark.parametrize("body", _BODIES)
    def test_401_is_a_token_that_expired(self, trial: Trial, body: str) -> None:
        """Whatever stands in the answer: the owner has to log in again."""
        own = trial.needs_service().unauthorized
        _is(trial.publish_under(_answer(401, body, own)), AuthExpiredError)

    @pytest.mark.parametrize("body", _BODIES)
    def test_403_is_a_missing_permission(self, trial: Trial, body: str) -> None:
        """The token is good, but not for this: the owner has to act."""
        own = trial.needs_service().forbidden
        _is(trial.publish_under(_answer(403, body, own)), PermissionDeniedError)

    @pytest.mark.parametrize("body", _BODIES)
    def test_413_is_too_large(self, trial: Trial, body: str) -> None:
        """Too long a text or too large an image: final for this post."""
        own = trial.needs_service().too_large
        attempt = trial.publish_under(_answer(413, body, own))
        _is(attempt, TooLongError, MediaRejectedError)

    @pytest.mark.parametrize("body", _BODIES)
    def test_429_is_a_rate_limit(self, trial: Trial, body: str) -> None:
        """Surely not accepted; the whole target rests."""
        own = trial.needs_service().rate_limited
        _is(trial.publish_under(_answer(429, body, own)), RateLimitedError)

    @pytest.mark.parametrize("form", ["seconds", "date"])
    def test_429_waits_as_long_as_is_asked(self, trial: Trial, form: str) -> None:
        """`Retry-After` is a number of seconds, or a date."""
        wait = timedelta(seconds=240)
        value = "240" if form == "seconds" else _date(trial, wait)
        headers = {"Retry-After": value}
        attempt = trial.publish_under(Answer(429, headers=headers))
        _is(attempt, RateLimitedError)
        pause = attempt.outcome.pause or timedelta(0)
        close = abs(pause - wait) < timedelta(seconds=10)
        expect(close, f"Retry-After: {value} became a wait of {pause}")

    @pytest.mark.parametrize("value", ["9" * 30, "-5", "soon", ""])
    def test_429_believes_no_nonsense(self, trial: Trial, value: str) -> None:
        """An absurd `Retry-After` is still a rate limit, of a day at most."""
        headers = {"Retry-After": value}
        attempt = trial.publish_under(Answer(429, headers=headers))
        _is(attempt, RateLimitedError)
        pause = attempt.outcome.pause or timedelta(0)
        sane = timedelta(0) <= pause <= _DAY
        expect(sane, f"Retry-After: {value!r} became a wait of {pause}")

    def test_a_refusal_in_its_own_words_is_final(self, trial: Trial) -> None:
        """The service says itself that it will never take this post."""
        refused = trial.needs_service().refused
        if refused is None:
            pytest.skip("the service does not say how it refuses a post (`refused`)")
        _is(trial.publish_under(refused), RejectedError)

    @pytest.mark.parametrize("status", [400, 404, 418, 451])
    def test_a_refusal_in_other_words_is_held(self, trial: Trial, status: int) -> None:
        """A page from a proxy says nothing about the post: the owner is asked."""
        attempt = trial.publish_under(Answer(status, text=_PAGE))
        held = attempt.outcome.state is State.HELD or attempt.outcome.blocked
        expect(
            held,
            f"{status} with a page that is not the service's: {attempt}; raise "
            "RejectedError only for what the service itself says, else "
            "raise_for_status()",
        )

    @pytest.mark.parametrize("body", ["empty", "page", "json"])
    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_5xx_on_a_write_is_unknown(
        self, trial: Trial, status: int, body: str
    ) -> None:
        """The post may stand, and the server failed afterwards."""
        own = Answer(status, {"error": "Internal Server Error"})
        headers = {"Retry-After": "60"} if status == 503 else {}  # noqa: PLR2004 - HTTP
        answer = {"json": own, "empty": Answer(status, headers=headers)}.get(body)
        attempt = trial.publish_under(answer or Answer(status, text=_PAGE))
        _is_unknown(attempt, f"{status} to a write")

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_a_redirected_write_is_unknown(self, trial: Trial, status: int) -> None:
        """It is never followed: a 303 would read as success, a 307 send twice."""
        service = trial.needs_service()
        attempt = trial.publish_under(
            Answer(status, headers={"Location": _ELSEWHERE}), times=1
        )
        followed = [it for it in service.requests if it.url.host == "elsewhere.example"]
        expect(not followed, f"{status}: the write was sent on to another address")
        _is_unknown(attempt, f"{status} to a write")

    @pytest.mark.parametrize("how", [Lost.TIMEOUT, Lost.RESET, Lost.HALF])
    def test_a_lost_answer_is_unknown(self, trial: Trial, how: Lost) -> None:
        """The request had left: a timeout or a reset says nothing about the post."""
        attempt = trial.publish_under(how, accepted=how is Lost.HALF)
        _is_unknown(attempt, f"an answer lost by {how}")

    @pytest.mark.parametrize("what", ["page", "half", "list", "null", "empty object"])
    def test_an_unreadable_answer_is_unknown(self, trial: Trial, what: str) -> None:
        """A maintenance page with 200 is no receipt."""
        self._skip_without_json(trial)
        answer = {
            "page": Answer(200, text=_PAGE),
            "half": Answer(
                200, text='{"id": "12', headers={"Content-Type": "application/json"}
            ),
            "list": Answer(200, []),
            "null": Answer(
                200, text="null", headers={"Content-Type": "application/json"}
            ),
            "empty object": Answer(200, {}),
        }[what]
        _is_unknown(trial.publish_under(answer), f"200 with {what}")

    def test_no_connection_is_no_attempt(self, trial: Trial) -> None:
        """Nothing was sent: it is tried again by itself."""
        attempt = trial.publish_under(Lost.UNREACHABLE, when=lambda _: True)
        outcome = attempt.outcome
        again = outcome.failed and not outcome.unknown
        expect(again, f"no connection: {attempt}: raise TransientError")

    def test_a_write_is_sent_once(self, trial: Trial) -> None:
        """Trying again is the core's business, after it has looked."""
        service = trial.needs_service()
        trial.deliver(trial.message(1))
        usual = len(trial.published)
        for what in (Answer(503), Lost.TIMEOUT, Lost.RESET):
            service.forget()
            trial.publish_under(what, times=1)
            sent = len(trial.published)
            expect(
                sent <= usual, f"after {what} the write was sent again: {sent} times"
            )

    def _skip_without_json(self, trial: Trial) -> None:
        """Learn from a success whether there is an answer to be read at all."""
        service = trial.needs_service()
        trial.deliver(trial.message(99))
        answers = zip(service.requests, service.answers, strict=True)
        told = [answer for asked, answer in answers if self.is_publishing(asked)]
        if not any(isinstance(it, Answer) and it.json is not None for it in told):
            pytest.skip("a success has no JSON to be read")


def _answer(status: int, body: str, own: Answer | None) -> Answer:
    if body == "own" and own is None:
        pytest.skip(f"the service has no words of its own for {status}")
    return {"page": Answer(status, text=_PAGE), "own": own}.get(body) or Answer(status)


def _is(attempt: Attempt, *kinds: type[PublishError]) -> None:
    names = " or ".join(kind.__name__ for kind in kinds)
    expect(isinstance(attempt.error, kinds), f"{attempt}: raise {names}")


def _is_unknown(attempt: Attempt, what: str) -> None:
    expect(
        attempt.outcome.unknown,
        f"{what}: {attempt}; perhaps it was accepted, which is OutcomeUnknownError, or "
        "an error of context.http that is left alone",
    )


def _date(trial: Trial, wait: timedelta) -> str:
    now: datetime = trial.context().now()
    return format_datetime(now + wait, usegmt=True)
