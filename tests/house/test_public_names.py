"""What a module offers is written down, and what it promises is there."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

import share_bridge.plugin
from house_support import PACKAGE, module_name, parse, product_files


def _listed(path: Path) -> list[str] | None:
    """The literal `__all__` of a file, or None."""
    for node in parse(path).body:
        if (
            isinstance(node, ast.Assign)
            and ast.unparse(node.targets[0]) == "__all__"
            and not any(isinstance(inner, ast.Starred) for inner in ast.walk(node))
        ):
            names = ast.literal_eval(node.value)
            return [str(name) for name in names]
    return None


def _with_a_list() -> list[Path]:
    return [path for path in product_files() if _listed(path) is not None]


@pytest.mark.parametrize("path", _with_a_list(), ids=module_name)
def test_public_names_are_there(path: Path) -> None:
    names = _listed(path) or []
    module = importlib.import_module(module_name(path))

    assert [name for name in names if not hasattr(module, name)] == []


def test_every_name_of_the_contract_can_be_loaded() -> None:
    names = share_bridge.plugin.__all__

    assert [name for name in names if not hasattr(share_bridge.plugin, name)] == []


def test_type_checkers_see_the_same_contract() -> None:
    """The lazy table and the imports for type checkers are two lists of one thing."""
    tree = parse(PACKAGE / "plugin" / "__init__.py")
    seen = {
        (node.module, alias.asname)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    lazy = {
        (module, name)
        for module, names in share_bridge.plugin._MODULES.items()
        for name in names
    }

    assert seen == lazy
