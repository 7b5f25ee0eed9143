"""A journal: whole commits or none, whatever happens to the file."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger_acts import Act, dump, play
from share_bridge.errors import LedgerError
from share_bridge.ledger.journal import Journal
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.replayed import Replayed

_STORY = [Act(name) for name in ("read", "plan", "bind", "claim")]
_LAST = Act("record")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def _seen(path: Path) -> dict[str, list[object]]:
    with Ledger.open(path) as ledger:
        return dump(ledger)


def _write(path: Path, *acts: Act) -> dict[str, list[object]]:
    with Ledger.open(path) as ledger:
        play(ledger, acts)
        return dump(ledger)


def test_every_line_is_one_commit(path: Path) -> None:
    """What a commit changed stands or falls together, and reads as JSON."""
    _write(path, *_STORY)

    lines = [json.loads(line) for line in path.read_text().splitlines()]

    assert len({line["commit"] for line in lines}) == len(lines)
    assert {fact["table"] for fact in lines[-1]["facts"]} == {
        "message",
        "delivery",
        "attempt",
    }


def test_looking_writes_nothing(path: Path) -> None:
    _write(path, *_STORY)
    before = path.read_bytes()

    _seen(path)

    assert path.read_bytes() == before


def test_saying_the_same_again_writes_nothing(path: Path) -> None:
    """A file in git changes only where something did."""
    with Ledger.open(path) as ledger:
        ledger.remember("a", "1")
        before = path.read_bytes()
        ledger.remember("a", "1")

    assert path.read_bytes() == before


def test_torn_at_every_byte_the_last_commit_is_all_or_nothing(path: Path) -> None:
    """The line that a dying machine left is dropped, and the journal goes on."""
    before = _write(path, *_STORY)
    start = path.stat().st_size
    with Ledger.open(path) as ledger, ledger.transaction():
        play(ledger, [Act("remember", 1), Act("remember", 2)])
    after, whole = _seen(path), path.read_bytes()

    for end in range(start, len(whole) + 1):
        path.write_bytes(whole[:end])
        assert _seen(path) == (after if end >= len(whole) - 1 else before), end
        _write(path, Act("remember"))
        assert all(json.loads(line) for line in path.read_text().splitlines()), end


def test_a_last_line_of_nothing_is_dropped(path: Path) -> None:
    """As some file systems leave it after a power cut."""
    before = _write(path, *_STORY)
    with path.open("ab") as file:
        file.write(bytes(500))

    assert _seen(path) == before


@pytest.mark.parametrize(
    "line, said",
    [
        (b"<<<<<<< HEAD", "line 2 .* conflict of a git merge"),
        (b'{"commit": "a"}', "line 2 cannot be read.*restore the file"),
        (b"\xff\xfe", "line 2 cannot be read"),
        (b'{"commit":"a","at":1,"schema":1,"facts":[{"table":1}]}', "line 2 "),
        (b'{"commit":"a","at":1,"schema":999,"facts":[]}', "line 2 .*upgrade"),
    ],
)
def test_any_other_line_that_cannot_be_read_stops(
    path: Path, line: bytes, said: str
) -> None:
    """Nobody knows what it said: perhaps that a post was sent."""
    _write(path, *_STORY)
    first, *rest = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, line, *rest]) + b"\n")

    with pytest.raises(LedgerError, match=rf"ledger\.jsonl: {said}"):
        Ledger.open(path)


def test_a_table_of_a_plugin_s_fork_is_left_alone(path: Path) -> None:
    """Facts of tables and columns that this program does not have hurt nobody."""
    before = _write(path, *_STORY)
    fact = {"table": "moon", "key": ["a"], "row": {"phase": 1}}
    line = {"commit": "a", "at": 1.0, "schema": 1, "facts": [fact]}
    path.write_text(path.read_text() + json.dumps(line) + "\n")

    assert _seen(path) == before


def test_a_journal_that_another_program_holds_is_waited_for(path: Path) -> None:
    """And in the end it is said who has it."""
    _write(path, *_STORY)
    first, second = Journal(path), Journal(path, busy=0.05)
    first.begin()

    with pytest.raises(LedgerError, match="another share-bridge holds the ledger"):
        second.begin()
    first.end()
    second.begin()
    second.end()


def test_a_journal_that_was_replaced_is_read_again(path: Path) -> None:
    """By a compaction or a git pull while it is open; nothing known is lost."""
    with Ledger.open(path) as ledger:
        play(ledger, _STORY)
        other = path.with_name("other.jsonl")
        other.write_bytes(path.read_bytes())
        with Ledger.open(other) as pulled:
            pulled.remember("pulled", "yes")
        path.unlink()
        other.rename(path)

        ledger.remember("here", "yes")

    with Ledger.open(path) as again:
        assert again.recall("pulled") == "yes"
        assert again.recall("here") == "yes"


def test_compacting_keeps_what_is_true(path: Path) -> None:
    for number in range(20):
        _write(path, *_STORY, _LAST, Act("retry"), Act("edit"), Act("remember"))
        _write(path, Act("pause", target=number % 2 + 1))
    before = _seen(path)
    size = path.stat().st_size

    with Ledger.open(path) as ledger:
        was, lines = ledger.compact()

    assert _seen(path) == before
    assert lines < was / 3
    assert path.stat().st_size < size / 3


def test_a_run_goes_on_while_its_journal_is_compacted(path: Path) -> None:
    with Ledger.open(path) as running:
        play(running, _STORY)
        with Ledger.open(path) as other:
            other.compact()
        play(running, [_LAST], start=4)
        expected = dump(running)

    assert _seen(path) == expected


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may be longer than 20 kB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.usefixtures("small_files")
def test_a_full_disk_keeps_what_was_committed(path: Path) -> None:
    """The commit that did not fit is gone, whole; the journal is sound."""
    before = _write(path, *_STORY)
    with (
        Ledger.open(path) as ledger,
        pytest.raises(LedgerError, match=r"the disk is full.*nothing more is sent"),
    ):
        ledger.remember("big", "x" * 50_000)

    assert _seen(path) == before


def test_a_journal_in_the_place_of_a_folder(path: Path) -> None:
    path.mkdir()

    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger.open(path)


def test_locks_are_not_for_git(path: Path) -> None:
    """The journal lives in a repository; its locks are of this machine."""
    _write(path, *_STORY)

    assert (path.with_name("ledger.jsonl.locks") / ".gitignore").read_text() == "*\n"


def test_the_clock_is_written_down(path: Path) -> None:
    """Of two words about one thing the later holds; it is told by the commit's time."""
    database = Replayed(Journal(path), clock=lambda: 1234.5)
    database.run("put_meta", key="a", value="b")
    database.close()

    assert json.loads(path.read_text())["at"] == 1234.5
