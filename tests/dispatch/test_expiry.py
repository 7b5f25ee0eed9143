"""The end of a token is told in time, with what to do about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from share_bridge.config.model import TargetConfig
from share_bridge.dispatch.target.expiry import ending, renewal
from share_bridge.model.capabilities import Capabilities
from share_bridge.plugin import Account, Context, Message, Publisher, Receipt
from share_bridge.plugin.settings import Secret, Settings

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "left, told",
    [
        (timedelta(days=14), ""),
        (
            timedelta(days=14, seconds=-1),
            "its token ends on 2026-12-08, in 13 days",
        ),
        (timedelta(days=2), "its token ends on 2026-11-26, in 2 days"),
        (timedelta(days=1, hours=1), "its token ends on 2026-11-25, tomorrow"),
        (timedelta(hours=3), "its token ends on 2026-11-24, in less than a day"),
        (timedelta(0), "its token ended on 2026-11-24"),
        (timedelta(days=-40), "its token ended on 2026-10-15"),
    ],
)
def test_two_weeks_ahead(left: timedelta, told: str) -> None:
    assert ending(NOW + left, NOW) == told


def test_an_end_that_nobody_knows_is_not_told() -> None:
    assert ending(None, NOW) == ""


class _Settings(Settings):
    user: str = ""
    token: Secret
    client_secret: Secret | None = None


class _Publisher(Publisher):
    name = "one"
    title = "One"
    settings = _Settings

    async def check(self, context: Context) -> Account:
        raise NotImplementedError

    async def publish(self, message: Message, context: Context) -> Receipt:
        raise NotImplementedError


class _WithLogin(_Publisher):
    capabilities = Capabilities(login=True)


class _Open(_Publisher):
    settings = Settings


@pytest.mark.parametrize(
    "publisher, told",
    [
        (_WithLogin, "share-bridge login home"),
        (_Publisher, "set SHARE_BRIDGE_HOME_TOKEN anew"),
        (_Open, ""),
    ],
)
def test_what_to_do_depends_on_the_publisher(
    publisher: type[Publisher], told: str
) -> None:
    assert renewal(TargetConfig(name="home", publisher="one"), publisher) == told


def test_an_end_that_was_written_down_has_to_be_written_anew() -> None:
    target = TargetConfig(name="home", publisher="one", expires=NOW)

    assert renewal(target, _WithLogin).endswith(
        "and the new day as expires in [targets.home]"
    )
