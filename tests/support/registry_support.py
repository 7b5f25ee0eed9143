"""Makes plugins for tests: single files, packages, and installed distributions."""

from __future__ import annotations

from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from textwrap import dedent

from share_bridge.config.model import PluginsConfig
from share_bridge.registry.registry import Registry, load_registry

__all__ = ["PUBLISHER", "install", "registry_of", "write"]

#: A whole publisher in one file; `%s` is its name.
PUBLISHER = """
from share_bridge.plugin import Account, Publisher, Receipt, Settings, hookimpl


class Wire(Publisher):
    name = "%s"
    title = "Wire"
    settings = Settings

    async def check(self, context):
        return Account("1")

    async def publish(self, message, context):
        return Receipt("1")


@hookimpl
def register_publishers():
    return [Wire]
"""


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write files, by path relative to `folder`, and give the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder


def registry_of(
    folder: Path,
    files: dict[str, str],
    *,
    strict: bool = False,
    **chosen: frozenset[str],
) -> Registry:
    """A registry of the files in `folder` alone."""
    choice = PluginsConfig(dirs=(write(folder, files),), strict=strict, **chosen)
    return load_registry(choice, installed=())


def install(
    folder: Path, name: str, *, points: str, requires: str = ""
) -> list[EntryPoint]:
    """Put a distribution of version 1.2 into `folder`, and give all entry points.

    Args:
        folder: Which the test has on `sys.path`, with the modules.
        name: Of the distribution.
        points: Lines of `entry = module`.
        requires: Lines of `Requires-Dist: …`.

    """
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n{dedent(requires)}"
    info = f"{name.replace('-', '_')}-1.2.dist-info"
    group = f"[share_bridge.plugins]\n{dedent(points)}"
    write(folder, {f"{info}/METADATA": metadata, f"{info}/entry_points.txt": group})
    found = distributions(path=[str(folder)])
    return [point for dist in found for point in dist.entry_points]
