"""LinkedIn keeps the promises that every publisher makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from linkedin_service import PAGE, TOKEN, LinkedIn, Token
from share_bridge.testing import PublisherConformance
from share_bridge.testing.conformance.trial import Trial
from share_bridge_linkedin.publisher import LinkedinPublisher

_SETTINGS: dict[str, dict[str, Any]] = {
    "card": {},
    "images": {"show": "images"},
    "organization": {"author": PAGE},
}


class TestLinkedin(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[LinkedinPublisher]:
        return LinkedinPublisher

    @pytest.fixture(params=_SETTINGS)
    def settings(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        return {"token": TOKEN, **_SETTINGS[request.param]}

    @pytest.fixture
    def service(self) -> Iterator[LinkedIn]:
        service = LinkedIn()
        scopes = frozenset({"openid", "w_member_social", "w_organization_social"})
        service.tokens[TOKEN] = Token(scopes)
        yield service
        assert service.problems == []

    def is_publishing(self, request: httpx.Request) -> bool:
        """An image alone is seen by nobody."""
        return request.method == "POST" and request.url.path == "/rest/posts"

    def sent_text(self, trial: Trial) -> str:
        """As readers see it: the escapes are gone."""
        service = trial.service
        assert isinstance(service, LinkedIn)
        shown = [post.text for post in service.posts]
        return "\n".join([trial.sent_text().replace("\\", ""), *shown])
