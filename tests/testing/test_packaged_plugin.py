"""The example of a packaged plugin keeps every promise, installed as a package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from house_support import ROOT

EXAMPLE = ROOT / "examples" / "packaged_plugin"


def _install(folder: Path) -> None:
    """What pip makes of the example, without a build tool that only builds need."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    shutil.copytree(EXAMPLE / "share_bridge_gotify", folder / "share_bridge_gotify")
    info = folder / f"share_bridge_gotify-{project['version']}.dist-info"
    info.mkdir()
    metadata = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: 1.0.0\n"
    (info / "METADATA").write_text(metadata, "utf-8")
    lines = [
        line
        for group, points in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {it}" for name, it in points.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _run(*command: str, site: Path) -> subprocess.CompletedProcess[str]:
    paths = [str(site), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=site,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages with the example in it."""
    _install(tmp_path)
    return tmp_path


def test_the_example_keeps_every_promise(site: Path) -> None:
    shutil.copytree(EXAMPLE / "tests", site / "tests")

    done = _run("pytest", "-q", "-W", "error", "-p", "no:cacheprovider", site=site)

    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_the_example_is_found(site: Path) -> None:
    """Its settings are explained, with their texts."""
    done = _run("share_bridge", "plugins", "show", "gotify", site=site)

    assert done.returncode == 0, done.stderr
    assert "Token of the application that sends" in done.stdout
