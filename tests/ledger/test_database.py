"""A ledger that cannot be used says so in one line, before anything is sent."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from share_bridge.errors import LedgerError
from share_bridge.ledger.database import Database
from share_bridge.ledger.ledger import Ledger
from share_bridge.ledger.queries import migrations, queries
from share_bridge.model.post import Post

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_open_makes_the_file_and_its_folder(tmp_path: Path) -> None:
    """The first run needs no set-up."""
    Ledger.open(tmp_path / "new" / "ledger.db").close()

    assert (tmp_path / "new" / "ledger.db").exists()


def test_open_twice_changes_nothing(tmp_path: Path) -> None:
    """Migrations are applied once."""
    path = tmp_path / "ledger.db"
    Ledger.open(path).close()

    with Ledger.open(path) as ledger:
        assert ledger.recall("schema") == str(len(migrations()))


def test_a_newer_ledger_is_refused(tmp_path: Path) -> None:
    """An older program does not understand it."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.remember("schema", "99")

    with pytest.raises(LedgerError, match="made by a newer share-bridge"):
        Ledger.open(path)


def test_another_program_s_database_is_refused(tmp_path: Path) -> None:
    """It is left as it is."""
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (id INTEGER)")
    connection.close()

    with pytest.raises(LedgerError, match="not a ledger of share-bridge"):
        Ledger.open(path)


@pytest.mark.parametrize(
    "content",
    [b"Hello, I am a text file.\n" * 50, b"SQLite format 3\x00" + b"\xff" * 4000],
    ids=["text", "damaged"],
)
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """The line names the file."""
    path = tmp_path / "ledger.db"
    path.write_bytes(content)

    with pytest.raises(LedgerError, match=r"ledger\.db: .*nothing more is sent"):
        Ledger.open(path)


def test_a_locked_ledger_says_who_holds_it(tmp_path: Path) -> None:
    """After waiting, one line."""
    path = tmp_path / "ledger.db"
    Ledger.open(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    database = Database.open(path, busy=0.05)

    with pytest.raises(LedgerError, match="another share-bridge holds the ledger"):
        database.run("put_meta", key="a", value="b")
    other.close()
    database.close()


def test_a_folder_in_the_place_of_the_ledger(tmp_path: Path) -> None:
    """Cannot be opened."""
    (tmp_path / "ledger.db").mkdir()

    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger.open(tmp_path / "ledger.db")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 KB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def _remember_much(ledger: Ledger) -> None:
    with ledger.transaction():
        ledger.remember("within", "lost")
        ledger.remember("big", "x" * 500_000)


def _fail_within(ledger: Ledger) -> None:
    with ledger.transaction():
        with ledger.transaction():
            ledger.remember("a", "1")
        raise RuntimeError


def test_a_full_disk_keeps_what_was_committed(small_disk: Path) -> None:
    """The transaction that did not fit is gone, whole; the ledger is sound."""
    path = small_disk / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.remember("before", "kept")
        with pytest.raises(LedgerError, match="disk is full"):
            _remember_much(ledger)

    with Ledger.open(path) as ledger:
        assert ledger.recall("before") == "kept"
        assert ledger.recall("within") == ""


def test_a_dry_copy_leaves_no_trace(tmp_path: Path) -> None:
    """It sees what the file has, and writes nothing."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path) as ledger:
        ledger.remember("a", "1")
    before = path.read_bytes()

    with Ledger.in_memory(path) as copy:
        seen = copy.recall("a")
        copy.remember("a", "2")

    assert seen == "1"
    assert path.read_bytes() == before


def test_a_dry_copy_of_nothing_makes_nothing(tmp_path: Path) -> None:
    """A dry run before the first run."""
    Ledger.in_memory(tmp_path / "ledger.db").close()

    assert list(tmp_path.iterdir()) == []


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    """Also when one stands inside another."""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        with pytest.raises(RuntimeError):
            _fail_within(ledger)

        assert ledger.recall("a") == ""


def test_locks_exclude_each_other(tmp_path: Path) -> None:
    """One run a target; a lock that was let go is free."""
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        first, second = ledger.lock("home"), ledger.lock("home")

        assert first.acquire()
        assert not second.acquire()
        first.release()
        assert second.acquire()
        second.release()


def test_posts_keep_their_id_under_every_name(tmp_path: Path) -> None:
    """A short id follows from the identity alone."""
    post = Post("blog", "guid:blog:1", aliases=("link:example.org/1",), title="One")
    with Ledger.open(tmp_path / "a.db") as first, Ledger.open(tmp_path / "b.db") as two:
        added = [
            ledger.posts.add(post, likeness="", now=_NOW) for ledger in (first, two)
        ]
        found = first.posts.find(["link:example.org/1"])

    assert added[0].id == added[1].id
    assert found == added[0]


@pytest.mark.parametrize("name", sorted(queries()))
def test_sql_is_ready_for_both_databases(name: str) -> None:
    """No colon inside a literal, no positional parameter: one text for two."""
    literals = queries()[name].split("'")[1::2]

    assert not any(":" in literal for literal in literals)
    assert "?" not in queries()[name]
