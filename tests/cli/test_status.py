"""`status` says how every target is, from what the ledger and its owner know."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from registry_support import write
from share_bridge.cli import cli

CONFIG = """
[plugins]
dirs = ["plugins"]

[[sources]]
name = "blog"
feed = "feed.xml"

[targets.home]
publisher = "room"
token = { env = "ROOM" }
"""
FEED = """<rss version="2.0"><channel><title>B</title><item><title>One</title>
<link>https://example.org/1</link><guid isPermaLink="false">1</guid></item>
</channel></rss>"""
ROOM = """
from datetime import timedelta

from share_bridge.plugin import (
    Account, AuthExpiredError, Capabilities, Publisher, Receipt, Secret, Settings,
    hookimpl,
)


class RoomSettings(Settings):
    token: Secret


class Room(Publisher):
    name = "room"
    title = "Room"
    settings = RoomSettings
    capabilities = Capabilities(login=True, local=True)

    async def check(self, context):
        days = context.settings.token.reveal()
        if days == "bad":
            raise AuthExpiredError("the token is refused")
        end = context.now() + timedelta(days=int(days))
        return Account("ada", "Ada", expires=end)

    async def publish(self, message, context):
        return Receipt("1")

    async def login(self, context, browser):
        context.credentials.replace(lambda _: {})


@hookimpl
def register_publishers():
    return [Room]
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    write(tmp_path, {"share-bridge.toml": CONFIG, "feed.xml": FEED})
    write(tmp_path / "plugins", {"room.py": ROOM})
    return tmp_path


def run(site: Path, *arguments: str, **environ: str) -> Result:
    config = str(site / "share-bridge.toml")
    return CliRunner().invoke(cli, ["--config", config, *arguments], env=environ)


def day(days: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def target(site: Path) -> tuple[str, dict[str, Any]]:
    """Its line, and what programs read."""
    shown = run(site, "status").stdout
    (line,) = [it for it in shown.splitlines() if it.startswith("  home: ")]
    (document,) = json.loads(run(site, "status", "--json").stdout)["targets"]
    return line, document


@pytest.mark.parametrize(
    "token, told, state",
    [
        ("90", ", token until {day}", "ok"),
        (
            "10",
            ", its token ends on {day}, in 9 days: share-bridge login home",
            "expiring",
        ),
        ("bad", ", blocked", "blocked"),
    ],
)
def test_a_target_says_how_it_is(site: Path, token: str, told: str, state: str) -> None:
    run(site, "publish", ROOM=token)
    line, document = target(site)

    known = day(int(token)) if token.isdigit() else ""
    assert line.endswith(told.format(day=known))
    assert document["state"] == state


def test_an_end_that_was_written_down_counts(site: Path) -> None:
    run(site, "publish", ROOM="90")
    with (site / "share-bridge.toml").open("a") as file:
        file.write(f"expires = {day(5)}\n")
    line, document = target(site)

    assert f"its token ends on {day(5)}" in line
    assert "and the new day as expires in [targets.home]" in line
    assert document["expires"].startswith(day(5))


def test_the_same_words_warn_in_every_run(site: Path) -> None:
    run(site, "publish", ROOM="10")
    warned = run(site, "publish", ROOM="10").stderr

    assert f"home: its token ends on {day(10)}, in 9 days" in warned
    assert "share-bridge login home" in warned


def test_a_target_that_was_taken_out_is_not_forgotten(site: Path) -> None:
    run(site, "publish", ROOM="90")
    file = site / "share-bridge.toml"
    file.write_text(file.read_text().replace("targets.home", "targets.attic"))

    assert "home: room Ada, not in the configuration" in run(site, "status").stdout


def test_a_target_that_was_never_sent_to_is_told_to_programs(site: Path) -> None:
    (document,) = json.loads(run(site, "status", "--json").stdout)["targets"]

    assert (document["target"], document["state"]) == ("home", "ok")
