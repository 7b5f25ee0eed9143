"""Promises about what a publisher is, and what it costs to know of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

import pytest

from share_bridge.plugin.publisher import Publisher
from share_bridge.plugin.registration import API_VERSION, Registration
from share_bridge.plugin.settings import Settings
from share_bridge.registry.find import GROUP
from share_bridge.registry.registry import Registry
from share_bridge.testing.conformance.attempt import expect, fail
from share_bridge.testing.conformance.fixtures import Fixtures

__all__ = ["IdentityPromises"]

#: What no registration may import: each costs tens of milliseconds at every start.
HEAVY = frozenset(
    {"asyncio", "bleach", "feedparser", "httpx", "jinja2", "markdown_it", "nh3"}
    | {"msgspec", "regex", "yaml"}
)
_REGISTER = """
import sys
from importlib import import_module
for _ in import_module(sys.argv[1]).register_publishers():
    pass
print(*sys.modules)
"""


class IdentityPromises(Fixtures):
    """It is found under its name, and finding it costs nothing."""

    def test_its_name_can_be_written(self, publisher_class: type[Publisher]) -> None:
        """Users write it in TOML: lower-case letters, digits and hyphens."""
        name = getattr(publisher_class, "name", "")
        expect(re.fullmatch(r"[a-z0-9][a-z0-9-]*", name), f"name = {name!r}")

    def test_its_title_is_one_line(self, publisher_class: type[Publisher]) -> None:
        """Users read it in lists."""
        title = getattr(publisher_class, "title", "")
        one_line = title and title == title.strip() and title.isprintable()
        expect(one_line, f"title = {title!r}: write one line")

    def test_it_speaks_this_contract(self, publisher_class: type[Publisher]) -> None:
        """`api_version` is one that this share-bridge knows."""
        version = publisher_class.api_version
        expect(1 <= version <= API_VERSION, f"api_version = {version}")

    def test_it_has_a_settings_class(self, publisher_class: type[Publisher]) -> None:
        """`settings` is a subclass of `share_bridge.plugin.Settings`."""
        model = getattr(publisher_class, "settings", None)
        is_model = isinstance(model, type) and issubclass(model, Settings)
        expect(is_model, f"settings = {model!r}: write a subclass of Settings")

    def test_it_is_made_without_arguments(
        self, publisher_class: type[Publisher]
    ) -> None:
        """The core calls the class; what a publisher needs comes with the context."""
        try:
            publisher_class()
        except TypeError as error:
            fail(f"{publisher_class.__name__}(): {error}")

    def test_its_registration_is_found(
        self, publisher_class: type[Publisher], registration: str
    ) -> None:
        """The module of the entry point leads to this very class, by its name."""
        point = EntryPoint(publisher_class.name, registration, GROUP)
        registry = Registry(None, installed=[point])
        failures = "; ".join(map(str, registry.failures))
        expect(not registry.failures, f"{registration}: {failures}")
        names = [found.name for found in registry.publishers()]
        expect(
            publisher_class.name in names,
            f"register_publishers of {registration} gives {names or 'nothing'}; is it "
            "marked with @hookimpl? Else override the fixture `registration`",
        )
        found = registry.publisher(publisher_class.name)
        expect(found is publisher_class, f"{registration} registers {found}")

    def test_its_registration_says_the_same(
        self, publisher_class: type[Publisher], registration: str
    ) -> None:
        """Title and version are those of the class: users read them unimported."""
        said = _registered(publisher_class, registration)
        expect(
            (said.title, said.api_version)
            == (publisher_class.title, publisher_class.api_version),
            f"registered as {said.title!r}, version {said.api_version}",
        )

    def test_it_is_announced(
        self, publisher_class: type[Publisher], registration: str
    ) -> None:
        """An entry point of its distribution names the registration."""
        _skip_a_single_file(_registered(publisher_class, registration))
        announced = {point.value for point in entry_points(group=GROUP)}
        expect(
            registration in announced,
            f'pyproject.toml: [project.entry-points."{GROUP}"] does not name '
            f"{registration}, or it is not installed (pip install -e .)",
        )

    def test_registering_imports_nothing_heavy(
        self, publisher_class: type[Publisher], registration: str
    ) -> None:
        """Every command imports every registration; httpx alone costs 150 ms."""
        _skip_a_single_file(_registered(publisher_class, registration))
        heavy = sorted(HEAVY & _imported_by(registration))
        expect(not heavy, f"{registration} imports {', '.join(heavy)}")

    def test_registering_does_not_import_the_publisher(
        self, publisher_class: type[Publisher], registration: str
    ) -> None:
        """It is imported when something is sent to it."""
        _skip_a_single_file(_registered(publisher_class, registration))
        module = publisher_class.__module__
        expect(
            module not in _imported_by(registration),
            f"{registration} imports {module}: name the class in `load` instead",
        )


def _registered(publisher_class: type[Publisher], registration: str) -> Registration:
    """What the hook gives under the publisher's name; a class speaks for itself."""
    for item in import_module(registration).register_publishers():
        if isinstance(item, type):
            item = Registration(item.name, item.title, item)  # type: ignore[attr-defined]  # noqa: PLW2901 - a publisher
        if item.name == publisher_class.name:
            found: Registration = item
            return found
    pytest.skip(f"{registration} does not register it")


def _skip_a_single_file(said: Registration) -> None:
    if isinstance(said.load, type):
        pytest.skip("a single-file plugin is its own registration")


@cache
def _imported_by(registration: str) -> frozenset[str]:
    """Every module that a fresh Python has after the registration."""
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", _REGISTER, registration],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        fail(f"{registration} cannot be imported on its own: {done.stderr}")
    return frozenset(done.stdout.split())
