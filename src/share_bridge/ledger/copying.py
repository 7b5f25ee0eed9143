"""Carries a whole ledger to another place, of any kind: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from share_bridge.errors import LedgerError
from share_bridge.ledger.database import Database
from share_bridge.ledger.opening import open_place
from share_bridge.ledger.place import Branch, Place

__all__ = ["carry"]

#: So many rows are written at once: a journal gets a line for them.
_GROUP = 100


def carry(
    source: Database, place: Place, *, key: bytes | None, environ: Mapping[str, str]
) -> int:
    """Write everything that a ledger knows to a place where nothing is yet.

    Returns:
        How many posts it knows.

    Raises:
        LedgerError: Something is there, or it cannot be written.

    """
    if source.has_sealed:
        raise LedgerError(
            f"{source.name}: some of it is encrypted under another SHARE_BRIDGE_KEY: "
            "set the key that it was written with"
        )
    if isinstance(place, Branch):
        return _to_branch(source, place, key=key, environ=environ)
    if place.exists():
        raise LedgerError(f"{place}: something is there already; name another place")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=place.parent, prefix=".share-bridge-") as folder:
            made = Path(folder) / place.name
            count = _write(source, made, key=key)
            made.replace(place)
    except OSError as error:
        raise LedgerError(f"{place}: cannot be written: {error.strerror}") from error
    return count


def _to_branch(
    source: Database, branch: Branch, *, key: bytes | None, environ: Mapping[str, str]
) -> int:
    from share_bridge.ledger.branch import RemoteFile  # noqa: PLC0415 - for branches

    file = RemoteFile(branch, environ)
    if file.fetch():
        raise LedgerError(f"{branch}: a ledger is there already; name another branch")
    with TemporaryDirectory(prefix="share-bridge-") as folder:
        made = Path(folder) / "ledger.jsonl"
        count = _write(source, made, key=key)
        if not file.replace(made.read_bytes()):
            raise LedgerError(f"{branch}: somebody else has just pushed to it; look")
    return count


def _write(source: Database, path: Path, *, key: bytes | None) -> int:
    into, _ = open_place(path, key=key, environ={})
    try:
        for table in source.tables():
            rows = source.rows(table)
            if table.name == "credential" and not into.can_seal:
                continue  # never in the clear: they stay where they are
            if table.name == "meta":
                rows = [row for row in rows if row["key"] != "schema"]
            for start in range(0, len(rows), _GROUP):
                with into.transaction():
                    into.add_rows(table, rows[start : start + _GROUP])
            if table.name == "post":
                count = len(rows)
    finally:
        into.close()
    return count
