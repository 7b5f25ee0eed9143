"""Every mail in a maildir, a mbox, a folder of `.eml` files, or one file."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path

__all__ = ["mails_in"]

#: A report holds a mail of ours at most: what is larger is none.
_MOST_BYTES = 5_000_000


def mails_in(path: Path) -> Iterator[bytes]:
    """The raw mails; nothing is moved or marked.

    Raises:
        OSError: It is not there or cannot be read.

    """
    if not path.is_dir():
        yield from _file(path)
        return
    folders = [path / "new", path / "cur"]
    if all(folder.is_dir() for folder in folders):
        files = [file for folder in folders for file in sorted(folder.iterdir())]
    else:
        files = sorted(path.rglob("*.eml"))
    for file in files:
        if file.is_file() and file.stat().st_size <= _MOST_BYTES:
            yield file.read_bytes()


def _file(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield path.read_bytes()
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()
