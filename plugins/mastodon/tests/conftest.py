"""A server of each kind on a real socket, or Mastodon's in memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fediverse_profiles import PROFILES
from fediverse_support import Fediverse
from mastodon_support import Desk
from openapi_support import Description
from share_bridge.testing.server import StatefulServer

#: Read before the tests' own environment hides it.
_SHARED = os.environ.get("SHARE_BRIDGE_SHARED", "")


@pytest.fixture(scope="session")
def description() -> Description | None:
    """Mastodon's API as OpenAPI, where the test data is at hand."""
    file = Path(_SHARED) / "specs" / "mastodon.json"
    if not _SHARED or not file.is_file():
        return None
    # JSON has a plain name where the file has that of a form.
    return Description(file, also=frozenset({"media_attributes"}))


def _judged(service: Fediverse, description: Description | None) -> Iterator[Fediverse]:
    service.judge = description.problems if description else None
    yield service
    assert service.problems == []


@pytest.fixture
def service(description: Description | None) -> Iterator[Fediverse]:
    """Mastodon in memory; no request of a test is against its description."""
    yield from _judged(Fediverse(), description)


@pytest.fixture
def desk(service: Fediverse, tmp_path: Path) -> Desk:
    """The publisher, at work on `service`."""
    return Desk(tmp_path, transport=service)


@pytest.fixture(params=PROFILES)
def kind(
    request: pytest.FixtureRequest, description: Description | None
) -> Iterator[Fediverse]:
    """A server of every kind."""
    yield from _judged(Fediverse(PROFILES[request.param]), description)


@pytest.fixture
def counter(kind: Fediverse, tmp_path: Path) -> Iterator[Desk]:
    """The publisher, at work on a server of every kind, over a real socket."""
    with StatefulServer(kind) as server:
        yield Desk(tmp_path, server.url)
