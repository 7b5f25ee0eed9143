"""Whom the owner wants nothing from: hosts, with all below them, and single actors."""

from __future__ import annotations

from urllib.parse import urlsplit

from share_bridge.plugin.context import Documents

__all__ = ["Blocks"]

_PREFIX = "blocked/"


class Blocks:
    """Blocked hosts and actors, in the settings and in the documents of a target.

    `share-bridge conversation block` adds to the documents.
    """

    def __init__(self, state: Documents, listed: tuple[str, ...] = ()) -> None:
        self._state = state
        self._listed = frozenset(name.casefold() for name in listed)

    def has(self, actor: str) -> bool:
        """Whether an actor, its host, or a domain above it is blocked."""
        host = (urlsplit(actor).hostname or "").casefold()
        labels = host.split(".")
        names = [actor, *(".".join(labels[at:]) for at in range(len(labels)))]
        return any(
            name.casefold() in self._listed
            or self._state.get(f"{_PREFIX}{name}") is not None
            for name in names
        )

    @staticmethod
    def document(name: str, *, since: str) -> tuple[str, dict[str, str]]:
        """What is kept of a block: the key and the document."""
        return f"{_PREFIX}{name}", {"since": since}
