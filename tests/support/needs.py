"""What a test needs from its machine, and what happens where that is missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

__all__ = ["requires", "shared_folder"]

# Read once: the tests themselves do not see these variables.
_IN_CI = bool(os.environ.get("CI"))
_SHARED = os.environ.get("SHARE_BRIDGE_SHARED", "")


def requires(program: str, *others: str) -> str:
    """The path of a program; skip the test where it is missing, fail it in CI.

    Args:
        program: Its name on the path.
        others: Names that the same program goes by elsewhere.

    """
    for name in (program, *others):
        if path := shutil.which(name):
            return path
    reason = f"{program} is not installed"
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
