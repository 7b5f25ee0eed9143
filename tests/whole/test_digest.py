"""A digest from the command line: what collects is shown before it goes."""

from __future__ import annotations

import html
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from approve_support import editor
from blog_support import serving
from cli_support import run
from fediverse_support import Fediverse

_CONFIG = """
[site]
url = "https://example.org/"
title = "Example blog"
language = "en"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "none"

[targets.letter]
publisher = "email"
folder = "mails"
from = "Blog <blog@example.org>"
to = ["ada@mail.example"]
%s
"""
_ITEM = (
    "<item><title>Post {0}</title><link>https://example.org/{0}</link>"
    "<guid>{0}</guid><description>The words of post {0}.</description></item>"
)


def _in_two_weeks() -> str:
    day = (datetime.now(UTC) + timedelta(days=14)).day
    return f'digest = {{ every = "month", at = "{day} 12:00", zone = "UTC" }}'


@contextmanager
def _due(folder: Path, *lines: str) -> Iterator[Fediverse]:
    """An account whose digest of five posts is due: they were collected long ago."""
    service = Fediverse()
    with serving(service, folder, _in_two_weeks(), *lines):
        run(folder, "publish")
        with closing(sqlite3.connect(folder / "share-bridge.db")) as ledger, ledger:
            ledger.execute(
                "UPDATE message SET collected_at = collected_at - 40 * 86400"
            )
        run(folder, "publish")
        yield service


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three posts, two of them new, and a digest that goes in two weeks."""
    config = _CONFIG % _in_two_weeks()
    (tmp_path / "share-bridge.toml").write_text(config, encoding="utf-8")
    for count in (1, 3):
        items = "".join(map(_ITEM.format, range(count, 0, -1)))
        feed = f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
        (tmp_path / "feed.xml").write_text(feed, encoding="utf-8")
        result = run(tmp_path, "publish")
        assert result.exit_code == 0, result.output
    return tmp_path


def test_the_report_says_what_collects(folder: Path) -> None:
    result = run(folder, "publish", "--json")

    report = json.loads(result.stdout)
    assert [it["state"] for it in report["deliveries"]] == ["planned", "planned"]
    assert {it["reason"] for it in report["deliveries"]} == {"goes with the digest"}
    assert report["next_due"] == report["deliveries"][0]["due"]
    assert not (folder / "mails").exists()


def test_status_shows_what_collects_and_when_it_goes(folder: Path) -> None:
    result = run(folder, "status")

    assert "“Post 2”" in result.output
    assert "goes with the digest" in result.output
    assert "digest every month, on day" in result.output


def test_the_preview_shows_the_digest_as_it_would_go_out(folder: Path) -> None:
    result = run(folder, "preview")

    assert "Example blog: new posts" in result.output
    assert "▸ letter · E-mail · collects" in result.output
    assert "│ Post 3" in result.output
    assert "│ Read more: https://example.org/2" in result.output
    assert "The digest tells of it" in result.output


def test_the_page_shows_the_mail_as_readers_get_it(folder: Path) -> None:
    """As plain text and as HTML: each title is a link, and so is each "Read more"."""
    result = run(folder, "preview", "--html", "-")

    page = html.unescape(html.unescape(result.output))
    assert result.exit_code == 0, result.output
    for number in (2, 3):
        assert f"Read more: https://example.org/{number}" in page
        assert page.count(f'<a href="https://example.org/{number}"') == 2


def test_a_digest_can_be_taken_back(tmp_path: Path) -> None:
    """And neither it nor the posts that it told of come again."""
    with _due(tmp_path) as service:
        before = len(service.standing)
        result = run(tmp_path, "retract", "--last-run")
        run(tmp_path, "publish")

        assert before == 1
        assert "removed  home  example.org: new posts\n1 removed.\n" in result.stdout
        assert service.standing == []


def test_its_owner_may_change_the_words_of_a_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They go as they are, once, and the posts count as told."""
    editor(tmp_path, "echo 'What is new: https://example.org/' > $1", monkeypatch)
    with _due(tmp_path, "approve = true") as service:
        before = len(service.standing)
        result = run(tmp_path, "approve", "--all", "--yes", "--edit", "--publish")
        run(tmp_path, "publish")

        assert before == 0
        assert "1 sent, 5 skipped." in result.stdout
        assert service.texts() == ["What is new: https://example.org/"]
