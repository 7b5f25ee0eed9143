"""Sixty posts and their teasers on six networks, for people to read and judge."""

from __future__ import annotations

from pathlib import Path

import pytest

from golden_set import FILES, NETWORKS, read, written


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_teasers_read_as_they_did(path: Path) -> None:
    """After a change that is meant: `python tests/support/golden_set.py`."""
    assert path.read_text("utf-8") == written(path)


def test_the_set_is_as_wide_as_it_says() -> None:
    """Sixty posts, twelve languages and more, six networks."""
    assert len(FILES) >= 60
    assert len({read(path).language for path in FILES}) >= 12
    assert len(NETWORKS) == 6
