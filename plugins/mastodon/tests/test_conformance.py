"""Mastodon keeps the promises that every publisher makes, on servers that differ."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fediverse_profiles import PROFILES
from fediverse_support import TOKEN, Fediverse
from share_bridge.plugin import replace
from share_bridge.testing import PublisherConformance
from share_bridge_mastodon.publisher import MastodonPublisher


class TestMastodon(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[MastodonPublisher]:
        return MastodonPublisher

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"server": "https://mastodon.example", "token": TOKEN}

    @pytest.fixture(params=sorted(PROFILES))
    def service(self, request: pytest.FixtureRequest) -> Fediverse:
        """Each kind of server; but a delete is seen at once."""
        return Fediverse(replace(PROFILES[request.param], lag=0))

    def is_publishing(self, request: httpx.Request) -> bool:
        """An image alone is seen by nobody."""
        return request.method == "POST" and request.url.path.endswith("/statuses")
