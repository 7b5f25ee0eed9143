"""What the README shows of the quickstart is what the quickstart does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from house_support import ROOT, fenced


def _publish(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    config = "examples/quickstart/share-bridge.toml"  # as the README has it
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "share_bridge",
            "publish",
            "--config",
            config,
            *arguments,
        ],
        cwd=folder.parent.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def quickstart(tmp_path: Path) -> Path:
    """A copy of the example, as it is in a fresh clone."""
    return Path(
        shutil.copytree(
            ROOT / "examples" / "quickstart",
            tmp_path / "examples" / "quickstart",
            ignore=shutil.ignore_patterns("out"),
        )
    )


def test_the_readme_shows_what_is_seen(quickstart: Path) -> None:
    """Where a line of the README has an ellipsis, the rest of it is left out."""
    shown = fenced(ROOT / "README.md", "text")[0]

    done = _publish(quickstart)

    assert (done.returncode, done.stderr) == (0, "")
    for part in shown.split("…"):
        assert part.strip("\n") in done.stdout


def test_a_second_run_sends_nothing_and_says_so(quickstart: Path) -> None:
    _publish(quickstart)

    done = _publish(quickstart)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "Nothing to send: everything was sent before.\n"


def test_five_posts_stand_everywhere(quickstart: Path) -> None:
    done = _publish(quickstart, "--json")

    assert json.loads(done.stdout)["totals"]["delivered"] == 15
    page = (quickstart / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("Read more") >= 3
    assert len(list((quickstart / "out" / "mail").glob("*.eml"))) == 10
