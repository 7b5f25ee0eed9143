"""`share-bridge serve`, as a process: it serves, publishes, and ends when told to."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli_support import run

_CONFIG = """\
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"

[targets.archive]
publisher = "page"
file = "out/index.html"

[plugins]
dirs = ["plugins"]

[targets.news]
publisher = "news"
"""
_FEED = """\
<rss version="2.0"><channel><title>Blog</title><link>https://example.org/</link>
<item><title>Five people</title><link>https://example.org/1/</link><guid>1</guid>
<description>Words.</description></item></channel></rss>
"""
_PLUGIN = """\
from share_bridge.plugin import (
    Account, Capabilities, Publisher, Receipt, Registration, Settings, hookimpl,
)


class News(Publisher):
    name, title, settings = "news", "News", Settings
    capabilities = Capabilities(local=True)

    async def check(self, context):
        return Account("news")

    async def publish(self, message, context):
        context.state.put("last", message.title)
        return Receipt("1")


def routes(contexts):
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def last(request):
        return PlainTextResponse(str(contexts[0].state.get("last")))

    return [Route("/last", last)]


@hookimpl
def register_publishers():
    return [News]


@hookimpl
def register_routes():
    return [Registration("news", "News", "news:routes")]
"""


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _served(folder: Path, *options: str) -> Iterator[str]:
    (folder / "share-bridge.toml").write_text(_CONFIG)
    (folder / "feed.xml").write_text(_FEED)
    (folder / "plugins").mkdir()
    (folder / "plugins" / "news.py").write_text(_PLUGIN)
    port = _port()
    command = [sys.executable, "-m", "share_bridge", "serve", "--port", str(port)]
    process = subprocess.Popen([*command, *options], cwd=folder)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}


def _get(address: str, *, seconds: float = 20) -> str:
    """The page, as soon as there is one."""
    ends = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


def test_it_publishes_and_serves_what_plugins_serve(tmp_path: Path) -> None:
    with _served(tmp_path) as address:
        ends = time.monotonic() + 20
        while _get(f"{address}/last") != "Five people":
            assert time.monotonic() < ends
            time.sleep(0.05)
        health = json.loads(_get(f"{address}/-/health"))
    assert health["status"] == "ok"
    assert "Five people" in (tmp_path / "out" / "index.html").read_text()


def test_it_may_leave_publishing_to_another(tmp_path: Path) -> None:
    with _served(tmp_path, "--no-publish") as address:
        assert _get(f"{address}/last") == "None"
    assert not (tmp_path / "out").exists()


def test_a_configuration_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "share-bridge.toml").write_text(
        '[targets.home]\npublisher = "nosuch"\n'
    )
    result = run(tmp_path, "serve", "--port", str(_port()))
    assert result.exit_code == 2
    assert "nosuch" in result.stderr
