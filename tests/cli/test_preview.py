"""`share-bridge preview` as people use it: in the terminal, and as a page."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from cli_support import run
from share_bridge.cli.previewing import Page, run_preview
from share_bridge.cli.terminal import wrapped
from share_bridge.cli.workspace import Workspace

CONFIG = """
[site]
url = "https://example.org"
title = "A blog"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "https://mastodon.example"
token = { command = ["touch", "ran"] }

[targets.page]
publisher = "page"
file = "out.html"
"""
ITEM = """<item><title>Post {0}</title><link>https://example.org/{0}</link>
<guid>{0}</guid><pubDate>Mon, {0:02} Nov 2026 08:00:00 GMT</pubDate>
<description>{1}</description></item>"""
WORDS = "A sentence that is one of many in this post. "


def feed(folder: Path, *numbers: int, words: str = WORDS) -> None:
    items = "".join(ITEM.format(number, words) for number in numbers)
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two posts, a Mastodon account whose token a command prints, and a page."""
    (tmp_path / "share-bridge.toml").write_text(CONFIG)
    feed(tmp_path, 1, 2)
    return tmp_path


def test_the_terminal_shows_every_post_at_every_target(site: Path) -> None:
    result = run(site, "preview", "--as", "bluesky")

    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "Post 2"
    assert [line for line in lines if line.startswith("▸")] == 2 * [
        "▸ home · Mastodon · to be sent · 77 of 500 graphemes",
        "▸ Page · to be sent · 67 of 500 graphemes",
        "▸ Bluesky · not configured · 52 of 300 graphemes · 52 of 3,000 bytes",
    ]
    assert lines[-1] == "2 posts; 4 to be sent or held. Preview: nothing was sent."


def test_lines_fit_eighty_columns(site: Path) -> None:
    feed(site, 1, words=WORDS * 60 + "長い文章です。" * 60 + "x" * 200)

    result = run(site, "preview", "--as", "slack", "--as", "instagram")

    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    "text, lines",
    [
        ("a bc def", ["a bc", "def"]),
        ("one\n\ntwo", ["one", "", "two"]),
        ("漢字仮名", ["漢字", "仮名"]),
        ("abcdefg", ["abcde", "fg"]),
        ("🇩🇪🇫🇷🇯🇵", ["🇩🇪🇫🇷", "🇯🇵"]),
        ("x https://e.example/long y", ["x", "https://e.example/long", "y"]),
    ],
)
def test_lines_break_where_a_reader_would(text: str, lines: list[str]) -> None:
    """Wide characters take two columns; no character is cut; addresses stay whole."""
    assert wrapped(text, 5) == lines


def test_nothing_is_sent_written_run_or_asked(site: Path) -> None:
    """No secret is resolved: the command that would print it is not run."""
    before = sorted(site.rglob("*"))

    result = run(site, "preview")

    assert result.exit_code == 0, result.output
    assert sorted(site.rglob("*")) == before


def test_the_page_is_all_that_is_written(site: Path) -> None:
    before = set(site.rglob("*"))

    result = run(site, "preview", "--html", str(site / "p.html"))

    assert result.exit_code == 0, result.output
    assert set(site.rglob("*")) - before == {site / "p.html"}
    assert result.stdout == f"{site / 'p.html'}: 2 posts. Nothing was sent.\n"
    assert "Post 2" in (site / "p.html").read_text(encoding="utf-8")


def test_the_page_can_go_to_standard_output(site: Path) -> None:
    result = run(site, "preview", "--html", "-")

    assert result.stdout.startswith("<!DOCTYPE html>")
    assert result.stdout.rstrip().endswith("</html>")


def test_a_page_that_cannot_be_written_says_so(site: Path) -> None:
    (site / "folder").mkdir()

    result = run(site, "preview", "--html", str(site / "folder"))

    assert result.exit_code == 2
    assert f"--html {site / 'folder'}" in result.stderr


def test_the_browser_is_shown_a_file_that_nobody_else_reads(site: Path) -> None:
    workspace = Workspace()
    workspace.cwd, shown = site, list[str]()

    def open_url(url: str) -> bool:
        shown.append(url)
        return True

    code = run_preview(
        workspace,
        sources=(),
        targets=(),
        networks=(),
        newest=None,
        check_links=False,
        page=Page(None, opens=True),
        open_url=open_url,
    )

    file = Path(shown[0].removeprefix("file://"))
    assert code == 0
    assert "Post 2" in file.read_text(encoding="utf-8")
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_one_file_can_be_previewed(site: Path) -> None:
    """Also a draft."""
    (site / "new.md").write_text(
        "---\ntitle: New\ndraft: true\n---\nWords of the draft.\n"
    )

    result = run(site, "preview", str(site / "new.md"), "--target", "page")

    assert result.exit_code == 0, result.output
    assert "Post 2" not in result.stdout
    assert "not sent" in result.stdout
    assert "  │ Words of the draft." in result.stdout


def test_the_newest_posts_can_be_asked_for(site: Path) -> None:
    result = run(site, "preview", "--newest", "1")

    assert "Post 2" in result.stdout
    assert "Post 1" not in result.stdout


def test_an_unknown_network_is_suggested(site: Path) -> None:
    result = run(site, "preview", "--as", "blusky")

    assert result.exit_code == 2
    assert "--as blusky: no such network; did you mean bluesky?" in result.stderr


def test_a_source_that_cannot_be_read_is_3(site: Path) -> None:
    (site / "feed.xml").unlink()

    result = run(site, "preview")

    assert result.exit_code == 3
    assert "No such file" in result.stderr


def test_a_post_cannot_drive_the_terminal(site: Path) -> None:
    feed(site, 1, words="Words \u202e\u009b31m and more.")

    result = run(site, "preview")

    assert not set(result.stdout) & set("\x1b\x9b\u202e")


def test_the_page_and_a_dry_run_agree(site: Path) -> None:
    """By way of the command line: what the terminal shows is what would be sent."""
    dry = run(site, "publish", "--dry-run", "--json")
    shown = run(site, "preview").stdout

    for delivery in json.loads(dry.stdout)["deliveries"]:
        lines = wrapped(delivery["text"], 76)
        assert "\n".join(f"  │ {line}".rstrip() for line in lines) in shown
