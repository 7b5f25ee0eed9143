"""Whom the owner wants nothing from: hosts, with all below them, and single actors."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from share_bridge.plugin.context import Documents

__all__ = ["Blocks"]

_PREFIX = "blocked/"
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")


class Blocks:
    """Blocked hosts and actors, in the settings and in the documents of a target.

    `share-bridge conversation block` adds to the documents.
    """

    def __init__(self, state: Documents, listed: tuple[str, ...] = ()) -> None:
        self._state = state
        self._listed = frozenset(name.casefold() for name in listed)

    def has(self, actor: str) -> bool:
        """Whether an actor, its host, or a domain above it is blocked."""
        return any(
            name in self._listed or self._state.get(f"{_PREFIX}{name}") is not None
            for name in _names(actor)
        )

    def as_now(self) -> Callable[[str], bool]:
        """`has` for many, by the blocks that there are now."""
        kept = {key.removeprefix(_PREFIX) for key, _ in self._state.scan(_PREFIX)}
        blocked = self._listed | kept
        return lambda actor: not blocked.isdisjoint(_names(actor))

    @staticmethod
    def name(text: str) -> str:
        """The one spelling of a host, or of an actor's address.

        Raises:
            ValueError: It is neither, such as a handle.

        """
        name = text.strip().casefold()
        parts = urlsplit(name)
        if parts.scheme in {"http", "https"} and parts.hostname:
            return parts.hostname if parts.path in {"", "/"} else name
        if not _HOST.fullmatch(name):
            raise ValueError(
                "has to be a host, such as bad.example, or the address of an actor, "
                "such as https://bad.example/users/mallory"
            )
        return name

    @staticmethod
    def document(name: str, *, since: str) -> tuple[str, dict[str, str]]:
        """What is kept of a block: the key and the document.

        Raises:
            ValueError: See `name`.

        """
        return f"{_PREFIX}{Blocks.name(name)}", {"since": since}


def _names(actor: str) -> list[str]:
    """An actor, its host, and every domain above it."""
    actor = actor.casefold()
    labels = (urlsplit(actor).hostname or "").split(".")
    return [actor, *(".".join(labels[at:]) for at in range(len(labels)))]
