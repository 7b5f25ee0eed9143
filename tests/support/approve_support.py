"""A folder with a blog of two posts and an account whose owner approves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from blog_support import serving, write_feed
from fediverse_support import Fediverse

__all__ = ["approving", "editor", "write_posts"]

_TARGET = ("timeout = 1", "settle_after = 0", "approve = true")


def write_posts(folder: Path, **words: str) -> None:
    """A feed of two posts; `post_1="…"` changes what one says."""
    write_feed(folder, posts=2, **words)


@contextmanager
def approving(folder: Path) -> Iterator[Fediverse]:
    """A server, and the configuration of an account on it."""
    service = Fediverse()
    with serving(service, folder, *_TARGET):
        write_posts(folder)
        yield service


def editor(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor that does what the shell script says with `$1`."""
    program = folder / "editor.sh"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o700)
    monkeypatch.setenv("EDITOR", str(program))
    monkeypatch.delenv("VISUAL", raising=False)
