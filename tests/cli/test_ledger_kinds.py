"""Whole runs with a journal, as CI makes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cli_support import run
from git_support import git, make_clones

_CONFIG = """
ledger = "{ledger}"

[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.mail]
publisher = "email"
from = "Blog <blog@example.org>"
to = ["Ann <ann@private.example>", "Bob <bob@hidden.example>"]
folder = "out"
"""
_ITEM = """<item><title>Post {n}</title><link>https://example.org/{n}</link>
<guid>{n}</guid><pubDate>Mon, 02 Nov 2026 1{n}:00:00 GMT</pubDate>
<description>The words of post {n}.</description></item>"""


def _site(folder: Path, ledger: str) -> Path:
    items = "".join(_ITEM.format(n=n) for n in (1, 2))
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'
    )
    (folder / "share-bridge.toml").write_text(_CONFIG.format(ledger=ledger))
    return folder


@pytest.fixture
def clone(tmp_path: Path, requires: Callable[[str], str]) -> Path:
    requires("git")
    return _site(make_clones(tmp_path, 1, "--depth=1")[0], "git:state")


@pytest.mark.parametrize("key", ["", "0123456789abcdef0123456789abcdef"])
def test_no_reader_is_named_in_a_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """Neither who they are nor where they have their mail."""
    monkeypatch.setenv("SHARE_BRIDGE_KEY", key)
    site = _site(tmp_path, "ledger.jsonl")

    done = run(site, "publish")

    assert done.exit_code == 0, done.output
    assert len(list((site / "out").glob("*.eml"))) == 4
    text = (site / "ledger.jsonl").read_text()
    named = [it for it in ("ann", "bob", "private", "hidden") if f"{it}@" in text]
    assert named == []
    assert "private.example" not in text
    assert "hidden.example" not in text


def test_a_run_in_ci_is_remembered_on_the_branch(clone: Path, tmp_path: Path) -> None:
    first = run(clone, "publish", "--json")
    again = run(clone, "publish", "--json")

    assert json.loads(first.stdout)["totals"]["delivered"] == 2
    assert not any(json.loads(again.stdout)["totals"].values())
    assert git(tmp_path / "site.git", "ls-tree", "--name-only", "state") == (
        "share-bridge.jsonl\n"
    )


def test_a_job_that_may_not_push_ends_with_2_and_sends_nothing(
    clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, which names the permission."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    hook = tmp_path / "site.git" / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'permission denied' >&2\nexit 1\n")
    hook.chmod(0o755)

    done = run(clone, "publish")

    assert done.exit_code == 2
    assert "permissions: contents: write" in done.stderr
    assert not list((clone / "out").glob("*.eml"))


def test_a_ledger_that_is_lost_is_made_anew(tmp_path: Path) -> None:
    """Of what never leaves the machine nothing can be known: it goes by `first_run`."""
    site = _site(tmp_path, "ledger.jsonl")

    done = run(site, "ledger", "rebuild")

    assert done.exit_code == 0, done.output
    assert done.stdout == (
        "mail: 0 stand there, 0 are older than what could be listed, "
        "2 are sent by the next run\n"
    )
