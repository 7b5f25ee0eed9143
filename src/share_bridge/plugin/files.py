"""Writes a file whole or not at all, and says what stood in the way in typed errors."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from share_bridge.errors import (
    PermissionDeniedError,
    PublishError,
    TargetBlockedError,
    TransientError,
)

__all__ = ["file_error", "write_file"]

_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_WRONG_PLACE = frozenset(
    {errno.EISDIR, errno.ENOTDIR, errno.ENOTEMPTY, errno.EEXIST, errno.ELOOP}
    | {errno.ENAMETOOLONG, errno.EINVAL}
)


def write_file(path: Path, content: bytes, *, shown: str = "") -> None:
    """Replace `path` by a file with this content, or leave everything as it was.

    Missing folders are made. A link is followed, permissions are kept, and a power
    cut leaves the old file or the new one. `shown` is what errors call the file.

    Raises:
        PermissionDeniedError: The file or its folder is read-only.
        TargetBlockedError: Something else stands in the way, a folder for example.
        TransientError: The disk is full or failing.

    """
    try:
        _replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise file_error(error, shown or str(path)) from error


def file_error(error: OSError, shown: str) -> PublishError:
    """What an error of the operating system means for a delivery not yet made."""
    reason = error.strerror or str(error)
    if error.errno in _DENIED:
        return PermissionDeniedError(
            f"{shown}: {reason}. Make the file and its folder writable"
        )
    if error.errno in _WRONG_PLACE:
        return TargetBlockedError(f"{shown}: {reason}. Name another path")
    return TransientError(f"{shown}: {reason}")


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o7777 if path.exists() else None
    if mode is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    temporary = path.parent / f".share-bridge-{token_hex(8)}.tmp"
    try:
        _write_new(temporary, content, mode)
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _write_new(path: Path, content: bytes, mode: int | None) -> None:
    with path.open("xb") as file:
        if mode is not None:
            path.chmod(mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """The new name is on the disk too; where folders cannot be flushed, later."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
