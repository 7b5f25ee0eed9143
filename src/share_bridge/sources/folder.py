"""Which local files are posts."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from msgspec import Struct

from share_bridge.errors import SourceError

__all__ = ["LocalFile", "list_files"]

_SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm"})
_PATTERN = re.compile(r"[*?\[]")
# Folders that hold no posts, and pages that list them (Hugo, Zola).
_NOT_POSTS = frozenset(
    {"node_modules", "_site", "_includes", "_layouts", "__pycache__"}
)
_LISTS = frozenset({"_index", "readme"})


class LocalFile(Struct, frozen=True):
    """A file that may be a post.

    Attributes:
        path: Where it is.
        name: The same from the configuration's folder, with `/`.
        place: The same from the folder that the source names.

    """

    path: Path
    name: str
    place: str


def list_files(
    patterns: Iterable[str], folder: Path
) -> tuple[list[LocalFile], list[str]]:
    """The files that a file, a folder or globs name, each once, in order.

    Args:
        patterns: As configured, relative to `folder`.
        folder: The configuration's.

    Returns:
        The files, and a line for each pattern that names none.

    Raises:
        SourceError: A file or folder is not there.

    """
    found: dict[str, LocalFile] = {}
    notes = []
    for pattern in patterns:
        before = len(found)
        base, paths = _expand(pattern, folder)
        for path in sorted(paths):
            name = PurePath(os.path.relpath(path, folder)).as_posix()
            place = PurePath(os.path.relpath(path, base)).as_posix()
            found.setdefault(name, LocalFile(path, name, place))
        if len(found) == before:
            notes.append(f"{pattern}: no Markdown or HTML files there")
    return list(found.values()), notes


def _expand(pattern: str, folder: Path) -> tuple[Path, list[Path]]:
    """The folder that paths are told from, and the files."""
    whole = folder / pattern
    if whole.is_file():
        return whole.parent, [whole]
    if whole.is_dir():
        return whole, [path for path in _walk(whole) if _is_post(path, whole)]
    if not _PATTERN.search(pattern):
        raise SourceError(f"{pattern}: no such file or folder; check `files`")
    fixed = re.split(_PATTERN, pattern, maxsplit=1)[0]
    base = folder / fixed.rpartition("/")[0]
    matches = glob.glob(str(whole), recursive=True)  # noqa: PTH207 - Path.glob differs
    paths = [Path(match) for match in matches]
    return base, [path for path in paths if path.is_file() and _is_post(path, base)]


def _walk(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if _is_content(name)]
        yield from (Path(where) / name for name in names)


def _is_content(folder: str) -> bool:
    return folder not in _NOT_POSTS and (not folder.startswith(".") or folder == "..")


def _is_post(path: Path, base: Path) -> bool:
    """Whether a file that nobody named is one: no list, and no front page."""
    if path.suffix.lower() not in _SUFFIXES or path.name.startswith("."):
        return False
    between = PurePath(os.path.relpath(path, base)).parts[:-1]
    stem = path.name.partition(".")[0].lower()
    front = stem == "index" and not between
    return stem not in _LISTS and not front and all(map(_is_content, between))
