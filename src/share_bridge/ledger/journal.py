"""A journal: a file of lines that only grows, for people who keep it in git."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from share_bridge.errors import LedgerError
from share_bridge.ledger.facts import Commit, encode, read
from share_bridge.ledger.history import History
from share_bridge.ledger.locks import Lock
from share_bridge.ledger.queries import migrations

__all__ = ["Journal", "ReadOnlyJournal"]

_BUSY = 10.0
_PAUSE = 0.02
#: How much of what was read last is compared, in bytes.
_TAIL = 256


class Journal:
    """The commits in a file; others may append to it between our transactions.

    Args:
        path: The file; made with the first commit.
        busy: How long another process may hold it before we give up, in seconds.

    """

    def __init__(self, path: Path, *, busy: float = _BUSY) -> None:
        self.name = str(path)
        self._path = path
        self._lock = Lock(path, "journal")
        self._busy = busy
        self._inode = 0
        self._size = 0
        self._lines = 0
        self._tail = b""
        self._ended = True

    def begin(self) -> list[Commit]:
        """Lock the file, and read what was appended since."""
        patience = time.monotonic() + self._busy
        while not self._lock.acquire():
            if time.monotonic() > patience:
                raise LedgerError(
                    f"{self.name}: another share-bridge holds the ledger; try again "
                    "when it has ended; nothing more is sent"
                )
            time.sleep(_PAUSE)
        try:
            return self._news()
        except BaseException:
            self._lock.release()
            raise

    def append(self, commit: Commit) -> None:
        """Write the line, and force it to the disk; all of it or nothing."""
        line = encode(commit) if self._ended else b"\n" + encode(commit)
        try:
            new = not self._path.exists()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            file = os.open(self._path, flags, 0o666)
            try:
                self._write(file, line)
            finally:
                os.close(file)
            if new:
                _sync_folder(self._path.parent)
        except OSError as error:
            raise LedgerError(_reason(self.name, error)) from error
        self._lines += 1
        self._ended = True

    def compact(self) -> tuple[int, int]:
        """Write the file anew without what was replaced; it is always whole."""
        self.begin()
        try:
            schema = len(migrations())
            found = self._path.read_bytes() if self._path.exists() else b""
            whole = found[: self._size]
            commits = list(read(whole, self.name, schema=schema))
            history = History()
            history.add(commits)
            lines = [encode(commit) for commit in history.standing(commits)]
            if lines:
                _replace(self._path, b"".join(lines))
        except OSError as error:
            raise LedgerError(_reason(self.name, error)) from error
        finally:
            self.end()
        return len(commits), len(lines)

    def end(self) -> None:
        """Unlock the file."""
        self._lock.release()

    def close(self) -> None:
        """Unlock the file; everything is written."""
        self._lock.release()

    def _write(self, file: int, line: bytes) -> None:
        # A torn line is cut off: it was never committed.
        os.ftruncate(file, self._size)
        try:
            rest = memoryview(line)
            while rest:
                rest = rest[os.write(file, rest) :]
            os.fsync(file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, self._size)
            raise
        self._size += len(line)
        self._tail = line[-_TAIL:]
        self._inode = os.fstat(file).st_ino

    def _news(self) -> list[Commit]:
        try:
            with self._path.open("rb") as file:
                if not self._is_known(file):
                    self._inode = os.fstat(file.fileno()).st_ino
                    self._size = self._lines = 0
                    self._ended = True
                file.seek(self._size)
                new = file.read()
        except FileNotFoundError:
            self._inode = self._size = self._lines = 0
            return []
        except OSError as error:
            raise LedgerError(_reason(self.name, error)) from error
        return self._read(new) if new else []

    def _is_known(self, file: BinaryIO) -> bool:
        """Whether what we read is still there, and nothing but new lines follow."""
        if os.fstat(file.fileno()).st_ino != self._inode:
            return False
        file.seek(self._size - len(self._tail))
        return file.read(len(self._tail)) == self._tail

    def _read(self, new: bytes) -> list[Commit]:
        """The commits of what was appended; a torn last line was never committed."""
        first, schema = self._lines + 1, len(migrations())
        whole, end, last = new.rpartition(b"\n")
        commits = list(read(whole, self.name, schema=schema, first=first))
        known = len(whole + end)
        if last.strip():
            with suppress(LedgerError):
                commits += read(last, self.name, schema=schema)
                known += len(last)
                self._ended = False
        self._size += known
        self._tail = new[:known][-_TAIL:] or self._tail
        self._lines += new.count(b"\n")
        return commits


class ReadOnlyJournal(Journal):
    """The commits as the file stands now; what is added leaves no trace."""

    def begin(self) -> list[Commit]:
        """Read what was appended since."""
        return self._news()

    def append(self, commit: Commit) -> None:
        """Forget it."""


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f".{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # not on Windows
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)


def _reason(name: str, error: OSError) -> str:
    if "space" in str(error) or "quota" in str(error) or "too large" in str(error):
        what = "the disk is full; make room and run again"
    else:
        what = f"the ledger cannot be used ({error.strerror}); check the file's rights"
    return f"{name}: {what}; nothing more is sent"
