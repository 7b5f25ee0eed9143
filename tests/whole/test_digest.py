"""A digest from the command line: what collects is shown before it goes."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli_support import run

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three posts, two of them new, and a digest that goes in two weeks."""
    day = (datetime.now(UTC) + timedelta(days=14)).day
    digest = f'digest = {{ every = "month", at = "{day} 12:00", zone = "UTC" }}'
    (tmp_path / "share-bridge.toml").write_text(_CONFIG % digest, encoding="utf-8")
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
