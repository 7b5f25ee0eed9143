"""Opens each kind of ledger; what only journals need is imported for them alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from share_bridge.ledger.database import Database
from share_bridge.ledger.place import Branch, Place, is_journal

if TYPE_CHECKING:
    from share_bridge.ledger.replayed import Replayed

__all__ = ["copy", "open_place", "replay"]


def open_place(
    place: Place, *, key: bytes | None, environ: Mapping[str, str]
) -> tuple[Database, Path]:
    """The ledger at a place, and the path that its locks are named after."""
    if isinstance(place, Branch):
        from share_bridge.ledger.branch import RemoteFile  # noqa: PLC0415 - see above
        from share_bridge.ledger.shared import BranchLog, Shared  # noqa: PLC0415

        file = RemoteFile(place, environ)
        database = Shared(BranchLog(file), key=key)
        return database, file.lock_path()
    if is_journal(place):
        return replay(place, key=key), place
    return Database.open(place), place


def copy(
    place: Place | None, *, key: bytes | None, environ: Mapping[str, str]
) -> Database:
    """The ledger as it stands now, in memory: what happens to it leaves no trace."""
    if isinstance(place, Branch):
        from share_bridge.ledger.branch import RemoteFile  # noqa: PLC0415 - see above
        from share_bridge.ledger.shared import BranchLog, Shared  # noqa: PLC0415

        return Shared(BranchLog(RemoteFile(place, environ), dry=True), key=key)
    if place is not None and is_journal(place):
        return replay(place, key=key, dry=True)
    return Database.in_memory(place)


def replay(path: Path, *, key: bytes | None, dry: bool = False) -> Replayed:
    """The journal in that file."""
    from share_bridge.ledger.journal import (  # noqa: PLC0415 - see above
        Journal,
        ReadOnlyJournal,
    )
    from share_bridge.ledger.replayed import Replayed  # noqa: PLC0415

    return Replayed(ReadOnlyJournal(path) if dry else Journal(path), key=key)
