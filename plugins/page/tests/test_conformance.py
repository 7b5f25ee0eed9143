"""The page keeps the promises that every publisher makes, in both of its formats."""

from __future__ import annotations

import pytest

from share_bridge.testing import PublisherConformance
from share_bridge_page.publisher import PagePublisher


class TestPage(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[PagePublisher]:
        return PagePublisher

    @pytest.fixture(params=["out/index.html", "out/README.md"])
    def settings(self, request: pytest.FixtureRequest) -> dict[str, str]:
        return {"file": request.param}
