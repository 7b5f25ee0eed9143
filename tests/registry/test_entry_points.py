"""Entry points are read without `importlib.metadata`, and are what it says they are."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

from registry_support import write
from share_bridge.registry.entry_points import entry_points

_GROUP = "share_bridge.plugins"
_METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n"

_WIRE = f"[{_GROUP}]\nwire = some_wire\n"

_WRITTEN: dict[str, tuple[str, set[str]]] = {
    "a module": (_WIRE, {"some_wire"}),
    "an attribute": (f"[{_GROUP}]\nwire = wire.hooks:it.it\n", {"wire.hooks:it.it"}),
    "an extra": (f"[{_GROUP}]\nwire = wire:it [radio]\n", {"wire:it [radio]"}),
    "many": (f"{_WIRE}radio=some_radio\n", {"some_wire", "some_radio"}),
    "between others": (f"[x]\na = b\n{_WIRE}[y]\nwire = c\n", {"some_wire"}),
    "comments": (f"#[x]\n[{_GROUP}]\n\n #a = b\n  wire  =  c  \n", {"c"}),
    "carriage returns": (_WIRE.replace("\n", "\r\n"), {"some_wire"}),
    "letters of the world": (f"[{_GROUP}]\ndrähte = some_wire\n", {"some_wire"}),
    "another group": ("[console_scripts]\nwire = some_wire:main\n", set()),
    "a group that begins alike": (f"[{_GROUP}.more]\nwire = some_wire\n", set()),
    "nothing": ("", set()),
}


def _told() -> list[tuple[str, str, str]]:
    return sorted(
        (point.name, point.value, point.dist.name)
        for point in entry_points(_GROUP)
        if point.dist
    )


def _told_by_python() -> list[tuple[str, str, str]]:
    return sorted(
        (point.name, point.value, point.dist.name)
        for point in metadata.entry_points(group=_GROUP)
        if point.dist
    )


def _info(name: str, text: str, *, kind: str = "dist-info") -> dict[str, str]:
    info = f"{name}-1.2.{kind}"
    headers = _METADATA.format(name=name)
    return {
        f"{info}/METADATA": headers,
        f"{info}/PKG-INFO": headers,
        f"{info}/entry_points.txt": text,
    }


@pytest.mark.parametrize("kind", ["dist-info", "egg-info", "DIST-INFO"])
@pytest.mark.parametrize("text, values", _WRITTEN.values(), ids=_WRITTEN)
def test_what_is_written_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    values: set[str],
    kind: str,
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    write(tmp_path, _info("my_wire", text, kind=kind))

    assert _told() == _told_by_python()
    assert {value for _, value, name in _told() if name == "my_wire"} == values


@pytest.mark.parametrize("second", ["my_wire", "My.Wire", "my-wire", "other"])
def test_the_first_on_the_path_hides_its_namesake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    """A virtual environment's own distributions go before those of the system."""
    text = f"[{_GROUP}]\nwire = "
    monkeypatch.syspath_prepend(write(tmp_path / "b", _info(second, f"{text}far")))
    monkeypatch.syspath_prepend(write(tmp_path / "a", _info("my_wire", f"{text}near")))

    assert _told() == _told_by_python()
    assert {value for _, value, _ in _told()} >= {"near"}


def test_what_is_no_distribution_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths that are not there, metadata in a single file, names without a version."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "not-there")
    write(tmp_path, {"old-1.0-py3.11.egg-info": _METADATA, "x.dist-info/RECORD": ""})

    assert _told() == _told_by_python()


def test_what_another_wrote_wrongly_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `importlib.metadata` tells nothing any more."""
    monkeypatch.syspath_prepend(write(tmp_path, _info("my_wire", _WIRE)))
    write(tmp_path, _info("broken", ""))
    (tmp_path / "broken-1.2.dist-info/entry_points.txt").write_bytes(b"[x]\n\xff = y")

    assert ("wire", "some_wire", "my_wire") in _told()


def test_the_current_folder_may_be_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, _info("my_wire", _WIRE)))
    monkeypatch.syspath_prepend("")

    assert _told() == _told_by_python()
    assert ("wire", "some_wire", "my_wire") in _told()


def test_a_distribution_may_be_in_an_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ZipFile(tmp_path / "my_wire.zip", "w") as archive:
        for name, text in _info("my_wire", _WIRE).items():
            archive.writestr(name, text)
    monkeypatch.syspath_prepend(tmp_path / "my_wire.zip")

    assert ("wire", "some_wire", "my_wire") in _told()


def test_a_finder_of_its_own_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some tools keep distributions where no path leads."""
    write(tmp_path, _info("my_wire", _WIRE))

    class Finder(metadata.DistributionFinder):
        def find_spec(self, *_: object) -> None:
            return None

        def find_distributions(
            self, context: metadata.DistributionFinder.Context | None = None
        ) -> list[metadata.Distribution]:
            return [metadata.Distribution.at(tmp_path / "my_wire-1.2.dist-info")]

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])

    assert ("wire", "some_wire", "my_wire") in _told()


@pytest.mark.parametrize(
    "value, loaded",
    [
        ("sb_points", "the module"),
        ("sb_points:plugin", "an attribute"),
        ("sb_points:plugin.part", "its part"),
        ("sb_points:plugin [radio]", "an attribute"),
    ],
)
def test_what_it_names_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, loaded: str
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    module = (
        "said = 'the module'\n"
        "class plugin:\n    said = 'an attribute'\n"
        "    class part:\n        said = 'its part'\n"
    )
    info = _info("my_points", f"[{_GROUP}]\npoints = {value}\n")
    write(tmp_path, {"sb_points.py": module, **info})
    (point,) = (it for it in entry_points(_GROUP) if it.name == "points")

    assert getattr(point.load(), "said", None) == loaded
