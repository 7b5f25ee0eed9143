"""What the tests that guard the house know about it: its files and its imports."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

__all__ = [
    "PACKAGE",
    "PLUGINS",
    "ROOT",
    "Import",
    "fenced",
    "imports",
    "inline",
    "module_name",
    "parse",
    "product_files",
    "project",
    "python_files",
]

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "share_bridge"
PLUGINS = ROOT / "plugins"

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)\n(?P<block>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement's claim on one module.

    Attributes:
        module: Absolute dotted name, as far as it is certainly a module.
        line: Where it stands.
        typing: Only type checkers follow it.

    """

    module: str
    line: int
    typing: bool


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file; parsed once."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def python_files(*folders: Path) -> list[Path]:
    """Every Python file below these folders, sorted."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def product_files() -> list[Path]:
    """Python that users run: the core and the plugins, no tests."""
    plugins = [path for path in PLUGINS.glob("*/share_bridge_*") if path.is_dir()]
    return python_files(PACKAGE, *plugins)


def module_name(path: Path) -> str:
    """`src/share_bridge/text/blocks.py` is `share_bridge.text.blocks`."""
    root = ROOT / "src" if path.is_relative_to(PACKAGE) else path.parents[1]
    while root.name.startswith("share_bridge_"):
        root = root.parent
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[Import]:
    """Everything that a file imports, wherever in it, typing-only imports too."""
    tree = parse(path)
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.unparse(block.test)
        for statement in block.body
        for node in ast.walk(statement)
    }
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(tree):
        for module in _modules(node, package):
            yield Import(module, node.lineno, id(node) in typing_only)  # type: ignore[attr-defined]  # import statements have a line


def _modules(node: ast.AST, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        if base == "share_bridge":
            # `from share_bridge import cli`: the module is among the names.
            yield from (f"{base}.{alias.name}" for alias in node.names)
        else:
            yield base


@cache
def project() -> dict[str, Any]:
    """The pyproject.toml of this project."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def fenced(page: Path, language: str | None = None) -> list[str]:
    """The fenced blocks of a page in one language (empty: none is named), or all."""
    return [
        dedent(found["block"])
        for found in _FENCE.finditer(page.read_text(encoding="utf-8"))
        if language in {None, found["language"]}
    ]


def inline(page: Path) -> list[str]:
    """What stands between single backticks in the prose of a page."""
    return _INLINE.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))
