"""The entry points of this environment, read from the few lines that name them.

`importlib.metadata` says the same, and brings archives, CSV and e-mail with it: a
sixth of `share-bridge --help`. It is asked where a distribution may be elsewhere than
in a folder on the path, and for what is seldom asked of one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import reduce
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

__all__ = ["WrittenEntryPoint", "entry_points"]


class WrittenEntryPoint:
    """A line of a distribution's `entry_points.txt`.

    Attributes:
        name: What is before the `=`.
        value: What is behind it: `module` or `module:attribute`.

    """

    def __init__(self, name: str, value: str, folder: Path) -> None:
        self.name = name
        self.value = value
        self._folder = folder

    @property
    def dist(self) -> Distribution:
        """What installed it."""
        from importlib.metadata import Distribution  # noqa: PLC0415 - heavy

        return Distribution.at(self._folder)

    def load(self) -> object:
        """Import what it names."""
        module, _, attributes = self.value.partition("[")[0].partition(":")
        names = filter(None, attributes.strip().split("."))
        return reduce(getattr, names, import_module(module.strip()))


def entry_points(group: str) -> Iterable[EntryPoint | WrittenEntryPoint]:
    """All of a group; of two distributions of one name, those of the first."""
    if all(map(_is_no_archive, sys.path)) and not any(map(_finds, sys.meta_path)):
        return _written(group)
    from importlib.metadata import entry_points  # noqa: PLC0415 - heavy

    return entry_points(group=group)


def _is_no_archive(path: str) -> bool:
    return not path.lower().endswith(".egg") and not Path(path).is_file()


def _finds(finder: object) -> bool:
    """Whether it knows of distributions in a way of its own."""
    return finder is not PathFinder and hasattr(finder, "find_distributions")


def _written(group: str) -> Iterator[WrittenEntryPoint]:
    seen: set[str] = set()
    for path in sys.path:
        for child in _children(path):
            stem, _, kind = child.name.lower().rpartition(".")
            if kind not in {"dist-info", "egg-info"}:
                continue
            name = re.sub(r"[-_.]+", "_", stem.partition("-")[0])
            if name not in seen:
                seen.add(name)
                yield from _points(Path(child.path), group)


def _children(path: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path or ".") as children:
            return list(children)
    except OSError:
        return []


def _points(folder: Path, group: str) -> Iterator[WrittenEntryPoint]:
    try:
        text = (folder / "entry_points.txt").read_text("utf-8", "replace")
    except OSError:
        return
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
        elif section == group and line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield WrittenEntryPoint(name.strip(), value.strip(), folder)
