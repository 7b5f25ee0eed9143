"""Where a ledger is kept."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

__all__ = ["Branch", "Place", "is_journal", "is_new"]


class Branch(Struct, frozen=True):
    """A branch of the repository that a folder is in."""

    folder: Path
    name: str

    def __str__(self) -> str:
        return f"git:{self.name}"


#: A file, or a branch.
Place = Path | Branch


def is_journal(path: Path) -> bool:
    """By its name; any other file is a SQLite database."""
    return path.suffix == ".jsonl"


def is_new(place: Place) -> bool:
    """Whether nothing is there yet; of a branch only its remote knows."""
    return isinstance(place, Path) and not place.exists()
