"""SIGKILL at each write of a journal: it holds the commits before, and goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from killed_writer import STORY, WHEN
from ledger_acts import KEY, dump, play
from share_bridge.ledger.ledger import Ledger

_SUPPORT = Path(__file__).parents[1] / "support"


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A journal for each way to die, and how many commits there are."""
    folder = tmp_path_factory.mktemp("journals")
    script = _SUPPORT / "killed_writer.py"
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return folder, int(done.stdout)


def _cut(whole: list[bytes], count: int, path: Path) -> Path:
    path.write_bytes(b"".join(whole[:count]))
    return path


@pytest.mark.parametrize("when", WHEN)
def test_what_was_committed_is_there_and_nothing_else(
    journals: tuple[Path, int], tmp_path: Path, when: str
) -> None:
    """Of the commit that was cut off all or nothing."""
    folder, commits = journals
    after = when in {"unsynced", "after"}
    for commit in range(1, commits + 1):
        killed = folder / f"{commit}-{when}.jsonl"
        found = killed.read_bytes() if killed.exists() else b""
        lines = found.splitlines(keepends=True)
        kept = commit if after else commit - 1
        expected = _cut(lines, kept, tmp_path / f"{commit}.jsonl")

        with Ledger.open(killed, key=KEY) as ledger:
            assert len(lines) - (when == "within") == kept
            with Ledger.in_memory(expected, key=KEY) as whole:
                assert dump(ledger) == dump(whole)


def test_a_run_after_each_of_them_ends_where_it_would_have(
    journals: tuple[Path, int], tmp_path: Path
) -> None:
    """The next run begins anew, with what is known; no line is in its way."""
    folder, commits = journals
    for commit in range(1, commits + 1):
        path = tmp_path / f"{commit}.jsonl"
        path.write_bytes((folder / f"{commit}-within.jsonl").read_bytes())
        with Ledger.open(path, key=KEY) as ledger:
            play(ledger, STORY)
            expected = dump(ledger)
        with Ledger.open(path, key=KEY) as again:
            assert dump(again) == expected
