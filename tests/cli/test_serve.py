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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

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
def _served(
    folder: Path, *options: str, plugins: Mapping[str, str] | None = None
) -> Iterator[str]:
    (folder / "share-bridge.toml").write_text(_CONFIG)
    (folder / "feed.xml").write_text(_FEED)
    (folder / "plugins").mkdir(exist_ok=True)
    for name, code in {"news": _PLUGIN, **(plugins or {})}.items():
        (folder / "plugins" / f"{name}.py").write_text(code)
    port = _port()
    command = [sys.executable, "-m", "share_bridge", "serve", "--port", str(port)]
    process = subprocess.Popen([*command, *options], cwd=folder)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) in {0, -signal.SIGTERM}


def _get(address: str, *, seconds: float = 120) -> str:
    """The page, as soon as there is one."""
    ends = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


def test_it_publishes_and_serves_what_plugins_serve(tmp_path: Path) -> None:
    with _served(tmp_path) as address:
        ends = time.monotonic() + 120
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


_INBOX = """
from pathlib import Path

from share_bridge.plugin import Intake, Registration, hookimpl


def intake(contexts):
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    state = contexts[0].state

    async def take(request):
        state.put(f"letter/{state.count('letter/')}", (await request.body()).decode())
        return PlainTextResponse("kept", 202)

    return Intake(
        [Route("/letters", take, methods=["POST"])],
        waiting=lambda: state.count("letter/"),
        full=lambda: state.count("letter/") >= 2,
    )


@hookimpl
def register_inboxes():
    return [Registration("news", "Letters", "letters:intake")]
"""


def _post(address: str) -> None:
    request = urllib.request.Request(f"{address}/letters", b"Dear blog", method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 202


def test_an_inbox_alone_keeps_what_comes_in(tmp_path: Path) -> None:
    """It reads and sends nothing, opens no ledger, and knows it all after a restart."""
    with _served(tmp_path, "--inbox-only", plugins={"letters": _INBOX}) as address:
        assert json.loads(_get(f"{address}/-/health"))["waiting"] == 0
        _post(address)
    assert (tmp_path / "share-bridge-spool.db").exists()
    assert not (tmp_path / "share-bridge.db").exists()
    assert not (tmp_path / "out").exists()
    with _served(tmp_path, "--inbox-only") as address:
        assert "share_bridge_spool_waiting 1" in _get(f"{address}/-/metrics")
        _post(address)
        with pytest.raises(urllib.error.HTTPError, match="503"):
            _get(f"{address}/-/health", seconds=0)
        command = [sys.executable, "-m", "share_bridge", "serve", "--inbox-only"]
        twice = subprocess.run(
            command,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert twice.returncode == 2
        assert "another serve --inbox-only" in twice.stderr


def test_an_inbox_alone_needs_a_target_that_has_one(tmp_path: Path) -> None:
    (tmp_path / "share-bridge.toml").write_text(_CONFIG)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "news.py").write_text(_PLUGIN)
    result = run(tmp_path, "serve", "--inbox-only", "--port", str(_port()))
    assert result.exit_code == 2
    assert "no target has a spool" in result.stderr


def test_a_configuration_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "share-bridge.toml").write_text(
        '[targets.home]\npublisher = "nosuch"\n'
    )
    result = run(tmp_path, "serve", "--port", str(_port()))
    assert result.exit_code == 2
    assert "nosuch" in result.stderr
