"""A broken plugin is reported and left out; the others work."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry_support import PUBLISHER, registry_of, write
from share_bridge.config.model import PluginsConfig
from share_bridge.errors import PluginError
from share_bridge.model.delivery import Delivery, State
from share_bridge.model.message import Action
from share_bridge.model.receipt import Receipt
from share_bridge.registry.registry import load_registry

HOOK = "from share_bridge.plugin import Registration, hookimpl\n@hookimpl\n"
DELIVERY = Delivery(
    post="p",
    url="u",
    title="t",
    target="home",
    publisher="wire",
    action=Action.CREATE,
    recipient="",
    state=State.DELIVERED,
)


def _register(result: str) -> str:
    return f"{HOOK}def register_publishers():\n    {result}\n"


@pytest.mark.parametrize(
    "broken, reason",
    [
        (
            "import no_such_module",
            "ModuleNotFoundError: No module named 'no_such_module'",
        ),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def (", "SyntaxError: "),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("x = 1", "no function in it is marked with @hookimpl"),
        (
            f"{HOOK}def register_publisher():\n    return []",
            "there is no hook called register_publisher: misspelt, or made for a newer",
        ),
        (
            f"{HOOK}async def register_publishers():\n    return []",
            "register_publishers is async: hooks are plain calls",
        ),
        (
            f"{HOOK}def register_publishers(nonsense):\n    return []",
            "PluginValidationError: ",
        ),
        (
            _register("1 / 0"),
            "register_publishers: ZeroDivisionError: division by zero",
        ),
        (_register("exit(2)"), "register_publishers: SystemExit: 2"),
        (_register("return 3"), "register_publishers: TypeError: 'int' object is not"),
        (
            _register("return ['x']"),
            "register_publishers: gave str, not a Registration",
        ),
        (
            _register("yield Registration('a', 'A', 'a:B'); 1 / 0"),
            "register_publishers: ZeroDivisionError",
        ),
        (
            _register("return [Registration('A b', 'A', 'a:B')]"),
            "register_publishers: name 'A b': use lower-case letters, digits and -",
        ),
        (
            _register("return [Registration('a', 'A', 'a.B')]"),
            "register_publishers: load 'a.B': write \"package.module:Class\"",
        ),
        (
            _register("return [Registration('a', 'A', 'a:B', api_version=99)]"),
            "a is made for version 99 of the plugin contract and this share-bridge sp",
        ),
    ],
)
def test_a_broken_plugin_stops_no_other(
    tmp_path: Path, broken: str, reason: str
) -> None:
    """Whatever it does where it is imported or asked."""
    files = {"abroken.py": broken, "wire.py": PUBLISHER % "wire"}
    registry = registry_of(tmp_path, files)
    (failure,) = registry.failures

    assert [it.name for it in registry.publishers()] == ["wire"]
    assert registry.publisher("wire").title == "Wire"
    assert (failure.plugin, failure.origin) == ("abroken", str(tmp_path / "abroken.py"))
    assert failure.reason.startswith(reason)


def test_strict_lets_none_pass(tmp_path: Path) -> None:
    """For CI: the run ends with the reason."""
    with pytest.raises(PluginError, match=r"plugin broken .*division by zero"):
        registry_of(tmp_path, {"broken.py": "1 / 0"}, strict=True)


def test_a_missing_folder_is_a_failure(tmp_path: Path) -> None:
    """It is named, and the rest works."""
    write(tmp_path, {"wire.py": PUBLISHER % "wire"})
    choice = PluginsConfig(dirs=(tmp_path / "nowhere", tmp_path))
    registry = load_registry(choice, installed=())

    assert [failure.plugin for failure in registry.failures] == ["plugins.dirs"]
    assert [it.name for it in registry.publishers()] == ["wire"]


def test_an_observer_that_raises_stops_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What it raised is logged; the delivery is recorded in any case."""
    observer = (
        f"{HOOK}def delivery_finished(delivery, receipt):\n"
        "    with open(%r, 'a') as file: file.write(receipt.remote_id)\n    1 / 0\n"
    )
    seen = str(tmp_path / "seen")
    registry = registry_of(
        tmp_path / "plugins", {"a.py": observer % seen, "b.py": observer % seen}
    )
    with caplog.at_level(logging.WARNING):
        registry.delivery_finished(DELIVERY, Receipt("7"))

    assert Path(seen).read_text() == "77"
    assert [record.name for record in caplog.records] == [
        "share_bridge.plugin.a",
        "share_bridge.plugin.b",
    ]


def test_an_observer_may_take_fewer_arguments(tmp_path: Path) -> None:
    """So that the hook can grow."""
    seen = str(tmp_path / "seen")
    observer = (
        f"{HOOK}def delivery_failed(error):\n"
        f"    with open({seen!r}, 'w') as file: file.write(str(error))\n"
    )
    registry = registry_of(tmp_path / "plugins", {"a.py": observer})
    registry.delivery_failed(DELIVERY, ValueError("no"), datetime.now(UTC))

    assert Path(seen).read_text() == "no"
