"""Writes a journal in children that are killed at every write of it.

For each commit and each of `WHEN`, a child starts from nothing, plays the same acts,
and is killed there. `python killed_writer.py FOLDER` leaves a journal for each in
`FOLDER / "<commit>-<when>.jsonl"`, and prints how many commits there are.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from ledger_acts import ACTS, KEY, Act, play
from share_bridge.ledger.journal import Journal
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.replayed import Replayed

__all__ = ["STORY", "WHEN", "play_on"]

STORY = [Act(name) for name in ("plan", "bind", "claim", "record", *ACTS)]
WHEN = ("before", "within", "unsynced", "after")


class Doomed(Journal):
    """Kills its process at one write."""

    def __init__(self, path: Path, commit: int, when: str) -> None:
        super().__init__(path)
        self.left = commit
        self.when = when

    def _write(self, file: int, line: bytes) -> None:
        self.left -= 1
        if self.left != 0:
            super()._write(file, line)
            return
        if self.when == "within":
            os.write(file, line[: len(line) // 2])
        if self.when == "unsynced":
            os.write(file, line)
        if self.when == "after":
            super()._write(file, line)
        os.kill(os.getpid(), signal.SIGKILL)


def play_on(journal: Journal) -> int:
    """Play the story; how many lines the journal has then."""
    ledger = Ledger(Replayed(journal, key=KEY), None)
    play(ledger, STORY)
    ledger.close()
    return Path(journal.name).read_bytes().count(b"\n")


def main(folder: Path) -> None:
    commits = play_on(Journal(folder / "whole.jsonl"))
    for commit in range(1, commits + 1):
        for when in WHEN:
            child = os.fork()
            if child == 0:
                play_on(Doomed(folder / f"{commit}-{when}.jsonl", commit, when))
                os._exit(1)
            _, status = os.waitpid(child, 0)
            assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    sys.stdout.write(str(commits))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
