"""One post from an event: a release told in CI goes out once, however often it runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from blog_support import FEED, write_feed
from cli_support import run
from fediverse_support import TOKEN, Fediverse
from share_bridge.testing.faults import Fault, Lost
from share_bridge.testing.server import StatefulServer

CONFIG = """
[targets.home]
publisher = "mastodon"
server = "{server}"
token = "{token}"
timeout = 1
settle_after = 0
max_per_run = 50
first_run = "none"

[network]
allow = ["127.0.0.0/8"]
"""
RELEASE = (
    "--id",
    "v2.1",
    "--title",
    "Version 2.1",
    "--url",
    "https://code.example/2.1",
)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Fediverse]:
    """A project with an account, and no feed."""
    service = Fediverse()
    with StatefulServer(service) as server:
        config = CONFIG.format(server=server.url, token=TOKEN)
        (tmp_path / "share-bridge.toml").write_text(config)
        yield service


def notes(folder: Path, text: str, name: str = "notes.md") -> tuple[str, str]:
    (folder / name).write_text(text)
    return "--text", str(folder / name)


def test_an_event_is_one_post(tmp_path: Path, service: Fediverse) -> None:
    """Without a source, to a target that takes no old posts; a second run is quiet."""
    text = notes(tmp_path, "It *finds* lost posts.")

    first = run(tmp_path, "publish", *RELEASE, *text, "--tag", "release")
    second = run(tmp_path, "publish", *RELEASE, *text, "--tag", "release")

    (status,) = service.standing
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Nothing to send" in second.stdout
    assert status.text.startswith("Version 2.1\n\nIt finds lost posts.")
    assert "https://code.example/2.1" in status.text
    assert "#release" in status.text


def test_sources_are_left_alone(tmp_path: Path, service: Fediverse) -> None:
    """They have their own runs; the same link in a feed is the same post."""
    config = tmp_path / "share-bridge.toml"
    config.write_text(FEED + config.read_text())
    write_feed(tmp_path)
    event = ("--id", "first", "--title", "Post 1", "--url", "https://example.org/1")

    report = json.loads(run(tmp_path, "publish", *event, "--json").stdout)
    run(tmp_path, "publish")
    run(tmp_path, "publish", *event)

    assert [source["source"] for source in report["sources"]] == ["event:first"]
    assert len(service.standing) == 1
    assert service.edits == []


def test_other_words_are_an_edit(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "publish", *RELEASE, *notes(tmp_path, "It finds lots posts."))

    run(tmp_path, "publish", *RELEASE, *notes(tmp_path, "It finds lost posts."))

    assert len(service.standing) == len(service.edits) == 1
    assert "It finds lost posts." in service.texts()[0]


def test_an_event_brings_no_other_to_a_new_target(
    tmp_path: Path, service: Fediverse
) -> None:
    """Each is meant for those who were named with it."""
    config = tmp_path / "share-bridge.toml"
    run(tmp_path, "publish", *RELEASE)
    page = '[targets.page]\npublisher = "page"\nfile = "out.html"\n'
    config.write_text(config.read_text() + page)

    run(tmp_path, "publish", "--id", "v2.2", "--title", "Version 2.2")

    shown = (tmp_path / "out.html").read_text()
    assert "Version 2.2" in shown
    assert "Version 2.1" not in shown


def test_a_lost_answer_doubles_nothing(tmp_path: Path, service: Fediverse) -> None:
    service.fail(
        Fault(what=Lost.RESET, accepted=True, when=lambda it: it.method == "POST")
    )

    first = run(tmp_path, "publish", *RELEASE, "--max-seconds", "0.5")
    run(tmp_path, "ledger", "retry", "--all")
    run(tmp_path, "publish", *RELEASE, "--max-seconds", "5")

    assert first.exit_code in {0, 4}
    assert len(service.standing) == 1


def test_a_lost_ledger_doubles_nothing(tmp_path: Path, service: Fediverse) -> None:
    """CI forgets; the account does not."""
    run(tmp_path, "publish", *RELEASE)
    (tmp_path / "share-bridge.db").unlink()

    result = run(tmp_path, "publish", *RELEASE)

    assert result.exit_code == 0
    assert len(service.standing) == 1


def test_the_words_may_be_html_or_come_by_pipe(
    tmp_path: Path, service: Fediverse
) -> None:
    page = notes(tmp_path, "<p>From a <b>page</b>.</p>", "notes.html")
    run(tmp_path, "publish", "--id", "a", *page)
    run(tmp_path, "publish", "--id", "b", "--title", "T", "--text", "-")

    assert service.texts() == ["From a page.", "T"]


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (("--title", "x"), "--title tells of one post"),
        (("--tag", "x"), "--tag tells of one post"),
        (("--id", "x"), "--id needs a --title"),
        (("--id", " ", "--title", "x"), "--id: name the post"),
        ((*RELEASE, "blog"), "name no SOURCE"),
        (("--id", "x", "--title", "x", "--url", "example.org"), "--url: write a whole"),
        (("--id", "x", "--text", "none.md"), "--text none.md"),
        (("--id", "x", "--title", "x", "--date", "today"), "--date: write a date"),
    ],
)
def test_what_cannot_be_meant_is_said(
    tmp_path: Path, service: Fediverse, arguments: tuple[str, ...], complaint: str
) -> None:
    result = run(tmp_path, "publish", *arguments)

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert service.standing == []
