"""Nothing goes out that its owner did not see, and exactly that goes out."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from approve_support import approving, editor, write_posts
from blog_support import titles
from cli_support import run
from fediverse_support import Fediverse
from share_bridge.testing.faults import Answer, Fault

FIRST = "https://example.org/1"
SLOW = Answer(429, headers={"Retry-After": "1"})


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Fediverse]:
    """An account to which two posts were held."""
    with approving(tmp_path) as service:
        run(tmp_path, "publish")
        yield service


def test_what_is_new_is_held_and_shown(tmp_path: Path, service: Fediverse) -> None:
    """A pipe shows it and approves nothing."""
    held = run(tmp_path, "publish", "--json")
    shown = run(tmp_path, "approve")

    report = json.loads(held.stdout)
    assert report["totals"]["held"] == 2
    assert report["questions"][0]["kind"] == "approve"
    assert report["questions"][0]["answers"] == ["share-bridge approve --target home"]
    assert "The words of post 1." in shown.stdout
    assert "Nothing was approved" in shown.stderr
    assert shown.exit_code == 1
    assert service.standing == []


def test_what_was_approved_goes_with_the_next_run(
    tmp_path: Path, service: Fediverse
) -> None:
    """That one, and no other."""
    result = run(tmp_path, "approve", FIRST, "--yes")
    before = len(service.standing)
    run(tmp_path, "publish")
    run(tmp_path, "publish")

    assert "1 of 1 approved" in result.stdout
    assert before == 0
    assert titles(service) == ["Post 1"]


def test_what_was_approved_may_go_at_once(tmp_path: Path, service: Fediverse) -> None:
    result = run(tmp_path, "approve", "--all", "--yes", "--publish")

    assert result.exit_code == 0
    assert titles(service) == ["Post 1", "Post 2"]


def test_a_post_that_changed_is_held_again(tmp_path: Path, service: Fediverse) -> None:
    """Between the yes and the run; what its readers do not see does not count."""
    run(tmp_path, "approve", "--all", "--yes")
    write_posts(tmp_path, post_1="Quite other words.")

    report = json.loads(run(tmp_path, "publish", "--json").stdout)

    held = [row for row in report["deliveries"] if row["state"] == "held"]
    assert [row["post"]["title"] for row in held] == ["Post 1"]
    assert "changed since" in held[0]["reason"]
    assert titles(service) == ["Post 2"]


def test_an_edit_is_held_like_a_new_post(tmp_path: Path, service: Fediverse) -> None:
    run(tmp_path, "approve", "--all", "--yes", "--publish")
    write_posts(tmp_path, post_1="Better words.")
    held = run(tmp_path, "publish")
    before = service.texts()[0]
    run(tmp_path, "approve", "--all", "--yes", "--publish")

    assert held.exit_code == 1
    assert "The words of post 1." in before
    assert "Better words." in service.texts()[0]


def test_its_owner_may_change_the_words(
    tmp_path: Path, service: Fediverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They go as they are; no later run takes them for an edit of the author's."""
    editor(tmp_path, "echo 'My own words: https://example.org/1' > $1", monkeypatch)

    run(tmp_path, "approve", FIRST, "--yes", "--edit", "--publish")
    again = run(tmp_path, "publish")

    assert service.texts() == ["My own words: https://example.org/1"]
    assert "edited" not in again.stdout


def test_words_that_do_not_fit_are_not_approved(
    tmp_path: Path, service: Fediverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, "printf '%0600d' 1 > $1", monkeypatch)

    result = run(tmp_path, "approve", FIRST, "--yes", "--edit")

    assert result.exit_code == 1
    assert "over the limit" in result.stderr
    assert "1 of 1" not in result.stdout


def test_the_approved_words_survive_a_failure(
    tmp_path: Path, service: Fediverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is composed anew elsewhere is sent as it was seen here."""
    editor(tmp_path, "echo 'My own words.' > $1", monkeypatch)
    service.fail(Fault(what=SLOW, when=lambda it: it.method == "POST"))

    run(tmp_path, "approve", FIRST, "--yes", "--edit")
    run(tmp_path, "publish", "--max-seconds", "3")

    assert service.texts() == ["My own words."]


def test_a_program_approves_only_what_it_has_seen(
    tmp_path: Path, service: Fediverse
) -> None:
    drafts = json.loads(run(tmp_path, "approve", "--json").stdout)
    seen = {draft["post"]["title"]: draft["seen"] for draft in drafts}
    write_posts(tmp_path, post_1="Quite other words.")
    run(tmp_path, "publish")

    stale = run(tmp_path, "approve", FIRST, "--yes", "--seen", seen["Post 1"])
    fresh = run(
        tmp_path, "approve", "https://example.org/2", "--yes", "--seen", seen["Post 2"]
    )

    assert (stale.exit_code, fresh.exit_code) == (1, 0)
    assert "not what was seen" in stale.stderr


def test_retry_and_seed_held_approve_nothing(
    tmp_path: Path, service: Fediverse
) -> None:
    """Answers to other questions are none to this one."""
    run(tmp_path, "ledger", "retry", "--all")
    run(tmp_path, "ledger", "retry", FIRST)
    run(tmp_path, "ledger", "seed", "--held")
    report = json.loads(run(tmp_path, "publish", "--json").stdout)

    assert service.standing == []
    assert report["totals"]["held"] == 2


def test_a_dry_run_shows_what_waits(tmp_path: Path, service: Fediverse) -> None:
    report = json.loads(run(tmp_path, "publish", "--dry-run", "--json").stdout)

    assert [row["state"] for row in report["deliveries"]] == ["held", "held"]
    assert "The words of post 1." in report["deliveries"][0]["text"]


@pytest.mark.parametrize(
    "arguments", [("--yes",), ("--seen", "x"), ("https://example.org/none", "--yes")]
)
def test_what_cannot_be_meant_is_said(
    tmp_path: Path, service: Fediverse, arguments: tuple[str, ...]
) -> None:
    assert run(tmp_path, "approve", *arguments).exit_code == 2


def test_it_asks_in_a_terminal(tmp_path: Path, service: Fediverse) -> None:
    """One after the other: never, then yes."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "share_bridge", "approve"],
        cwd=tmp_path,
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        os.write(ours, b"n\ny\n")
        assert process.stdout is not None
        said = process.stdout.read()
    os.close(ours)
    os.close(theirs)
    run(tmp_path, "publish")

    assert "home · new · Post 1" in said
    assert "1 of 2 approved" in said
    assert titles(service) == ["Post 2"]
