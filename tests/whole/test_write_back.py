"""The site learns where its copies stand, and unlearns what was taken away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_support import run
from fediverse_support import TOKEN, Fediverse
from share_bridge.testing.server import StatefulServer

CONFIG = """
[site]
url = "https://example.org"
syndication = "data/syndication.json"

[[sources]]
name = "posts"
files = "posts"
permalink = "https://example.org/{{slug}}"
first_run = "all"
wait_until_live = false
write_syndication = true

[targets.home]
publisher = "mastodon"
server = "{server}"
token = "{token}"
max_per_run = 50

[network]
allow = ["127.0.0.0/8"]
"""
HELLO = "---\ntitle: Hello   # a comment\ndate: 2026-11-01\n---\n\nWords.\n"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Fediverse]:
    """A folder with one post, and an account."""
    service = Fediverse()
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/hello.md").write_text(HELLO)
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url, token=TOKEN)
        (tmp_path / "share-bridge.toml").write_text(config)
        yield service


def listed(folder: Path) -> dict[str, list[str]]:
    document: dict[str, list[str]] = json.loads(
        (folder / "data/syndication.json").read_text()
    )
    return document


def test_a_copy_is_written_down(tmp_path: Path, service: Fediverse) -> None:
    """In the list and in the post; that is no edit, and happens once."""
    first = run(tmp_path, "publish")
    second = run(tmp_path, "publish")
    third = run(tmp_path, "publish")

    (url,) = listed(tmp_path)["https://example.org/hello"]
    added = f"date: 2026-11-01\nsyndication:\n  - {url}\n---"
    assert (tmp_path / "posts/hello.md").read_text() == HELLO.replace(
        "date: 2026-11-01\n---", added
    )
    assert [it.exit_code for it in (first, second, third)] == [0, 0, 0]
    assert "Nothing to send" in second.stdout
    assert len(service.standing) == 1
    assert service.edits == []


def test_what_was_taken_away_goes(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "publish")
    run(tmp_path, "publish")

    run(tmp_path, "retract", "https://example.org/hello")

    assert listed(tmp_path) == {}
    assert (tmp_path / "posts/hello.md").read_text() == HELLO


def test_what_others_wrote_stays(tmp_path: Path, service: Fediverse) -> None:
    """Another tool's copies, and those of an older ledger."""
    (tmp_path / "data").mkdir()
    other = {
        "https://example.org/hello": "https://elsewhere.example/1",
        "https://example.org/old": ["https://elsewhere.example/0"],
    }
    (tmp_path / "data/syndication.json").write_text(json.dumps(other))

    run(tmp_path, "publish")

    found = listed(tmp_path)
    assert found["https://example.org/old"] == ["https://elsewhere.example/0"]
    assert found["https://example.org/hello"][0] == "https://elsewhere.example/1"
    assert len(found["https://example.org/hello"]) == 2


@pytest.mark.parametrize("content", ["[1, 2]", "no JSON"])
def test_another_file_is_never_overwritten(
    tmp_path: Path, service: Fediverse, content: str
) -> None:
    """It is said, and the post goes out all the same."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/syndication.json").write_text(content)

    result = run(tmp_path, "publish")

    assert "this is no list of copies" in result.stderr
    assert (tmp_path / "data/syndication.json").read_text() == content
    assert len(service.standing) == 1


def test_a_post_that_cannot_be_changed_is_named(
    tmp_path: Path, service: Fediverse
) -> None:
    (tmp_path / "posts/hello.md").write_text("# Hello\n\nWords.\n")

    result = run(tmp_path, "publish")

    assert "posts/hello.md: syndication is written into front matter" in result.stderr
    assert (tmp_path / "posts/hello.md").read_text() == "# Hello\n\nWords.\n"


def test_a_dry_run_writes_nothing(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "publish", "--dry-run")

    assert not (tmp_path / "data").exists()


def test_a_lost_ledger_believes_the_posts(tmp_path: Path, service: Fediverse) -> None:
    """What was written into them counts as sent."""
    run(tmp_path, "publish")
    (tmp_path / "share-bridge.db").unlink()
    service.hidden = 1

    run(tmp_path, "publish")

    assert len(service.standing) == 1
