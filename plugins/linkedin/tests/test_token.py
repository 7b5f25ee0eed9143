"""A token is renewed where the app may, and its end is known where somebody knows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linkedin_service import TOKEN, App, LinkedIn
from linkedin_support import Desk, message
from publisher_support import NOON
from share_bridge.errors import AuthExpiredError
from share_bridge.testing.faults import Answer, Fault, Lost

Open = Callable[..., Desk]
SECRETS = {
    "client_id": "app-1",
    "client_secret": "app-secret",
    "refresh_token": "the-refresh-token",
}


@pytest.fixture
def renewing(open_desk: Open, service: LinkedIn) -> Desk:
    """With an app that may renew its tokens."""
    service.apps["app-1"] = App(refreshes=True)
    return open_desk(**SECRETS)


def renewals(service: LinkedIn) -> int:
    return sum(
        "grant_type=refresh" in it.content.decode("latin-1") for it in service.requests
    )


def test_a_refused_token_is_renewed_on_the_way(
    renewing: Desk, service: LinkedIn
) -> None:
    """Nobody notices: a 401 is surely no success."""
    renewing.check()
    service.tokens[TOKEN].active = False
    renewing.post(message())

    assert len(service.standing) == 1
    assert renewals(service) == 1


def test_what_was_renewed_is_used_from_then_on(
    renewing: Desk, service: LinkedIn
) -> None:
    """Also where a variable still holds the old token, as in CI."""
    service.tokens[TOKEN].active = False
    renewing.post(message())
    renewing.post(message(title="Another"))
    saved = renewing.credentials.get()

    assert renewals(service) == 1
    assert saved["token"].startswith("AQV-")
    assert TOKEN not in str(saved)


def test_another_token_in_the_configuration_wins(
    renewing: Desk, open_desk: Open, service: LinkedIn
) -> None:
    """Its owner logged in again elsewhere."""
    service.tokens[TOKEN].active = False
    renewing.post(message())
    service.tokens["AQX-new"] = type(service.tokens[TOKEN])()
    other = open_desk(token="AQX-new", **SECRETS)
    other.credentials = renewing.credentials
    other.post(message(title="Another"))

    assert service.requests[-1].headers["authorization"] == "Bearer AQX-new"


def test_a_token_that_ends_soon_is_renewed_before_anybody_is_warned(
    renewing: Desk, service: LinkedIn
) -> None:
    service.tokens[TOKEN].ends = NOON + timedelta(days=10)
    account = renewing.check()

    assert renewals(service) == 1
    assert account.expires is not None
    assert account.expires - NOON == timedelta(days=365)


def test_a_token_that_renews_itself_has_no_end_that_anybody_knows(
    renewing: Desk, service: LinkedIn
) -> None:
    """In CI nothing but the secrets is there."""
    assert renewing.check().expires is None
    assert renewals(service) == 0


def test_a_renewal_that_fails_stops_nothing_in_time(
    renewing: Desk, service: LinkedIn, caplog: pytest.LogCaptureFixture
) -> None:
    service.tokens[TOKEN].ends = NOON + timedelta(days=10)
    service.apps["app-1"].refreshes = False
    account = renewing.check()

    assert account.expires is not None
    assert account.expires < NOON + timedelta(days=11)
    assert "could not be renewed" in caplog.text


def test_a_renewal_whose_answer_is_lost_stops_nothing(
    renewing: Desk, service: LinkedIn
) -> None:
    service.tokens[TOKEN].ends = NOON + timedelta(days=10)
    service.fail(Fault(what=Lost.RESET, when=lambda it: "accessToken" in it.url.path))

    assert renewing.check().id == "urn:li:person:Ada_1"


def test_a_refresh_token_that_ended_asks_for_a_login(
    renewing: Desk, service: LinkedIn
) -> None:
    service.tokens[TOKEN].active = False
    service.apps["app-1"].refreshes = False

    with pytest.raises(AuthExpiredError, match="share-bridge login target"):
        renewing.post(message())


@pytest.mark.parametrize("missing", SECRETS)
def test_without_the_means_a_refused_token_is_told(
    open_desk: Open, service: LinkedIn, missing: str
) -> None:
    given = {key: value for key, value in SECRETS.items() if key != missing}
    service.tokens[TOKEN].active = False

    with pytest.raises(AuthExpiredError, match="it lives 60 days"):
        open_desk(**given).post(message())
    assert renewals(service) == 0


def test_two_runs_that_renew_at_once_do_no_harm(
    renewing: Desk, service: LinkedIn
) -> None:
    """A refresh token stays; each renewal gives a token that works."""
    service.tokens[TOKEN].active = False

    async def both(context: Any) -> None:
        await asyncio.gather(
            *(renewing.publisher.check(context) for _ in range(2)),
        )

    renewing.call(both)

    assert renewing.check().id == "urn:li:person:Ada_1"


# When it ends


def test_the_end_that_login_noted_is_known(desk: Desk) -> None:
    desk.credentials.replace(
        lambda _: {"token": TOKEN, "expires": "2027-01-10T00:00:00+00:00"}
    )

    assert desk.check().expires == datetime(2027, 1, 10, tzinfo=UTC)


def test_the_end_of_another_token_says_nothing(desk: Desk) -> None:
    desk.credentials.replace(
        lambda _: {"token": "another", "expires": "2027-01-10T00:00:00+00:00"}
    )

    assert desk.check().expires is None


def test_with_the_app_linkedin_says_when_a_pasted_token_ends(
    open_desk: Open, service: LinkedIn
) -> None:
    service.tokens[TOKEN].ends = datetime(2027, 1, 2, 3, tzinfo=UTC)
    desk = open_desk(client_id="app-1", client_secret="app-secret")

    assert desk.check().expires == datetime(2027, 1, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "what",
    [
        Lost.RESET,
        Answer(500),
        Answer(401),
        Answer(200, {"active": False}),
        Answer(200, {"expires_at": "soon"}),
        Answer(200, {"expires_at": 10**30}),
        Answer(200, []),
    ],
)
def test_an_end_that_cannot_be_asked_for_is_not_known(
    open_desk: Open, service: LinkedIn, what: Answer | Lost
) -> None:
    desk = open_desk(client_id="app-1", client_secret="app-secret")
    service.fail(Fault(what=what, when=lambda it: "introspect" in it.url.path))

    assert desk.check().expires is None
