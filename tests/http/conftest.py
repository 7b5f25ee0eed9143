"""What the tests of the guard share."""

from __future__ import annotations

from pathlib import Path

import pytest

from http_support import Authority, make_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that no system trusts."""
    folder: Path = tmp_path_factory.mktemp("authority")
    return make_authority(folder)
