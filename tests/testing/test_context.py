"""The context of the kit is the core's in small: guarded, redacting, remembering."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import httpx
import pytest

from share_bridge.plugin import Recipient
from share_bridge.testing import LOOPBACK, Answer, FakeContext, ScriptedService
from share_bridge.testing.server import StatefulServer

URL = "https://service.example/posts?token=a-secret-token"


def get(context: FakeContext, url: str = URL, *, method: str = "GET") -> httpx.Response:
    return asyncio.run(context.http.request(method, url))


def test_without_a_service_no_request_is_expected(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="expects no request"):
        get(FakeContext(tmp_path))


def test_it_is_guarded(tmp_path: Path) -> None:
    """Plain http and private addresses are refused, as they would be at work."""
    context = FakeContext(tmp_path, transport=ScriptedService())

    with pytest.raises(httpx.UnsupportedProtocol):
        get(context, "http://service.example/")
    with pytest.raises(httpx.ConnectError):
        get(context, "https://127.0.0.1/")


def test_it_follows_no_redirect(tmp_path: Path) -> None:
    service = ScriptedService(
        Answer(302, headers={"Location": "https://other.example"})
    )

    assert get(FakeContext(tmp_path, transport=service)).status_code == 302
    assert len(service.requests) == 1


def test_secrets_are_masked_on_the_wire(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    context = FakeContext(
        tmp_path, transport=ScriptedService(Answer()), secrets=("a-secret-token",)
    )

    with caplog.at_level(logging.DEBUG):
        get(context)

    assert "service.example" in caplog.text
    assert "a-secret-token" not in caplog.text


@pytest.mark.parametrize("method, wrote", [("GET", False), ("POST", True)])
def test_it_knows_what_was_asked(tmp_path: Path, method: str, *, wrote: bool) -> None:
    context = FakeContext(tmp_path, transport=ScriptedService(Answer()))

    get(context, method=method)

    assert (context.used, context.wrote) == (True, wrote)


def test_keys_are_those_of_delivery_and_recipient(tmp_path: Path) -> None:
    context = FakeContext(tmp_path)
    other = context.later(recipient=Recipient("ada@example.org"))

    assert context.key() == context.later(attempt=2).key()
    assert len({context.key(), context.key("part"), other.key()}) == 3
    assert context.keys[0] == context.key()


def test_progress_is_json(tmp_path: Path) -> None:
    context = FakeContext(tmp_path)

    context.checkpoint({"sent": (1, 2)})

    assert context.progress == {"sent": [1, 2]}


def test_it_connects_where_it_may(tmp_path: Path) -> None:
    async def first_line(port: int) -> bytes:
        async with context.connect("127.0.0.1", port, tls=False) as (reader, writer):
            writer.write(b"GET / HTTP/1.0\r\n\r\n")
            return await reader.readline()

    context = FakeContext(tmp_path, reach=LOOPBACK)
    with StatefulServer(ScriptedService(Answer(204))) as server:
        line = asyncio.run(first_line(int(server.url.rpartition(":")[2])))

    assert line == b"HTTP/1.1 204 No Content\r\n"
    assert context.wrote
