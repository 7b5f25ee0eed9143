"""The kit sees what a registration costs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kit_support import broken_promises, run_kit

pytest_plugins = ["pytester"]

_PUBLISHER = """
from share_bridge.plugin import Account, Publisher, Receipt, Settings

class NotePublisher(Publisher):
    name = "note"
    title = "Note"
    settings = Settings

    async def check(self, context):
        return Account("me")

    async def publish(self, message, context):
        return Receipt("1")
"""

_REGISTRATION = """
{imports}
from share_bridge.plugin import Registration, hookimpl

@hookimpl
def register_publishers():
    yield Registration("{name}", "{title}", load="{package}.publisher:NotePublisher")
"""

_CASE = """
import pytest
from share_bridge.testing import PublisherConformance
from {package}.publisher import NotePublisher

class TestIt(PublisherConformance):
    @pytest.fixture
    def publisher_class(self):
        return NotePublisher
"""


@pytest.fixture
def register(pytester: pytest.Pytester) -> Callable[..., set[str]]:
    """Run the promises of identity on a package; those that are broken."""

    def run(
        package: str, *, imports: str = "", name: str = "note", title: str = "Note"
    ) -> set[str]:
        folder = pytester.mkpydir(package)
        registration = _REGISTRATION.format(
            imports=imports, name=name, title=title, package=package
        )
        Path(folder, "__init__.py").write_text(registration, "utf-8")
        Path(folder, "publisher.py").write_text(_PUBLISHER, "utf-8")
        pytester.syspathinsert()
        file = pytester.makepyfile(_CASE.format(package=package))
        return broken_promises(
            run_kit(pytester, file, "-k", "test_it or test_registering")
        )

    return run


#: None of these packages is installed, which is a broken promise, too.
_ALWAYS = {"test_it_is_announced"}


def test_a_light_registration_keeps_its_promises(
    register: Callable[..., set[str]],
) -> None:
    assert register("share_bridge_light") == _ALWAYS


def test_httpx_at_registration_is_seen(register: Callable[..., set[str]]) -> None:
    broken = register("share_bridge_heavy", imports="import httpx")

    assert broken == _ALWAYS | {"test_registering_imports_nothing_heavy"}


def test_a_publisher_imported_at_registration_is_seen(
    register: Callable[..., set[str]],
) -> None:
    """Its settings bring pydantic with them."""
    broken = register(
        "share_bridge_eager", imports="from share_bridge_eager import publisher"
    )

    assert broken == _ALWAYS | {
        "test_registering_imports_nothing_heavy",
        "test_registering_does_not_import_the_publisher",
    }


def test_another_title_is_seen(register: Callable[..., set[str]]) -> None:
    broken = register("share_bridge_renamed", title="Notes")

    assert broken == _ALWAYS | {"test_its_registration_says_the_same"}


def test_another_name_is_seen(register: Callable[..., set[str]]) -> None:
    broken = register("share_bridge_misnamed", name="notes")

    assert broken == {"test_its_registration_is_found"}
