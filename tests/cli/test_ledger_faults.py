"""A ledger that cannot be used is one clear line, and nothing is sent."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from git_support import make_clones
from share_bridge.ledger import place
from share_bridge.ledger.branch import RemoteFile
from share_bridge.ledger.facts import encode, read
from share_bridge.ledger.locks import Lock

CONFIG = """
ledger = "{ledger}"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.page]
publisher = "page"
file = "index.html"
"""
ITEM = """<item><title>Post {n}</title><link>https://example.org/{n}</link>
<guid isPermaLink="false">{n}</guid><description>{words}</description></item>"""
#: Python lets no program that it starts ignore the signal of a limit.
GIT = """#!/bin/sh
trap '' XFSZ
exec {} "$@"
"""
LEDGERS = ("share-bridge.db", "ledger.jsonl", "git:state")


@pytest.fixture(params=LEDGERS)
def site(
    request: pytest.FixtureRequest, tmp_path: Path, requires: Callable[[str], str]
) -> Path:
    """One post was sent; another waits in the feed."""
    ledger, folder = request.param, tmp_path
    if ledger.startswith("git:"):
        requires("git")
        (folder,) = make_clones(tmp_path, 1)
    (folder / "share-bridge.toml").write_text(CONFIG.format(ledger=ledger))
    feed(folder, 1)
    assert publish(folder).returncode == 0
    feed(folder, 2, 1)
    return folder


def feed(site: Path, *numbers: int, words: str = "Words.") -> None:
    items = "".join(ITEM.format(n=number, words=words) for number in numbers)
    (site / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
    )


def publish(site: Path, *, file_size: int = 0) -> subprocess.CompletedProcess[str]:
    """One run; `file_size`: no file may grow beyond it, as if the disk were full."""

    git = site / "bin" / "git"
    git.parent.mkdir(exist_ok=True)
    git.write_text(GIT.format(shutil.which("git")))
    git.chmod(0o755)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return subprocess.run(
        [sys.executable, "-m", "share_bridge", "publish", "--max-seconds", "20"],
        cwd=site,
        env={
            **os.environ,
            "PATH": f"{git.parent}:{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(site / "home"),
            "SHARE_BRIDGE_KEY": "0123456789abcdef" * 2,
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=limit if file_size else None,
    )


class Database:
    """A ledger in SQLite."""

    def __init__(self, site: Path) -> None:
        self.path = site / "share-bridge.db"

    def corrupt(self) -> None:
        content = bytearray(self.path.read_bytes())
        content[4096:] = b"\x13" * (len(content) - 4096)
        self.path.write_bytes(content)

    def make_newer(self) -> None:
        with closing(sqlite3.connect(self.path)) as ledger, ledger:
            ledger.execute("UPDATE meta SET value = '9999' WHERE key = 'schema'")

    def make_another_thing(self) -> None:
        for file in self.path.parent.glob("share-bridge.db*"):
            if file.is_file():
                file.unlink()
        self.path.write_text("This is no database at all.\n" * 99)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Another program has it."""
        with closing(sqlite3.connect(self.path)) as ledger:
            ledger.execute("BEGIN EXCLUSIVE")
            yield


class Journal:
    """A ledger of lines in a file."""

    def __init__(self, site: Path) -> None:
        self.site = site

    def read(self) -> bytes:
        return (self.site / "ledger.jsonl").read_bytes()

    def write(self, content: bytes) -> None:
        (self.site / "ledger.jsonl").write_bytes(content)

    def corrupt(self) -> None:
        first, end, rest = self.read().partition(b"\n")
        self.write(first[: len(first) // 2] + end + rest)

    def make_newer(self) -> None:
        commits = [*read(self.read(), "", schema=9999)]
        last = structs.replace(commits[-1], schema=9999)
        self.write(b"".join(map(encode, [*commits[:-1], last])))

    def make_another_thing(self) -> None:
        self.write(b"These are no facts at all.\n" * 99)

    @contextmanager
    def held(self) -> Iterator[None]:
        lock = Lock(self.site / "ledger.jsonl", "journal")
        assert lock.acquire()
        yield
        lock.release()


class Branch(Journal):
    """The same on a branch."""

    @property
    def file(self) -> RemoteFile:
        return RemoteFile(place.Branch(self.site, "state"), os.environ)

    def read(self) -> bytes:
        return self.file.fetch()

    def write(self, content: bytes) -> None:
        file = self.file
        file.fetch()
        assert file.replace(content)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Another git is in the middle of something, or died there."""
        lock = self.site / ".git/refs/share-bridge/state.lock"
        lock.parent.mkdir(exist_ok=True)
        lock.touch()
        yield
        lock.unlink()


@pytest.fixture
def ledger(site: Path) -> Database | Journal:
    if (site / ".git").exists():
        return Branch(site)
    return Journal(site) if (site / "ledger.jsonl").exists() else Database(site)


def is_unsent(site: Path, done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done
    assert "Post 2" not in (site / "index.html").read_text()
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("share-bridge: ")
    assert any(it in line for it in words), line
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_damaged_ledger(site: Path, ledger: Database | Journal) -> None:
    """Nothing is guessed about what was sent."""
    ledger.corrupt()

    is_unsent(
        site,
        publish(site),
        "the ledger is damaged; restore it from a copy",
        "line 1 cannot be read, so nothing is sent: restore the file from a copy",
    )


def test_a_ledger_of_a_newer_program(site: Path, ledger: Database | Journal) -> None:
    ledger.make_newer()

    is_unsent(site, publish(site), "newer share-bridge (schema 9999")


def test_what_is_no_ledger(site: Path, ledger: Database | Journal) -> None:
    ledger.make_another_thing()

    is_unsent(site, publish(site), "this file is not a ledger", "line 1 cannot be read")


def test_a_ledger_that_somebody_holds(site: Path, ledger: Database | Journal) -> None:
    """It is waited for, not for ever."""
    with ledger.held():
        done = publish(site)

    is_unsent(site, done, "another share-bridge holds the ledger", "remove /")
    assert publish(site).returncode == 0


def test_a_full_disk(site: Path) -> None:
    """Before anything is sent; with room again, the next run sends it once."""
    words = Random(1).randbytes(300_000).hex()
    feed(site, 2, 1, words=words)

    is_unsent(site, publish(site, file_size=200_000), "the disk is full", "or is full")
    again = publish(site)

    assert again.returncode == 0
    assert (site / "index.html").read_text().count(">Post 2<") == 1
