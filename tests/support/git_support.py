"""A bare repository, and clones of it as CI makes them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

__all__ = ["git", "make_clones"]

_IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")


def git(folder: Path, *arguments: str) -> str:
    """What git prints."""
    done = subprocess.run(
        ["git", *_IDENTITY, "-C", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"},
    )
    return done.stdout


def make_clones(folder: Path, count: int, *options: str) -> list[Path]:
    """Clones of `folder / "site.git"`, with one commit on main."""
    bare, first = folder / "site.git", folder / "first"
    git(folder, "init", "-q", "--bare", "-b", "main", str(bare))
    git(folder, "init", "-q", "-b", "main", str(first))
    (first / "README").write_text("A blog.\n")
    git(first, "add", ".")
    git(first, "commit", "-qm", "Begin")
    git(first, "push", "-q", str(bare), "main")
    clones = [folder / f"clone{number}" for number in range(count)]
    for clone in clones:
        git(folder, "clone", "-q", *options, f"file://{bare}", str(clone))
    return clones
