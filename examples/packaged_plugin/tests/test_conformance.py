"""Gotify keeps the promises that every publisher makes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from share_bridge_gotify.publisher import GotifyPublisher

from share_bridge.testing import Answer, PublisherConformance, ScriptedService


def refusal(status: int, words: str) -> Answer:
    """Gotify's own error shape."""
    return Answer(
        status, {"error": "Error", "errorCode": status, "errorDescription": words}
    )


class Gotify(ScriptedService):
    """What a Gotify server answers, as its API documentation says."""

    unauthorized = refusal(401, "you need to provide a valid access token")
    refused = refusal(400, "Field 'message' is required")
    missing = refusal(404, "message does not exist")

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    def answer(self, request: httpx.Request) -> Answer:
        match request.method, request.url.path:
            case "GET", "/application":
                blog = {"id": 5, "token": "a-token-that-sends", "name": "Blog"}
                return Answer(200, [blog])
            case "GET", "/application/5/message":
                since = int(request.url.params.get("since", 10**9))
                older = [it for it in self.messages if it["id"] < since]
                return Answer(200, {"messages": older[::-1][:20], "paging": {}})
            case "POST", "/message":
                number = len(self.messages) + 1
                kept = {"id": number, "appid": 5, "date": self.now().isoformat()}
                self.messages.append(json.loads(request.content) | kept)
                return Answer(200, self.messages[-1])
            case "DELETE", path:
                number = int(path.rpartition("/")[2])
                kept_ones = [it for it in self.messages if it["id"] != number]
                found = len(kept_ones) < len(self.messages)
                self.messages = kept_ones
                return Answer(200) if found else self.missing
        return refusal(404, "page not found")


class TestGotify(PublisherConformance):
    @pytest.fixture
    def publisher_class(self) -> type[GotifyPublisher]:
        return GotifyPublisher

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {
            "server": "https://push.example.org",
            "application": "a-token-that-sends",
            "client": "a-token-that-lists",
        }

    @pytest.fixture
    def service(self) -> Gotify:
        return Gotify()
