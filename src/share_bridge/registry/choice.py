"""What the registry wants to know of the configuration, which stands above it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

__all__ = ["Choice"]


class Choice(Protocol):
    """Which plugins to load; `config.model.PluginsConfig` is one."""

    @property
    def disable(self) -> frozenset[str]:
        """Names of plugins to leave alone."""
        ...

    @property
    def only(self) -> frozenset[str] | None:
        """Names of the plugins to load; None: all."""
        ...

    @property
    def dirs(self) -> tuple[Path, ...]:
        """Folders with single files and packages."""
        ...

    @property
    def strict(self) -> bool:
        """A plugin that fails ends the run."""
        ...
