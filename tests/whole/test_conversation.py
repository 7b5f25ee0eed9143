"""What others said at a Mastodon server, from there into the pages of the site."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from blog_support import write_feed
from cli_support import run
from fediverse_support import TOKEN, Fediverse
from fediverse_talk import account
from serve_support import free_port, serving, until
from share_bridge.cli.conversing import fetch_due
from share_bridge.cli.workspace import Workspace
from share_bridge.conversation.patience import Patience
from share_bridge.testing.faults import Answer, Fault
from share_bridge.testing.server import StatefulServer

CONFIG = """
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "{server}"
token = {{ env = "HOME_TOKEN" }}
timeout = 10
max_per_run = 50

[targets.page]
publisher = "page"
file = "page.html"
max_per_run = 50

[network]
allow = ["127.0.0.0/8"]
"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fediverse]:
    """A server on which the five posts of a blog stand, the first talked about."""
    service = Fediverse()
    write_feed(tmp_path)
    monkeypatch.setenv("HOME_TOKEN", TOKEN)
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url)
        (tmp_path / "share-bridge.toml").write_text(config)
        assert run(tmp_path, "publish").exit_code == 0
        service.talk.fans = [account("ada"), account("bob")]
        service.talk.reply(service.standing[0].id, "<p>Well said!</p>")
        yield service


def _told(folder: Path) -> list[dict[str, object]]:
    run(folder, "conversation", "export", str(folder / "out"))
    found = [
        json.loads(file.read_text())
        for file in (folder / "out").glob("*.json")
        if file.stem != "index"
    ]
    return sorted(found, key=lambda it: it["url"])


def test_a_reply_comes_home_once_it_is_approved(
    tmp_path: Path, service: Fediverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only `fetch` needs the token, and nothing is written over there."""
    written = len(service.writes)
    fetched = run(tmp_path, "conversation", "fetch")
    monkeypatch.delenv("HOME_TOKEN")
    listed = run(tmp_path, "conversation", "list")
    before = _told(tmp_path)
    approved = run(tmp_path, "conversation", "approve", listed.stdout.split()[0])
    after = _told(tmp_path)

    assert fetched.stdout == ("home: 5 posts asked about, 11 new, 0 changed, 0 gone\n")
    assert "Well said!" in listed.stdout
    assert [it["likes"] for it in before] == [2] * 5
    assert [len(it["replies"]) for it in before] == [0] * 5
    assert approved.stdout == "approved: @bob@social.example\n"
    assert [len(it["replies"]) for it in after] == [1, 0, 0, 0, 0]
    assert after[0]["url"] == "https://example.org/1"
    assert len(service.writes) == written


def test_what_was_taken_back_is_forgotten(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "conversation", "fetch")
    run(tmp_path, "retract", "https://example.org/1")
    fetched = run(tmp_path, "conversation", "fetch")
    assert "4 posts asked about, 0 new, 0 changed, 3 gone" in fetched.stdout


def test_a_server_that_fails_loses_nothing(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "conversation", "fetch")
    service.fail(Fault(what=Answer(503, {}), when=lambda _: True, times=None))
    fetched = run(tmp_path, "conversation", "fetch")
    listed = run(tmp_path, "conversation", "list")
    assert fetched.exit_code == 4
    assert "stopped: " in fetched.stdout
    assert "Well said!" in listed.stdout


def test_a_server_gathers_by_itself(tmp_path: Path, service: Fediverse) -> None:
    """After it has published, and again when there is something new."""

    def said(words: str) -> bool:
        return words in run(tmp_path, "conversation", "list").stdout

    with serving(tmp_path, free_port(), "--every", "1", "--fetch-every", "1"):
        until(lambda: said("Well said!"), seconds=120)
        service.talk.reply(service.standing[1].id, "<p>I agree.</p>")
        until(lambda: said("I agree."), seconds=120)


def test_a_server_that_was_asked_is_left_alone_for_a_while(
    tmp_path: Path, service: Fediverse, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether it answered or not; what is new or wrong is told."""
    workspace, patience = Workspace(), Patience(timedelta(hours=1))
    workspace.cwd = tmp_path
    before = len(service.requests)
    fetch_due(workspace, patience, most=20)
    asked = len(service.requests)
    fetch_due(workspace, patience, most=20)
    assert asked > before
    assert len(service.requests) == asked
    assert "home: 5 posts asked about, 11 new" in capsys.readouterr().out


def test_a_target_without_its_secret_is_told_and_left_alone(
    tmp_path: Path,
    service: Fediverse,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("HOME_TOKEN")
    workspace, patience = Workspace(), Patience(timedelta(hours=1))
    workspace.cwd = tmp_path
    before = len(service.requests)
    for _ in range(2):
        fetch_due(workspace, patience, most=20)
    assert len(service.requests) == before
    assert capsys.readouterr().out.count("stopped: ") == 1


def test_so_many_posts_are_asked_about(tmp_path: Path, service: Fediverse) -> None:
    fetched = run(tmp_path, "conversation", "fetch", "--posts", "2")
    assert "home: 2 posts asked about, 4 new" in fetched.stdout


def test_a_target_that_cannot_be_asked_says_so(
    tmp_path: Path, service: Fediverse
) -> None:
    one = run(tmp_path, "conversation", "fetch", "--target", "page")
    assert one.exit_code == 4
    assert "targets.page: its service cannot be asked" in one.stderr


def test_without_a_token_nothing_is_asked(
    tmp_path: Path, service: Fediverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME_TOKEN")
    fetched = run(tmp_path, "conversation", "fetch")
    assert fetched.exit_code == 4
    assert "HOME_TOKEN" in fetched.stdout


def test_who_is_blocked_is_not_heard_again(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "conversation", "fetch")
    blocked = run(tmp_path, "conversation", "block", "social.example")
    run(tmp_path, "conversation", "fetch")
    listed = run(tmp_path, "conversation", "list", "--all")
    assert "11 entries are forgotten" in blocked.stdout
    assert listed.stdout == "Nothing waits for your word.\n"
