"""Every test, of the core and of each plugin, on an island of its own.

No network beyond loopback, no real home folder, and none of the variables that
change what the program does (`CI`, `SHARE_BRIDGE_…`, proxies).
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from island import LOG, refuse_other_hosts
from needs import requires as require_program
from needs import shared_folder

settings.register_profile("house", deadline=None)
settings.load_profile("house")
sys.addaudithook(refuse_other_hosts)

_FOREIGN = ("SHARE_BRIDGE_", "XDG_")
_FOREIGN_NAMES = {"CI", "NO_COLOR", "FORCE_COLOR", "SSL_CERT_FILE", "SSL_CERT_DIR"}


def _is_foreign(name: str) -> bool:
    return (
        name.startswith(_FOREIGN)
        or name in _FOREIGN_NAMES
        or name.lower().endswith("_proxy")
    )


@pytest.fixture(scope="session", autouse=True)
def _own_environment() -> Iterator[None]:
    """Fixtures of any scope see none of the developer's or the CI's variables."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_is_foreign, list(os.environ)):
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("homes")
    return (root / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    home = next(_homes)
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """A connection beyond loopback fails the test, also where it was caught."""
    LOG.clear()
    yield
    refused, LOG[:] = list(LOG), []
    if refused:
        pytest.fail(f"the test reached for the network: {refused}", pytrace=False)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of third-party test data that SHARE_BRIDGE_SHARED names."""
    return shared_folder()


@pytest.fixture(scope="session")
def requires() -> Callable[[str], str]:
    """`requires("nginx")`: the path of a program, else skip (in CI: fail)."""
    return require_program
