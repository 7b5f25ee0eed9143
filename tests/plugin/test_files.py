"""A file is written whole or not at all, and errors say what to do."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from share_bridge.errors import (
    PermissionDeniedError,
    PublishError,
    TargetBlockedError,
    TransientError,
)
from share_bridge.plugin.files import file_error, write_file


@pytest.mark.parametrize(
    "number, expected",
    [
        (errno.EACCES, PermissionDeniedError),
        (errno.EROFS, PermissionDeniedError),
        (errno.EPERM, PermissionDeniedError),
        (errno.EISDIR, TargetBlockedError),
        (errno.ENAMETOOLONG, TargetBlockedError),
        (errno.ENOSPC, TransientError),
        (errno.EIO, TransientError),
    ],
    ids=errno.errorcode.get,
)
def test_an_error_says_what_happens_next(
    number: int, expected: type[PublishError]
) -> None:
    error = file_error(OSError(number, os.strerror(number)), "out/page.html")

    assert type(error) is expected
    assert str(error).startswith(f"out/page.html: {os.strerror(number)}")


def test_a_new_file_has_the_mode_that_any_new_file_has(tmp_path: Path) -> None:
    """A web server can read it."""
    (tmp_path / "plain").touch()

    write_file(tmp_path / "a" / "b" / "new", b"content")

    new = tmp_path / "a" / "b" / "new"
    assert new.read_bytes() == b"content"
    assert new.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_old_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "old"
    path.write_bytes(b"before")
    path.chmod(0o640)

    write_file(path, b"after")

    assert path.read_bytes() == b"after"
    assert path.stat().st_mode & 0o777 == 0o640


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """No file can grow beyond this: as near to a full disk as a test gets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(b"before")

    with pytest.raises(TransientError, match=r"^page\.html: "), disk_of(4096):
        write_file(path, b"x" * 10_000, shown="page.html")

    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [
        ("page.html", b"before")
    ]


def test_what_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken" / "inside").mkdir(parents=True)

    with pytest.raises(TargetBlockedError):
        write_file(tmp_path / "taken", b"content")

    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
