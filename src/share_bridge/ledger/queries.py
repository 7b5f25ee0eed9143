"""The ledger's SQL, kept in files, each statement under a name of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["migrations", "queries"]

_FOLDER = Path(__file__).with_name("sql")


@cache
def queries() -> dict[str, str]:
    """Every named statement: what follows a line `-- name: …`, without comments."""
    found: dict[str, str] = {}
    for file in sorted(_FOLDER.glob("*.sql")):
        if file.name.startswith("migration_"):
            continue
        for section in file.read_text(encoding="utf-8").split("-- name: ")[1:]:
            name, _, body = section.partition("\n")
            found[name.strip()] = _code(body).rstrip().rstrip(";")
    return found


def migrations() -> list[list[str]]:
    """The statements of each numbered migration, first to last."""
    return [
        [
            statement.strip()
            for statement in _code(file.read_text(encoding="utf-8")).split(";")
            if statement.strip()
        ]
        for file in sorted(_FOLDER.glob("migration_*.sql"))
    ]


def _code(text: str) -> str:
    return "\n".join(
        line for line in text.splitlines() if not line.lstrip().startswith("--")
    )
