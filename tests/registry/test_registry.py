"""Plugins are found by name, described without an import, and imported when used."""

from __future__ import annotations

import email
import sys
from pathlib import Path
from typing import Any

import pytest

from registry_support import PUBLISHER, install, registry_of, write
from share_bridge.config.model import PluginsConfig
from share_bridge.errors import PluginError
from share_bridge.registry.described import Condition
from share_bridge.registry.registry import load_registry

LAZY = """
from share_bridge.plugin import Registration, hookimpl

@hookimpl
def register_publishers():
    yield Registration("{name}", "Wire", "{load}", extra={extra!r})
"""


def _lazy(name: str, load: str, extra: str | None = None) -> str:
    return LAZY.format(name=name, load=load, extra=extra)


def test_describing_imports_nothing(tmp_path: Path) -> None:
    """A listing works where what is listed would not."""
    registry = registry_of(tmp_path, {"wire.py": _lazy("wire", "never.there:Wire")})
    (described,) = registry.publishers()

    assert described.condition is Condition.OK
    assert (described.name, described.title) == ("wire", "Wire")
    assert (described.plugin, described.origin) == ("wire", str(tmp_path / "wire.py"))
    assert "never" not in sys.modules


def test_a_package_in_a_folder_loads_what_it_names(tmp_path: Path) -> None:
    """By its own name, as if it were installed, and only when it is used."""
    files = {
        "sb_test_package/__init__.py": _lazy("wire", "sb_test_package.post:Wire"),
        "sb_test_package/post.py": PUBLISHER % "wire" + "from . import __name__ as n",
    }
    registry = registry_of(tmp_path, files)
    assert "sb_test_package.post" not in sys.modules

    assert registry.publisher("wire").title == "Wire"


def test_a_single_file_may_have_any_name(tmp_path: Path) -> None:
    """A plugin in `email.py` is not the standard library's email."""
    text = PUBLISHER % "mail" + "\nimport email\nassert email.message_from_string\n"
    registry = registry_of(tmp_path, {"email.py": text})

    assert registry.failures == ()
    assert sys.modules["email"] is email
    assert registry.publisher("mail").name == "mail"


def test_a_single_file_may_name_its_class(tmp_path: Path) -> None:
    """By the name its author knows it by."""
    text = (PUBLISHER % "wire").replace("return [Wire]", "return [R]")
    text += "\nfrom share_bridge.plugin import Registration\n"
    text += "R = Registration('wire', 'Wire', 'wire:Wire')\n"

    assert registry_of(tmp_path, {"wire.py": text}).publisher("wire").name == "wire"


def test_a_folder_never_replaces_an_installed_module(tmp_path: Path) -> None:
    """A folder called `json` would break everything else."""
    registry = registry_of(tmp_path, {"json/__init__.py": PUBLISHER % "wire"})

    assert "a module called json is installed" in registry.failures[0].reason


def test_hidden_files_and_tests_are_no_plugins(tmp_path: Path) -> None:
    files = {"_helper.py": "1 / 0", ".x.py": "1 / 0", "notes.txt": "", "folder/a": ""}
    files |= {"test_wire.py": "1 / 0", "conftest.py": "1 / 0"}
    registry = registry_of(tmp_path, files)

    assert registry.failures == ()
    assert registry.publishers() == ()


@pytest.mark.parametrize(
    "chosen, names",
    [
        ({}, ["a", "b"]),
        ({"disable": frozenset({"a"})}, ["b"]),
        ({"only": frozenset({"a"})}, ["a"]),
        ({"only": frozenset({"a"}), "disable": frozenset({"a"})}, []),
    ],
)
def test_plugins_can_be_chosen(
    tmp_path: Path, chosen: dict[str, Any], names: list[str]
) -> None:
    """`only` names all that are loaded, `disable` those that are not."""
    files = {"a.py": PUBLISHER % "a", "b.py": PUBLISHER % "b"}
    choice = PluginsConfig(dirs=(write(tmp_path, files),), **chosen)
    registry = load_registry(choice, installed=())

    assert [it.name for it in registry.publishers()] == names


def test_one_name_belongs_to_one_plugin(tmp_path: Path) -> None:
    """Both claims are named, neither is used, and the rest works."""
    files = dict.fromkeys(("a.py", "b.py"), PUBLISHER % "wire")
    registry = registry_of(tmp_path, files | {"c.py": PUBLISHER % "other"})
    claims = f"a ({tmp_path / 'a.py'}) and b ({tmp_path / 'b.py'})"

    with pytest.raises(PluginError) as caught:
        registry.publisher("wire")
    assert str(caught.value) == (
        f"publisher wire: claimed by the plugins {claims}: "
        "name one of them in [plugins] disable"
    )
    assert [it.condition for it in registry.publishers()] == [
        Condition.OK,
        Condition.FAILED,
        Condition.FAILED,
    ]
    assert registry.publisher("other").name == "other"


@pytest.mark.parametrize(
    "name, problem",
    [
        ("wrie", "no publisher is called wrie; did you mean wire?"),
        ("zzz", "no publisher is called zzz; there are: wire"),
        ("broken", "no publisher is called broken: plugin broken ("),
        ("off", "no publisher is called off: the plugin off is switched off under"),
    ],
)
def test_an_unknown_name_is_explained(tmp_path: Path, name: str, problem: str) -> None:
    files = {"wire.py": PUBLISHER % "wire", "broken.py": "1/0", "off.py": "1/0"}
    registry = registry_of(tmp_path, files, disable=frozenset({"off"}))

    with pytest.raises(PluginError) as caught:
        registry.publisher(name)
    assert str(caught.value).startswith(problem)


@pytest.mark.parametrize(
    "load, problem",
    [
        ("never.there:Wire", "ModuleNotFoundError: No module named 'never'"),
        ("wire:Nothing", "AttributeError: "),
        ("pathlib:Path", "publisher wire: pathlib:Path is no subclass of Publisher"),
        (
            "share_bridge.plugin.publisher:Publisher",
            "Publisher lacks check, name, publish, settings, title",
        ),
    ],
)
def test_what_cannot_be_used_is_said_when_it_is(
    tmp_path: Path, load: str, problem: str
) -> None:
    registry = registry_of(tmp_path, {"wire.py": _lazy("wire", load)})

    with pytest.raises(PluginError, match="wire") as caught:
        registry.publisher("wire")
    assert problem in str(caught.value)


def test_an_installed_plugin_is_known_by_its_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the door that everybody uses: an entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    write(tmp_path, {"sb_test_installed.py": PUBLISHER % "wire"})
    points = install(tmp_path, "my-wire", points="wire = sb_test_installed")
    registry = load_registry(PluginsConfig(), installed=points)
    (described,) = registry.publishers()

    assert (described.plugin, described.origin) == ("wire", "my-wire 1.2")


@pytest.mark.parametrize(
    "requires, condition, command",
    [
        ("pytest", Condition.OK, ""),
        ("never-there", Condition.EXTRA_MISSING, "pip install 'my-wire[radio]'"),
        ("never-there[x]>=3", Condition.EXTRA_MISSING, "pip install 'my-wire[radio]'"),
        ("my-wire[waves]", Condition.EXTRA_MISSING, "pip install 'my-wire[radio]'"),
    ],
)
def test_a_missing_extra_is_told_from_metadata(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    requires: str,
    condition: Condition,
    command: str,
) -> None:
    """With the command that installs it, before anything is imported and after."""
    monkeypatch.syspath_prepend(tmp_path)
    module = f"sb_test_extra_{abs(hash(requires))}"
    write(tmp_path, {f"{module}.py": _lazy("wire", "never_there:Wire", "radio")})
    points = install(
        tmp_path,
        "my-wire",
        points=f"wire = {module}",
        requires=f'Requires-Dist: {requires}; extra == "radio"\n'
        "Requires-Dist: never-there; extra == 'waves'\n"
        "Requires-Dist: never-there-either\n",
    )
    registry = load_registry(PluginsConfig(), installed=points)
    (described,) = registry.publishers()

    assert (described.condition, described.command) == (condition, command)
    with pytest.raises(PluginError) as caught:
        registry.publisher("wire")
    assert command in str(caught.value)


def test_two_distributions_may_use_one_plugin_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what they bring must differ."""
    monkeypatch.syspath_prepend(tmp_path)
    write(tmp_path, {"sb_one.py": PUBLISHER % "one", "sb_two.py": PUBLISHER % "two"})
    install(tmp_path, "first", points="wire = sb_one")
    points = install(tmp_path, "second", points="wire = sb_two")
    registry = load_registry(PluginsConfig(), installed=points)

    assert [it.name for it in registry.publishers()] == ["one", "two"]
    assert registry.failures == ()
