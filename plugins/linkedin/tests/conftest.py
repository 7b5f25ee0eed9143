"""LinkedIn on a real socket, and the publisher at work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linkedin_service import LinkedIn
from linkedin_support import Desk
from share_bridge.testing.server import StatefulServer


@pytest.fixture
def service() -> Iterator[LinkedIn]:
    """No request of a test is against what is documented."""
    service = LinkedIn()
    yield service
    assert service.problems == []


@pytest.fixture
def open_desk(service: LinkedIn, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes a publisher with these settings."""
    with StatefulServer(service) as server:

        def make(**settings: Any) -> Desk:
            return Desk(tmp_path, server.url, **settings)

        yield make


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """With no settings but its token."""
    return open_desk()
