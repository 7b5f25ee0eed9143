"""What is asked often starts fast: heavy modules stay out of the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from house_support import PLUGINS, ROOT

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

#: What only some posts, targets and days need, and no plain run to Mastodon.
SELDOM = {
    "PIL",
    "bleach",
    "jinja2",
    "markdown_it",
    "nh3",
    "regex",
    "yaml",
    "share_bridge.dispatch.plan.approval",
    "share_bridge.dispatch.target.expiry",
    "share_bridge.dispatch.fan_out.line_up",
    "share_bridge.dispatch.settle.lost",
    "share_bridge.dispatch.send.notices",
    "share_bridge.dispatch.send.pictures",
    "share_bridge.dispatch.plan.retract",
    "share_bridge.dispatch.plan.seeding",
    "share_bridge.dispatch.fan_out.side_by_side",
    "share_bridge.dispatch.read.site",
    "share_bridge.dispatch.report.write_back",
    "share_bridge.text.templated",
    "share_bridge_mastodon.edit",
    "share_bridge_mastodon.login",
}

_CONFIG = """\
[[sources]]
name = "blog"
feed = "{server}/feed.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "{server}"
token = "bench-token-0123456789"

[network]
allow = ["127.0.0.0/8"]
"""

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


@pytest.mark.parametrize("arguments", ["--help", "--version"])
def test_what_distributions_say_of_themselves_is_not_read(
    arguments: str, tmp_path: Path
) -> None:
    """Names of plugins are; `importlib.metadata` costs as much as all else."""
    assert "importlib.metadata" not in _modules(tmp_path, *arguments.split())


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


def test_the_end_looks_for_no_garbage(tmp_path: Path) -> None:
    """What was registered before is called after: it sees what Python will see."""
    counted = "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count()))"

    done = subprocess.run(
        [sys.executable, "-c", f"{counted}\n{_REPORT}", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout.splitlines()[-1]) > 1_000


def test_a_plugin_package_imports_nothing_heavy() -> None:
    """The same for each plugin on its own, whether `plugins list` met it or not."""
    packages = sorted(path.name for path in PLUGINS.glob("*/share_bridge_*"))
    code = f"import sys, {', '.join(packages)}; print(*sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert HEAVY & set(done.stdout.split()) == set()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The feed and the Mastodon server of the benchmark, and what it measures."""
    command = [sys.executable, ROOT / "benchmarks/mastodon.py", "serve"]
    with subprocess.Popen(
        [*command, tmp_path / "requests"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


def test_a_plain_run_imports_what_it_needs(server: str, tmp_path: Path) -> None:
    """Three posts to Mastodon: what is seldom needed is imported then, and not here."""
    (tmp_path / "share-bridge.toml").write_text(_CONFIG.format(server=server))

    modules = _modules(tmp_path, "publish")

    assert "share_bridge_mastodon.send" in modules
    assert SELDOM & modules == set()
