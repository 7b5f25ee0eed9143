"""The console keeps the promises that every publisher makes."""

from __future__ import annotations

import pytest

from share_bridge.testing import PublisherConformance
from share_bridge_console.publisher import ConsolePublisher


class TestConsole(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[ConsolePublisher]:
        return ConsolePublisher

    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"label": "left window"}
