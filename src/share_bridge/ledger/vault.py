"""Keeps credentials in a journal, encrypted, where the next run in CI finds them."""

from __future__ import annotations

from share_bridge.ledger.database import Database

__all__ = ["Vault"]


class Vault:
    """Has the two calls of a keyring, and is used like one."""

    #: What people call it.
    title = "the ledger, encrypted"

    def __init__(self, database: Database) -> None:
        self._database = database

    def get_password(self, service: str, username: str, /) -> str | None:
        """The saved text, or None."""
        row = self._database.one("credential", scope=f"{service}|{username}")
        return None if row is None else str(row["document"])

    def set_password(self, service: str, username: str, password: str, /) -> None:
        """Save the text."""
        scope = f"{service}|{username}"
        self._database.run("put_credential", scope=scope, document=password)
