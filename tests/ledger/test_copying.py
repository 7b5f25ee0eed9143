"""A ledger that moves to another kind of place: all of it, or nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cli_support import run
from git_support import make_clones
from ledger_acts import ACTS, KEY, Act, dump, play
from share_bridge.errors import LedgerError
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.place import Branch, Place

_STORY = [Act(name) for name in ("read", "plan", "bind", "claim", "record", *ACTS)]
_NAMES = ["ledger.db", "ledger.jsonl", "git"]


@pytest.fixture
def place(
    tmp_path: Path, requires: Callable[[str], str]
) -> Callable[[str, str], Place]:
    """A place of that kind, in a folder or repository of its own."""

    def place(kind: str, name: str) -> Place:
        folder = tmp_path / name
        folder.mkdir()
        if kind != "git":
            return folder / kind
        requires("git")
        return Branch(make_clones(folder, 1)[0], "state")

    return place


def _open(place: Place, key: bytes | None = KEY) -> Ledger:
    return Ledger.open(place, key=key, environ=os.environ)


@pytest.mark.parametrize("to", _NAMES)
@pytest.mark.parametrize("kind", _NAMES)
def test_everything_that_is_known_is_known_there(
    place: Callable[[str, str], Place], kind: str, to: str
) -> None:
    """From any kind to any."""
    source, copy = place(kind, "source"), place(to, "copy")
    with _open(source) as ledger:
        play(ledger, _STORY)
        expected = dump(ledger, without=())

    with _open(source) as ledger:
        posts = ledger.copy_to(copy, key=KEY, environ=os.environ)

    with _open(copy) as ledger:
        assert dump(ledger, without=()) == expected
    assert posts == len(expected["post"])


@pytest.mark.parametrize("to", _NAMES)
def test_nothing_is_written_over(place: Callable[[str, str], Place], to: str) -> None:
    copy = place(to, "copy")
    with _open(copy) as ledger:
        ledger.remember("mine", "1")

    with (
        Ledger.in_memory() as ledger,
        pytest.raises(LedgerError, match="there already"),
    ):
        ledger.copy_to(copy, key=KEY, environ=os.environ)

    with _open(copy) as ledger:
        assert ledger.recall("mine") == "1"


@pytest.mark.parametrize("to", ["ledger.jsonl", "git"])
def test_what_needs_a_key_leaves_no_half(
    place: Callable[[str, str], Place], to: str
) -> None:
    """A half of a ledger would send the other half again."""
    copy = place(to, "copy")
    with Ledger.in_memory() as ledger:
        play(ledger, [*_STORY, Act("document")])
        with pytest.raises(LedgerError, match="SHARE_BRIDGE_KEY"):
            ledger.copy_to(copy, key=None, environ=os.environ)

    with _open(copy) as ledger:
        assert dump(ledger)["post"] == []


def test_what_cannot_be_opened_is_not_copied(
    place: Callable[[str, str], Place],
) -> None:
    source = place("ledger.jsonl", "source")
    with _open(source) as ledger:
        play(ledger, [Act("document")])

    with (
        _open(source, bytes(32)) as ledger,
        pytest.raises(LedgerError, match="under another SHARE_BRIDGE_KEY"),
    ):
        ledger.copy_to(place("ledger.db", "copy"), key=KEY, environ={})


def test_tokens_never_leave_their_encryption(
    place: Callable[[str, str], Place],
) -> None:
    source, copy = place("ledger.jsonl", "source"), place("ledger.db", "copy")
    with _open(source) as ledger:
        assert ledger.vault is not None
        ledger.vault.set_password("share-bridge", "home", "hunter2")
        ledger.copy_to(copy, key=KEY, environ={})

    assert isinstance(copy, Path)
    assert b"hunter2" not in copy.read_bytes()


def test_the_command_says_what_to_write(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "share-bridge.db") as ledger:
        play(ledger, [Act("read"), Act("read", 2)])

    done = run(tmp_path, "ledger", "copy", "state/posts.jsonl")

    assert done.output == (
        '2 posts are known there; now write: ledger = "state/posts.jsonl"\n'
    )
    assert [it.name for it in (tmp_path / "state").iterdir()] == ["posts.jsonl"]


def test_a_place_that_is_none_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path, "ledger", "copy", "git:a..b")

    assert done.exit_code == 2
    assert "name a branch" in done.output


def test_a_database_needs_no_compacting(tmp_path: Path) -> None:
    done = run(tmp_path, "ledger", "compact")

    assert done.exit_code == 2
    assert "only a journal grows" in done.output
