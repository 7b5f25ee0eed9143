"""SIGKILL while the owner approves, and while the site is told where copies stand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from blog_support import account, configure, serving, write_feed
from fediverse_support import Fediverse
from kill_support import PUBLISH, Zygote, finish

PATIENCE = ("timeout = 0.5", "settle_after = 0.1")
APPROVE = ("approve", "--all", "--yes", "--publish")
FILES = """[[sources]]
name = "posts"
files = "posts"
permalink = "https://example.org/{slug}"
first_run = "all"
wait_until_live = false
write_syndication = true
"""
HELLO = "---\ntitle: Hello   # a comment\ndate: 2026-11-01\n---\n\nWords.\n"


@pytest.mark.slow
def test_killed_at_every_step_of_approving(tmp_path: Path, zygote: Zygote) -> None:
    """Nothing goes out before; what was approved, at once, does so once."""
    step, killed = 0, True
    while killed:
        step += 1
        folder = tmp_path / str(step)
        folder.mkdir()
        service = Fediverse(clock=lambda: datetime.now(UTC))
        with serving(service, folder, "approve = true", *PATIENCE):
            write_feed(folder, posts=1)
            zygote.run(folder, *PUBLISH)

            unasked = service.texts()
            killed = zygote.run(folder, *APPROVE, kill_at=step)["killed"]
            zygote.run(folder, *APPROVE)
            finish(zygote, folder)

        assert unasked == [], step
        assert len(service.texts()) == 1, step
    assert step > 5


@pytest.mark.slow
def test_killed_at_every_step_of_writing_back(tmp_path: Path, zygote: Zygote) -> None:
    """The list and the post are whole at any time, and complete in the end."""
    step, killed = 0, True
    while killed:
        step += 1
        folder = tmp_path / str(step)
        (folder / "posts").mkdir(parents=True)
        post, listed = folder / "posts/hello.md", folder / "syndication.json"
        post.write_text(HELLO)
        service = Fediverse(clock=lambda: datetime.now(UTC))
        with serving(service, folder) as server:
            configure(
                folder,
                account(server, *PATIENCE),
                sources=FILES,
                site='syndication = "syndication.json"\n',
            )
            killed = zygote.run(folder, *PUBLISH, kill_at=step)["killed"]
            assert post.read_text().startswith("---\ntitle: Hello   # a comment\n")
            assert post.read_text().endswith("Words.\n")
            assert not listed.exists() or json.loads(listed.read_text())
            finish(zygote, folder)

        (urls,) = json.loads(listed.read_text()).values()
        assert [url.rpartition("/")[2] for url in urls] == [service.standing[0].id]
        assert urls[0] in post.read_text(), step
        assert len(service.texts()) == 1, step
        assert [*(folder / "posts").glob("*.md")] == [post], step
    assert step > 20
