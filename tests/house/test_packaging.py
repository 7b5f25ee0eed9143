"""One distribution; what is on the disk, in the wheel and announced is the same."""

from __future__ import annotations

from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import share_bridge
from house_support import PLUGINS, ROOT, project


def _folders() -> list[str]:
    return sorted(path.name for path in PLUGINS.iterdir() if path.is_dir())


def test_every_plugin_is_announced() -> None:
    """A folder without an entry point would never be found."""
    announced = project()["project"]["entry-points"]["share_bridge.plugins"]

    assert announced == {name: f"share_bridge_{name}" for name in _folders()}


def test_every_plugin_is_in_the_wheel() -> None:
    wheel = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    expected = [f"plugins/{name}/share_bridge_{name}" for name in _folders()]
    assert wheel == ["src/share_bridge", *expected]


def test_every_plugin_is_type_checked() -> None:
    mypy = project()["tool"]["mypy"]

    assert mypy["mypy_path"] == ["src", *(f"plugins/{name}" for name in _folders())]
    assert set(mypy["files"]) >= {
        "src",
        *(f"plugins/{name}/share_bridge_{name}" for name in _folders()),
    }


@pytest.mark.parametrize("name", _folders())
def test_a_plugin_folder_is_complete(name: str) -> None:
    folder = PLUGINS / name

    assert (folder / "README.md").is_file()
    assert (folder / f"share_bridge_{name}" / "__init__.py").is_file()
    assert list((folder / "tests").glob("test_*.py"))


def test_versions_agree() -> None:
    version = project()["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert share_bridge.__version__ == version
    assert f"## {version}" in changelog


def test_a_plain_install_stays_small() -> None:
    """At most 27 distributions, ourselves included."""
    todo = [Requirement(line) for line in project()["project"]["dependencies"]]
    seen = {"share-bridge"}
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate(
            {"extra": ""}
        )
        if wanted and name not in seen:
            seen.add(name)
            todo += [Requirement(line) for line in metadata.requires(name) or []]

    assert len(seen) <= 27
