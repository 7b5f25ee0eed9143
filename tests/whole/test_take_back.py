"""Taking back by the command line, at a Mastodon server on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from blog_support import account, configure, serving, titles
from cli_support import run
from fediverse_support import Fediverse
from share_bridge.testing.faults import Answer, Fault

MAIL = """[targets.mail]
publisher = "email"
from = "Blog <blog@example.org>"
to = ["Ann <ann@example.org>"]
folder = "mail"
max_per_run = 50
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Fediverse]:
    """A server on which the five posts of a blog stand."""
    service = Fediverse()
    with serving(service, tmp_path, "timeout = 1", "settle_after = 0") as server:
        configure(tmp_path, account(server, "timeout = 1", "settle_after = 0"), MAIL)
        assert run(tmp_path, "publish").exit_code == 0
        yield service


def test_a_post_is_taken_away_at_once(tmp_path: Path, service: Fediverse) -> None:
    """What cannot be taken back is named; nothing comes back by itself."""
    result = run(tmp_path, "retract", "https://example.org/2")
    again = run(tmp_path, "publish")

    assert result.exit_code == 0
    assert "removed  home" in result.stdout
    assert "cannot be taken back" in result.stdout
    assert titles(service) == ["Post 1", "Post 3", "Post 4", "Post 5"]
    assert "Nothing to send" in again.stdout


def test_a_post_taken_away_is_no_more_told_as_sent(
    tmp_path: Path, service: Fediverse
) -> None:
    """Its link leads nowhere."""
    run(tmp_path, "retract", "https://example.org/2", "--target", "home")
    shown = run(tmp_path, "status").stdout

    assert shown.count("    home  removed\n") == 1
    assert shown.count("    home  http") == 4


def test_a_journal_keeps_what_was_taken_back(
    tmp_path: Path, service: Fediverse
) -> None:
    """A new ledger finds the copies, and remembers which were taken away."""
    config = tmp_path / "share-bridge.toml"
    config.write_text(config.read_text().replace("share-bridge.db", "ledger.jsonl"))
    run(tmp_path, "publish", "--target", "home")

    run(tmp_path, "retract", "https://example.org/2", "--target", "home")
    again = run(tmp_path, "publish", "--target", "home")

    assert titles(service) == ["Post 1", "Post 3", "Post 4", "Post 5"]
    assert again.exit_code == 0


def test_a_run_is_taken_back_when_its_owner_means_all_of_it(
    tmp_path: Path, service: Fediverse
) -> None:
    held = run(tmp_path, "retract", "--last-run", "--target", "home", "--json")
    before = len(service.standing)
    report = json.loads(held.stdout)
    done = run(tmp_path, "retract", "--held")

    assert (held.exit_code, before) == (1, 5)
    assert report["questions"][0]["kind"] == "taken-back"
    assert done.exit_code == 0
    assert service.standing == []


def test_what_is_held_may_stay(tmp_path: Path, service: Fediverse) -> None:
    """And `ledger retry --all` answers nothing that it was not asked."""
    run(tmp_path, "retract", "--last-run", "--target", "home")
    run(tmp_path, "ledger", "retry", "--all")
    run(tmp_path, "publish")
    kept = run(tmp_path, "ledger", "keep", "--all")
    status = run(tmp_path, "status")

    assert "5 copies" in kept.stdout
    assert len(service.standing) == 5
    assert "?" not in status.stdout


def test_out_of_reach_is_tried_again(tmp_path: Path, service: Fediverse) -> None:
    service.fail(Fault(what=Answer(503), when=lambda it: it.method == "DELETE"))

    first = run(tmp_path, "retract", "https://example.org/2", "--max-seconds", "0.1")
    run(tmp_path, "ledger", "retry", "--all")
    run(tmp_path, "publish")

    assert first.exit_code == 4
    assert "Post 2" not in titles(service)


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ((), "name POSTs"),
        (("x", "--last-run"), "name POSTs"),
        (("https://example.org/none",), "no such post"),
        (("--run", "abc"), "run abc"),
        (("--held",), "nothing is held"),
        (("https://example.org/1", "--target", "hom"), "home"),
    ],
)
def test_what_cannot_be_meant_is_said(
    tmp_path: Path, service: Fediverse, arguments: tuple[str, ...], complaint: str
) -> None:
    result = run(tmp_path, "retract", *arguments)

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert len(service.standing) == 5


def test_forgotten_it_is_sent_anew(tmp_path: Path, service: Fediverse) -> None:
    """The owner may change their mind."""
    run(tmp_path, "retract", "https://example.org/5")
    run(tmp_path, "ledger", "forget", "https://example.org/5", "home")

    run(tmp_path, "publish")

    assert titles(service)[-1] == "Post 5"
