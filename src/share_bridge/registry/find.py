"""Finds plugins, in distributions and in folders, and imports none of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING
from zlib import crc32

from share_bridge.registry.entry_points import WrittenEntryPoint, entry_points

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

__all__ = [
    "GROUP",
    "FolderPlugin",
    "Found",
    "InstalledPlugin",
    "folder_plugins",
    "installed_plugins",
]

#: The entry points of this group name modules with hooks.
GROUP = "share_bridge.plugins"


class InstalledPlugin:
    """An entry point of a distribution.

    Attributes:
        name: The entry point's name.

    """

    def __init__(self, entry_point: EntryPoint | WrittenEntryPoint) -> None:
        self._entry_point = entry_point
        self.name = entry_point.name

    @cached_property
    def distribution(self) -> Distribution | None:
        """What installed it, where that is known."""
        return self._entry_point.dist

    @cached_property
    def origin(self) -> str:
        """`distribution version`; read from the metadata when first asked for."""
        if self.distribution is None:
            return self._entry_point.value
        return f"{self.distribution.name} {self.distribution.version}"

    def load(self) -> object:
        """Import the module with its hooks; whatever that raises comes out."""
        return self._entry_point.load()

    def locate(self, module: str) -> str:
        """The importable name of a module that a registration names."""
        return module


class FolderPlugin:
    """A file or a package in one of `[plugins] dirs`."""

    distribution: None = None

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """The name of the file or folder."""
        return self.path.stem

    @property
    def origin(self) -> str:
        """Its path."""
        return str(self.path)

    def load(self) -> object:
        """Import it; whatever that raises comes out."""
        name = self._module_name
        loaded = sys.modules.get(name)
        if loaded is not None and _path_of(loaded) == self._file:
            return loaded
        if self.path.is_dir() and (loaded is not None or find_spec(name) is not None):
            raise ImportError(f"a module called {name} is installed: rename the folder")
        return self._execute(name)

    def locate(self, module: str) -> str:
        """A single file is known to Python by a longer name than to its author."""
        return self._module_name if module == self.path.stem else module

    @property
    def _file(self) -> Path:
        return self.path / "__init__.py" if self.path.is_dir() else self.path

    @property
    def _module_name(self) -> str:
        """A package keeps its name, for its own imports; a file may be `email.py`."""
        if self.path.is_dir():
            return self.path.name
        return f"share_bridge_file_{crc32(bytes(self.path)):08x}_{self.path.stem}"

    def _execute(self, name: str) -> ModuleType:
        spec = spec_from_file_location(name, self._file)
        if spec is None or spec.loader is None:
            raise ImportError("not a Python file")
        module = module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
        return module


Found = InstalledPlugin | FolderPlugin


def installed_plugins(
    points: Iterable[EntryPoint | WrittenEntryPoint] | None = None,
) -> Iterator[InstalledPlugin]:
    """Those of installed distributions, by name.

    Args:
        points: Entry points to use instead of those of this environment.

    """
    points = entry_points(GROUP) if points is None else points
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        yield InstalledPlugin(point)


def folder_plugins(folder: Path) -> Iterator[FolderPlugin]:
    """The single files and packages in a folder, by name.

    Raises:
        OSError: The folder cannot be read.

    """
    for path in sorted(folder.iterdir()):
        if _is_plugin(path):
            yield FolderPlugin(path)


def _is_plugin(path: Path) -> bool:
    if path.name.startswith(("_", ".", "test_")) or path.name == "conftest.py":
        return False  # not meant to be found, or a plugin's tests beside it
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def _path_of(module: ModuleType) -> Path | None:
    file = getattr(module, "__file__", None)
    return Path(file) if isinstance(file, str) else None
