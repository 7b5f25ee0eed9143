"""What a test needs from its machine, and what happens where that is missing."""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

__all__ = [
    "requires",
    "requires_module",
    "requires_node_module",
    "requires_server_module",
    "shared_folder",
]

# Read once: the tests themselves do not see these variables.
_IN_CI = bool(os.environ.get("CI"))
_VENV = Path(__file__).parents[2] / ".venv"
_NODE_MODULES = _VENV / "node/node_modules"
_SHARED = os.environ.get("SHARE_BRIDGE_SHARED", "")


def requires(program: str, *others: str) -> str:
    """The path of a program; skip the test where it is missing, fail it in CI.

    Args:
        program: Its name on the path.
        others: Names that the same program goes by elsewhere.

    """
    path = next(filter(None, map(shutil.which, (program, *others))), None)
    if path is None:
        _miss(program)
    return path


def requires_module(name: str) -> ModuleType:
    """A package that only tests use; skip where it is missing, fail in CI."""
    try:
        return import_module(name)
    except ImportError:
        _miss(name)


def requires_node_module(name: str) -> Path:
    """The `node_modules` that `.ci/run` fills, if this package is there."""
    if not (_NODE_MODULES / name).is_dir():
        _miss(name)
    return _NODE_MODULES


def requires_server_module(name: str) -> Path:
    """The Python of `.ci/run`'s servers, if this package is there."""
    servers = _VENV / "servers"
    if not any(servers.glob(f"lib/python3*/site-packages/{name}")):
        _miss(name)
    return servers / "bin/python"


def _miss(what: str) -> NoReturn:
    reason = f"{what} is not installed"
    if _IN_CI:
        pytest.fail(f"{reason}: .ci/run has to install it", pytrace=False)
    pytest.skip(reason)


def shared_folder() -> Path:
    """The folder of third-party test data; skip where it is not at hand."""
    if not _SHARED:
        pytest.skip("SHARE_BRIDGE_SHARED names no folder of test data")
    if not (folder := Path(_SHARED)).is_dir():
        pytest.skip(f"SHARE_BRIDGE_SHARED={_SHARED} is not a folder")
    return folder
