"""Tells from metadata whether an extra is installed, without importing any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution

__all__ = ["install_command", "is_missing"]

_NAME = re.compile(r"\s*([A-Za-z0-9._-]+)\s*(?:\[([^\]]*)\])?")
# Only requirements that hang on the extra alone: others (`python_version < …`)
# may not be needed here.
_EXTRA = re.compile(r";\s*\(?\s*extra\s*==\s*['\"]([^'\"]+)['\"]\s*\)?\s*$")


def is_missing(owner: Distribution | None, extra: str) -> bool:
    """True where something that the extra brings is certainly not installed."""
    if owner is None:
        return False
    return any(not _is_installed(name) for name in _needs(owner, extra, frozenset()))


def install_command(owner: Distribution | None, extra: str) -> str:
    """What installs the extra."""
    return f"pip install '{owner.name if owner else 'share-bridge'}[{extra}]'"


def _needs(owner: Distribution, extra: str, seen: frozenset[str]) -> Iterator[str]:
    for requirement in owner.requires or ():
        marker, name = _EXTRA.search(requirement), _NAME.match(requirement)
        if not marker or not name or _plain(marker[1]) != _plain(extra):
            continue
        if _plain(name[1]) != _plain(owner.name):
            yield name[1]
            continue
        for other in (name[2] or "").split(","):
            if other.strip() and other not in seen:
                yield from _needs(owner, other.strip(), seen | {extra})


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def _is_installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError, distribution  # noqa: PLC0415 - heavy

    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
