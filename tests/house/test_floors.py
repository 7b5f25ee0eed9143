"""The house has floors: a module imports lower floors, and nothing beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from house_support import (
    PACKAGE,
    ROOT,
    Import,
    imports,
    module_name,
    product_files,
    python_files,
)

#: Lowest first. What stands on one floor does not import each other.
FLOORS = (
    ("errors", "model"),
    ("text",),
    ("plugin",),
    ("http", "ledger", "registry", "images"),
    ("config", "sources"),
    ("dispatch",),
    ("preview", "workers", "serve", "conversation"),
    ("bridge",),
    ("cli",),
)

#: Typing-only imports that may look up or sideways: (from, to), and why.
EXEMPT = {
    # DuplicateError carries a receipt; the class itself is never needed there.
    ("errors", "model"),
    # A source is handed its parsed `[[sources]]` table, and reads its fields.
    ("sources", "config"),
}

_FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names}


def _top(module: str) -> str:
    return module.partition(".")[2].partition(".")[0]


def _is_allowed(room: str, imported: Import) -> bool:
    wanted = _top(imported.module)
    if wanted in {room, "", "__version__"}:
        return True
    if imported.typing and (room, wanted) in EXEMPT:
        return True
    return wanted in _FLOOR and _FLOOR[wanted] < _FLOOR[room]


def _of_the_core(path: Path) -> list[Import]:
    return [
        found for found in imports(path) if found.module.split(".")[0] == "share_bridge"
    ]


def _core_files() -> list[Path]:
    return [
        path
        for path in python_files(PACKAGE)
        if _top(module_name(path)) not in {"", "__main__", "testing"}
    ]


@pytest.mark.parametrize("path", _core_files(), ids=module_name)
def test_imports_point_down_the_floors(path: Path) -> None:
    """A module that wants something from above or beside stands on a wrong floor."""
    room = _top(module_name(path))

    wrong = [found for found in _of_the_core(path) if not _is_allowed(room, found)]

    assert wrong == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {_top(module_name(path)) for path in _core_files()}

    assert rooms <= set(_FLOOR)


def test_the_package_itself_imports_nothing_of_the_core() -> None:
    assert _of_the_core(PACKAGE / "__init__.py") == []


@pytest.mark.parametrize("path", product_files(), ids=module_name)
def test_nobody_imports_the_testing_kit(path: Path) -> None:
    """`share_bridge.testing` needs an extra that users do not have."""
    if _top(module_name(path)) == "testing":
        return

    assert [f for f in _of_the_core(path) if _top(f.module) == "testing"] == []


def _plugin_files() -> list[Path]:
    return [path for path in product_files() if not path.is_relative_to(PACKAGE)]


@pytest.mark.parametrize("path", _plugin_files(), ids=module_name)
def test_a_plugin_imports_the_contract_only(path: Path) -> None:
    """What a third party can import is all that ours import."""
    assert {found.module for found in _of_the_core(path)} <= {"share_bridge.plugin"}


@pytest.mark.parametrize("path", _plugin_files(), ids=module_name)
def test_plugins_do_not_import_each_other(path: Path) -> None:
    own = module_name(path).split(".")[0]

    others = {
        found.module
        for found in imports(path)
        if found.module.startswith("share_bridge_")
        and found.module.split(".")[0] != own
    }

    assert others == set()


def test_the_floors_stand_in_the_contributors_guide() -> None:
    """The picture that people read is the one that is enforced."""
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    missing = [" · ".join(floor) for floor in FLOORS if " · ".join(floor) not in guide]

    assert missing == []
