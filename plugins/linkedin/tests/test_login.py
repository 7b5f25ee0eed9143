"""One logs in with an app of one's own, or with a token of LinkedIn's page."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from linkedin_service import TOKEN, App, LinkedIn
from login_support import desktop, start
from registry_support import write
from share_bridge.cli import cli
from share_bridge.testing.server import StatefulServer

CONFIG = """
[network]
allow = ["127.0.0.0/8"]

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.career]
publisher = "linkedin"
server = "{server}"
website = "{server}"
"""
FEED = """<rss version="2.0"><channel><title>B</title><item><title>One</title>
<link>{server}/1</link><guid isPermaLink="false">1</guid>
<description>Words (a few).</description></item></channel></rss>"""


@pytest.fixture
def site(tmp_path: Path, service: LinkedIn) -> Iterator[Path]:
    """A blog with one post, and a target that nobody is logged in at."""
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url)
        yield write(
            tmp_path,
            {"share-bridge.toml": config, "feed.xml": FEED.format(server=server.url)},
        )


def run(site: Path, *arguments: str, text: str = "", **environ: str) -> Result:
    """What `share-bridge ARGUMENTS` does where there is no browser."""
    config = str(site / "share-bridge.toml")
    alone = {"DISPLAY": None, "WAYLAND_DISPLAY": None, "BROWSER": None}
    return CliRunner().invoke(
        cli, ["--config", config, *arguments], input=text, env={**alone, **environ}
    )


def saved() -> dict[str, str]:
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "share-bridge" / "credentials.json"
    if not file.exists():
        return {}
    values: dict[str, str] = json.loads(file.read_text())["career"]["values"]
    return values


def add(site: Path, *lines: str) -> None:
    with (site / "share-bridge.toml").open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def log_in(site: Path, text: str = "app-1\napp-secret\n") -> tuple[int, str, str]:
    """In a process of its own, with a browser."""
    process = start(site, "login", "career", environ=desktop(site))
    out, err = process.communicate(text, timeout=30)
    return process.returncode, out, err


def test_the_browser_goes_to_linkedin_and_comes_back(
    site: Path, service: LinkedIn
) -> None:
    """The whole of it, in processes of their own, on a real socket."""
    code, out, err = log_in(site)

    assert code == 0, err
    assert "career: logged in as Ada Lovelace (until 20" in out
    assert re.search(r"http://127.0.0.1:\d+/callback", err)
    assert set(saved()) == {"token", "expires", "scopes", "client_id", "client_secret"}
    assert saved()["scopes"] == "openid,profile,w_member_social"
    assert "AQV-" not in out + err
    assert "app-secret" not in out + err


def test_after_a_login_posts_go_out(site: Path, service: LinkedIn) -> None:
    log_in(site)
    result = run(site, "publish")

    assert result.exit_code == 0, result.output
    assert "Words (a few)." in service.texts()[0]


def test_the_second_login_asks_for_nothing(site: Path) -> None:
    log_in(site)
    first = saved()["token"]
    code, _, err = log_in(site, text="")

    assert code == 0, err
    assert saved()["token"] != first


def test_an_approved_app_gets_a_token_that_renews_itself(
    site: Path, service: LinkedIn
) -> None:
    service.apps["app-1"] = App(refreshes=True)
    log_in(site)

    assert saved()["refresh_token"] == "the-refresh-token"


def test_an_organization_needs_another_scope(site: Path, service: LinkedIn) -> None:
    """And its app can have no other: `openid` would be refused."""
    add(site, 'author = "2414183"')
    service.apps["app-1"] = App(scopes=frozenset({"w_organization_social"}))
    code, out, err = log_in(site)

    assert code == 0, err
    assert "urn:li:organization:2414183" in out
    assert saved()["scopes"] == "w_organization_social"


def test_more_can_be_asked_for_where_the_app_has_it(
    site: Path, service: LinkedIn
) -> None:
    scopes = frozenset({"w_organization_social", "rw_organization_admin"})
    add(site, 'author = "2414183"', f'scopes = "{" ".join(scopes)}"')
    service.apps["app-1"] = App(scopes=scopes)
    _, out, _ = log_in(site)

    assert "logged in as Learning out loud" in out


@pytest.mark.parametrize(
    "change, told",
    [
        ({"scopes": frozenset({"openid"})}, "Scope is not authorized"),
        ({"secret": "another"}, "Client authentication failed"),
    ],
)
def test_who_is_refused_is_told_why(
    site: Path, service: LinkedIn, change: dict[str, Any], told: str
) -> None:
    service.apps["app-1"] = App(**change)
    code, _, err = log_in(site)

    assert code == 1
    assert told in err
    assert saved() == {}


# Without a browser


def test_a_token_of_linkedins_page_is_taken(site: Path) -> None:
    result = run(site, "login", "career", text=f"\n{TOKEN}\n2027-01-20\n")

    assert result.exit_code == 0, result.output
    assert "logged in as Ada Lovelace (until 2027-01-20;" in result.stdout
    assert saved() == {"token": TOKEN, "expires": "2027-01-20T00:00:00+00:00"}
    assert TOKEN not in result.output


def test_a_token_whose_end_nobody_knows_lives_60_days(site: Path) -> None:
    run(site, "login", "career", text=f"\n{TOKEN}\n\n")

    assert set(saved()) == {"token", "expires"}


@pytest.mark.parametrize(
    "text, told",
    [
        ("\n\n", "no token was given"),
        (f"\n{TOKEN}\nin spring\n", "is no day such as"),
        ("app-1\n\n", "without its secret nobody can log in"),
    ],
)
def test_what_is_missing_is_told_and_nothing_saved(
    site: Path, text: str, told: str
) -> None:
    result = run(site, "login", "career", text=text)

    assert result.exit_code == 1
    assert told in result.stderr
    assert saved() == {}


def test_a_pasted_token_takes_nothing_of_an_earlier_login_along(
    site: Path, service: LinkedIn
) -> None:
    """A refresh token of another app would renew it to somebody else."""
    service.apps["app-1"] = App(refreshes=True)
    log_in(site)
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "share-bridge" / "credentials.json"
    file.unlink()
    run(site, "login", "career", text=f"\n{TOKEN}\n\n")

    assert "refresh_token" not in saved()


def test_ci_gets_a_line_for_each_secret(site: Path, service: LinkedIn) -> None:
    service.apps["app-1"] = App(refreshes=True)
    log_in(site)
    result = run(site, "login", "career", "--ci")
    lines = result.stdout.splitlines()

    assert [line.rpartition(" ")[2] for line in lines] == [
        "SHARE_BRIDGE_CAREER_TOKEN",
        "SHARE_BRIDGE_CAREER_CLIENT_SECRET",
        "SHARE_BRIDGE_CAREER_REFRESH_TOKEN",
    ]
    assert "AQV-" not in result.output
    assert "expires = " not in result.stderr


def test_ci_is_told_when_a_token_ends(site: Path) -> None:
    """What cannot be renewed there is to be warned about there."""
    run(site, "login", "career", text=f"\n{TOKEN}\n2027-01-20\n")
    result = run(site, "login", "career", "--ci")

    assert "write expires = 2027-01-20 in [targets.career]" in result.stderr
    assert result.stdout.endswith("SHARE_BRIDGE_CAREER_TOKEN\n")
