"""What is asked often starts fast: heavy modules stay out of the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from house_support import PLUGINS

HEAVY = {
    "asyncio",
    "bleach",
    "feedparser",
    "httpx",
    "jinja2",
    "markdown_it",
    "msgspec",
    "nh3",
    "regex",
    "yaml",
}

_REPORT = """
import sys
from share_bridge.cli import main
sys.argv = ["share-bridge", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("modules:", *sys.modules, file=sys.stderr)
"""


def _modules(folder: Path, *arguments: str) -> set[str]:
    """Every module that `share-bridge ARGUMENTS` imports."""
    done = subprocess.run(
        [sys.executable, "-c", _REPORT, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("modules:")[2].split())


@pytest.mark.parametrize("arguments", ["--help", "--version", "plugins list"])
def test_a_glance_imports_nothing_heavy(arguments: str, tmp_path: Path) -> None:
    modules = _modules(tmp_path, *arguments.split())

    assert HEAVY & modules == set()


@pytest.mark.parametrize("arguments", ["--help", "plugins list"])
def test_a_glance_imports_no_publisher(arguments: str, tmp_path: Path) -> None:
    """Registrations name publishers; of a plugin, at most its commands are imported."""
    modules = _modules(tmp_path, *arguments.split())

    beyond = {
        name
        for name in modules
        if name.startswith("share_bridge_")
        and "." in name
        and not name.endswith(".commands")
    }
    assert beyond == set()


def test_a_plugin_package_imports_nothing_heavy() -> None:
    """The same for each plugin on its own, whether `plugins list` met it or not."""
    packages = sorted(path.name for path in PLUGINS.glob("*/share_bridge_*"))
    code = f"import sys, {', '.join(packages)}; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert HEAVY & set(done.stdout.split()) == set()
