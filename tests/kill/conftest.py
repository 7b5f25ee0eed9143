from __future__ import annotations

from collections.abc import Iterator

import pytest

from kill_support import Zygote


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    """What starts the runs that are killed."""
    zygote = Zygote()
    yield zygote
    zygote.close()
