"""One lock per target, held while its deliveries are sent; it dies with its owner."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from share_bridge.errors import LedgerError

__all__ = ["Lock", "NoLock"]


class Lock:
    """A lock on a file in `<ledger>.locks/`; the system frees it with the process."""

    def __init__(self, ledger: Path, target: str) -> None:
        self._path = ledger.with_name(f"{ledger.name}.locks") / target
        self._file: int | None = None

    def acquire(self) -> bool:
        """Take the lock now, or say False: somebody who lives has it."""
        try:
            _make(self._path.parent)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise LedgerError(
                f"{self._path}: cannot be locked ({exc.strerror}); nothing is sent"
            ) from exc
        if _lock(file):
            self._file = file
            return True
        os.close(file)
        return False

    def release(self) -> None:
        """Let it go; more than once does no harm."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.release()


class NoLock(Lock):
    """For a ledger in memory, which nobody shares."""

    def __init__(self) -> None:
        super().__init__(Path("memory"), "none")

    def acquire(self) -> bool:
        """Always free."""
        return True


def _make(folder: Path) -> None:
    """Locks are of this machine: git is told to leave them alone."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")


def _lock(file: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on Windows
    except ImportError:  # Windows
        import msvcrt  # noqa: PLC0415 - on Windows only

        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
