"""A ledger that cannot be used is one clear line, and nothing is sent."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

CONFIG = """
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


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """One post was sent; another waits in the feed."""
    (tmp_path / "share-bridge.toml").write_text(CONFIG)
    feed(tmp_path, 1)
    assert publish(tmp_path).returncode == 0
    feed(tmp_path, 2, 1)
    return tmp_path


def feed(site: Path, *numbers: int, words: str = "Words.") -> None:
    items = "".join(ITEM.format(n=number, words=words) for number in numbers)
    (site / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
    )


def publish(site: Path, *, file_size: int = 0) -> subprocess.CompletedProcess[str]:
    """One run; `file_size`: no file may grow beyond it, as if the disk were full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    return subprocess.run(
        [sys.executable, "-m", "share_bridge", "publish", "--max-seconds", "2"],
        cwd=site,
        env={**os.environ, "XDG_CONFIG_HOME": str(site / "home")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limit if file_size else None,
    )


def corrupt(site: Path) -> None:
    ledger = site / "share-bridge.db"
    content = bytearray(ledger.read_bytes())
    content[4096:] = b"\x13" * (len(content) - 4096)
    ledger.write_bytes(content)


def newer(site: Path) -> None:
    with closing(sqlite3.connect(site / "share-bridge.db")) as ledger, ledger:
        ledger.execute("UPDATE meta SET value = '9999' WHERE key = 'schema'")


def no_ledger(site: Path) -> None:
    for file in site.glob("share-bridge.db*"):
        if file.is_file():
            file.unlink()
    (site / "share-bridge.db").write_text("This is no database at all.\n" * 99)


@contextmanager
def locked(site: Path) -> Iterator[None]:
    """Another program holds it."""
    with closing(sqlite3.connect(site / "share-bridge.db")) as ledger:
        ledger.execute("BEGIN EXCLUSIVE")
        yield


def is_unsent(site: Path, done: subprocess.CompletedProcess[str], words: str) -> None:
    assert done.returncode == 2, done
    assert "Post 2" not in (site / "index.html").read_text()
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("share-bridge: ")
    assert words in line
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "harm, words",
    [
        (corrupt, "the ledger is damaged; restore it from a copy"),
        (newer, "made by a newer share-bridge"),
        (no_ledger, "this file is not a ledger"),
    ],
)
def test_a_ledger_that_cannot_be_read(site: Path, harm: object, words: str) -> None:
    """Nothing is guessed about what was sent."""
    assert callable(harm)
    harm(site)

    is_unsent(site, publish(site), words)


def test_a_ledger_that_somebody_holds(site: Path) -> None:
    """It is waited for, not for ever."""
    with locked(site):
        done = publish(site)

    is_unsent(site, done, "another share-bridge holds the ledger")
    assert publish(site).returncode == 0


def test_a_full_disk(site: Path) -> None:
    """Before anything is sent; with room again, the next run sends it once."""
    feed(site, 2, 1, words="Many words. " * 40_000)

    is_unsent(site, publish(site, file_size=200_000), "the disk")
    again = publish(site)

    assert again.returncode == 0
    assert (site / "index.html").read_text().count(">Post 2<") == 1
