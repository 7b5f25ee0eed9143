"""The example of a plugin in one file does what its README says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli_support import run

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, beside the feed that it reads."""
    shutil.copytree(EXAMPLES / "quickstart", tmp_path / "quickstart")
    return shutil.copytree(
        EXAMPLES / "single_file_plugin",
        tmp_path / "single_file_plugin",
        ignore=shutil.ignore_patterns("out"),
    )


def test_it_is_listed(folder: Path) -> None:
    """With the file that it comes from."""
    output = run(folder, "plugins", "list").stdout

    assert f"{folder / 'plugins/twtxt.py'}  ok" in output


def test_it_is_explained(folder: Path) -> None:
    output = run(folder, "plugins", "show", "twtxt").stdout

    assert "The feed to add to, relative to the configuration" in output
    assert "280 graphemes" in output


def test_it_publishes_once(folder: Path) -> None:
    """A line for each post; the second run adds none."""
    feed = folder / "out" / "twtxt.txt"
    first = run(folder, "publish")
    lines = feed.read_text(encoding="utf-8").rstrip().split("\n")
    second = run(folder, "publish")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert [line[10] for line in lines] == ["T"] * 2
    assert feed.read_text(encoding="utf-8").rstrip().split("\n") == lines
