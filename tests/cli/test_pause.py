"""`pause` and `resume`: one target or all, until their owner says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_support import run

CONFIG = """
[[sources]]
name = "blog"
feed = "feed.xml"

[targets.page]
publisher = "page"
file = "index.html"

[targets.archive]
publisher = "page"
file = "archive.html"
"""
FEED = """<rss version="2.0"><channel><title>B</title><item><title>One</title>
<link>https://example.org/one</link><guid>1</guid></item></channel></rss>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "share-bridge.toml").write_text(CONFIG)
    (tmp_path / "feed.xml").write_text(FEED)
    return tmp_path


def test_one_target_rests_and_the_other_goes_on(site: Path) -> None:
    """And the paused one catches up after `resume`."""
    paused = run(site, "pause", "page")
    first = run(site, "publish")
    resumed = run(site, "resume", "page")
    second = run(site, "publish")

    assert paused.stdout == "page is paused.\n"
    assert "paused by you; `share-bridge resume page`" in first.stderr
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 sent, 1 planned." in first.stdout
    assert resumed.stdout == "page goes on with the next run.\n"
    assert "1 sent." in second.stdout


def test_all_of_them_without_a_name(site: Path) -> None:
    """A second time it says that nothing changed."""
    paused, again = run(site, "pause"), run(site, "pause")
    published = run(site, "publish")
    resumed, at_once = run(site, "resume"), run(site, "resume")

    assert paused.stdout == "page, archive are paused.\n"
    assert again.stdout == "It was paused before.\n"
    assert "2 planned." in published.stdout
    assert not (site / "index.html").exists()
    assert resumed.stdout == "page, archive go on with the next run.\n"
    assert at_once.stdout == "Nothing is paused.\n"


@pytest.mark.parametrize("before", ["published", "never asked"])
def test_a_pause_goes_along_where_a_target_is_renamed(site: Path, before: str) -> None:
    """`resume` by the new name works after the next run, and says how before."""
    if before == "published":
        run(site, "publish")
    run(site, "pause", "page")
    file = site / "share-bridge.toml"
    file.write_text(CONFIG.replace("targets.page", "targets.latest"))

    unknown = run(site, "resume", "latest")
    (site / "feed.xml").write_text(FEED.replace("One", "Two"))
    published = run(site, "publish")
    resumed = run(site, "resume", "latest")

    assert "latest is not paused. page is" in unknown.stdout
    assert "latest: paused by you" in published.stderr
    assert (site / "index.html").exists() == (before == "published")
    assert resumed.stdout == "latest goes on with the next run.\n"


def test_all_means_those_too_that_were_renamed(site: Path) -> None:
    run(site, "publish")
    run(site, "pause", "page")
    file = site / "share-bridge.toml"
    file.write_text(CONFIG.replace("targets.page", "targets.latest"))

    assert run(site, "resume").stdout == "page goes on with the next run.\n"


def test_a_target_that_is_not_there(site: Path) -> None:
    """Exit 2, and the names that there are."""
    result = run(site, "pause", "nope")

    assert result.exit_code == 2
    assert "no such target" in result.stderr


@pytest.mark.parametrize("value, sent", [("1", 0), ("yes", 0), ("0", 2), ("", 2)])
def test_the_environment_pauses_everything(
    site: Path, monkeypatch: pytest.MonkeyPatch, value: str, sent: int
) -> None:
    """For a deploy that must not publish; the report says why."""
    monkeypatch.setenv("SHARE_BRIDGE_PAUSE", value)

    result = run(site, "publish")

    assert result.exit_code == 0
    assert (f"{sent} sent" in result.stdout) == bool(sent)
    assert ("paused by SHARE_BRIDGE_PAUSE" in result.stderr) == (not sent)
