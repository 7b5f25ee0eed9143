"""Every publisher under every fault at every step: what becomes of a post.

`python tests/support/fault_matrix.py` writes it into docs/reference/fault-table.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from disk_stages import InFolder, OnPage
from fault_stages import (
    LOOKING,
    POSTS,
    ByMail,
    OnGotosocial,
    OnLinkedin,
    OnMastodon,
    Stage,
)
from house_support import ROOT
from inbox_stage import AtInboxes
from share_bridge.dispatch.report.report import Report
from share_bridge.model.delivery import State
from share_bridge.testing import Answer, Lost

__all__ = ["PAGE", "ROWS", "STAGES", "Row", "faults_at", "outcomes", "page"]

PAGE = ROOT / "docs" / "reference" / "fault-table.md"
_OPEN = {State.PLANNED, State.WAITING, State.PENDING, State.SENDING}
#: Steps before which the posts stand there.
_CHANGES = frozenset({"edit", "delete"})

STAGES: dict[str, type[Stage]] = {
    "Mastodon (keeps keys)": OnMastodon,
    "GoToSocial (ignores keys)": OnGotosocial,
    "LinkedIn": OnLinkedin,
    "E-mail by SMTP": ByMail,
    "ActivityPub (one of two hosts fails)": AtInboxes,
    "Page": OnPage,
    "E-mail into a folder": InFolder,
}


class Row(NamedTuple):
    """One step of one publisher, before or after the service did what it was asked."""

    stage: str
    step: str
    accepted: bool

    @property
    def title(self) -> str:
        if not STAGES[self.stage].written:
            return self.step
        return f"{self.step}, {'after' if self.accepted else 'before'}"


def _rows() -> Iterator[Row]:
    for stage, kind in STAGES.items():
        for step in kind.steps:
            yield Row(stage, step, accepted=False)
            if step in kind.written:
                yield Row(stage, step, accepted=True)


ROWS = list(_rows())


def outcomes(row: Row) -> dict[str, str]:
    """By fault: `once`, `held` or `rejected`; an assertion where it is none of them.

    What stands before the fault is brought about once for all of them.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        stage = STAGES[row.stage](home)
        try:
            _Case(stage, row, f"{row.stage}, {row.title}").prepare()
            return {
                name: _outcome(stage, row, name, what)
                for name, what in faults_at(row).items()
            }
        finally:
            stage.close()


def faults_at(row: Row) -> dict[str, Any]:
    """Those that can be: who says that it did, or that it is gone, is believed."""
    chosen = {
        name: it
        for name, (it, late) in STAGES[row.stage].faults.items()
        if late or not row.accepted
    }
    if row.step == "CONTENT":
        return {name: it for name, it in chosen.items() if isinstance(it, Lost)}
    if row.accepted:
        return chosen
    return {name: it for name, it in chosen.items() if not _is_believed(it, row)}


def _is_believed(what: Any, row: Row) -> bool:
    kind = STAGES[row.stage]
    trusting = row.step in kind.trusting
    if isinstance(what, Answer):
        gone = row.step in _CHANGES and what.status in kind.gone
        return gone or (trusting and what.status == 200)
    return what is Lost.HANGS_UP and (trusting or row.step in _CHANGES)


def _outcome(ready: Stage, row: Row, name: str, what: Any) -> str:
    stage = ready.again()
    try:
        return _Case(stage, row, f"{row.stage}, {row.title}: {name}").play(what)
    finally:
        stage.close()


class _Case:
    """One fault at one step, and runs until nothing is open."""

    def __init__(self, stage: Stage, row: Row, told: str) -> None:
        self.stage = stage
        self.row = row
        self.told = told
        self.codes: list[int] = []

    def prepare(self) -> None:
        """What has to stand there before; the ledger is there in any case."""
        self.stage.open().close()
        if self.row.step in _CHANGES:
            self._until_done()
        if self.row.step == LOOKING:  # what stood there before is read once
            posts, self.stage.posts = self.stage.posts, self.stage.posts[:1]
            self._until_done()
            self.stage.posts = posts

    def play(self, what: Any) -> str:
        stage, row = self.stage, self.row
        wanted = list(POSTS)
        if row.step == "edit":
            stage.posts[0] = stage.make(1, body="Better words.")
        if row.step == "delete":
            stage.posts, stage.tombstones = stage.posts[1:], {"guid:blog:1"}
            wanted = ["Post 2"]
        if isinstance(what, Lost) and what in {Lost.SILENCE, Lost.TRICKLE}:
            stage.configure(timeout=timedelta(seconds=0.3))
        if row.step == LOOKING:
            stage.fail(stage.steps["post"], Lost.RESET, accepted=True)
        stage.fail(stage.steps[row.step], what, accepted=row.accepted)
        report = self._run()
        assert all(it == wanted for it in stage.spared()), f"not spared: {self.told}"
        return self._judge(self._until_done(report), wanted)

    def _run(self) -> Report:
        report = self.stage.once()
        self.codes.append(report.exit_code)
        titles = self.stage.titles()
        for title in POSTS:
            assert titles.count(title) <= self.stage.copies, f"twice: {self.told}"
        return report

    def _until_done(self, report: Report | None = None) -> Report:
        for _ in range(20):
            report = report or self._run()
            if not any(row.state in _OPEN for row in report.deliveries):
                return report
            if report.targets[0].state == "blocked":
                return report
            last, report = report, None
            self.stage.clock.jump(hours=2)
        raise AssertionError(f"never done: {self.told}: {last.to_json()}")

    def _judge(self, report: Report, wanted: list[str]) -> str:
        blocked = report.targets[0].state == "blocked"
        with self.stage.open() as ledger:
            states = {it.state for it in ledger.deliveries.of()}
            asked = ledger.questions()
        whole = [title for title in wanted for _ in range(self.stage.copies)]
        titles = self.stage.titles()
        if blocked or State.HELD in states:
            assert asked, f"held without a question: {self.told}"
            assert 1 in self.codes, f"held in silence: {self.told} {self.codes}"
            return "held"
        if State.REJECTED in states:
            missing = sorted(titles) != sorted(whole)
            assert missing or self.row.accepted or self.row.step in _CHANGES, self.told
            assert self.stage.copies > 1 or 1 in self.codes, f"silent: {self.told}"
            return "rejected"
        assert sorted(titles) == sorted(whole), f"lost: {self.told}: {titles}"
        for sent in self.stage.sequences():
            assert sent == sorted(sent), f"order: {self.told}: {sent}"
        if self.row.step == "edit":
            words = self.stage.words()
            assert words.count("Better words.") >= self.stage.copies, self.told
        return "once"


_HEAD = """# Fault table

What becomes of a post when a service or a disk fails, by publisher, step and fault:
runs are repeated until nothing is open.
`.venv/bin/python tests/support/fault_matrix.py` makes this page, and tests hold
every cell to it.

- **once**: it stands there once, in order; so does the edit, or the copy is gone.
- **held**: nothing is sent twice; the run exits with 1, and a question says what to do.
- **rejected**: the service refused it for good; the run says so.

“Before” is before the service did what it was asked, “after” is after that: only the
answer goes wrong. A refusal (4xx, 429) is believed, so it is tried before only; so is
who says that an edit or a deletion is done, or that the copy is gone: an empty cell.

Of followers on two hosts, one host fails: the table tells what becomes of its own, and
everyone else has the post, the edit or the deletion with the first run. Files are there
whole or not at all, whenever the run is killed.

[Never twice](../explanation/never-twice.md) tells how this comes about.
"""


def page(tables: Mapping[Row, Mapping[str, str]]) -> str:
    """The page of all of these."""
    parts = [_HEAD]
    for stage, kind in STAGES.items():
        rows = [row for row in ROWS if row.stage == stage]
        parts.append(f"## {stage}\n")
        parts.append("| fault | " + " | ".join(row.title for row in rows) + " |")
        parts.append("|---" * (len(rows) + 1) + "|")
        for fault in kind.faults:
            cells = [tables[row].get(fault, "") for row in rows]
            parts.append(f"| {fault} | " + " | ".join(cells) + " |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page({row: outcomes(row) for row in ROWS}), "utf-8")
