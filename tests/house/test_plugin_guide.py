"""The plugin that the guide shows works as it stands there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from house_support import ROOT, fenced

_GUIDE = ROOT / "docs" / "how-to" / "write-a-plugin.md"
_POST = "---\ntitle: Hello\ndate: 2026-01-01\n---\nThe words of a post.\n"


class _Hook(BaseHTTPRequestHandler):
    """Keeps what is posted to it."""

    posted: list[tuple[str, dict[str, str]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.posted.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def hook() -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """A web hook on loopback: its address, and what it was given."""
    handler = type("Hook", (_Hook,), {"posted": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/posts", handler.posted
        server.shutdown()


def _write(folder: Path, address: str) -> None:
    """The files of the guide; only source and address are the test's own."""
    (folder / "plugins").mkdir()
    (folder / "plugins" / "hook.py").write_text(fenced(_GUIDE, "python")[0], "utf-8")
    (folder / "hello.md").write_text(_POST, "utf-8")
    written = (
        fenced(_GUIDE, "toml")[0]
        .replace("https://hooks.example.org/posts", address)
        .replace(
            'feed = "https://example.org/feed.xml"',
            'files = "hello.md"\npermalink = "https://example.org/{slug}/"\n'
            "wait_until_live = false",
        )
    )
    settings = f'{written}\n[network]\nallow = ["127.0.0.0/8"]\n'
    (folder / "share-bridge.toml").write_text(settings, "utf-8")


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "share_bridge", *arguments],
        cwd=folder,
        env={**os.environ, "HOOK_TOKEN": "a secret"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_guide_s_plugin_publishes(
    tmp_path: Path, hook: tuple[str, list[tuple[str, dict[str, str]]]]
) -> None:
    """Pasted from the page, it sends one teaser, once."""
    address, posted = hook
    _write(tmp_path, address)

    done = [_run(tmp_path, "publish"), _run(tmp_path, "publish")]

    assert [run.returncode for run in done] == [0, 0], done
    assert [given[0] for given in posted] == ["Bearer a secret"]
    assert posted[0][1]["link"] == "https://example.org/hello/"
    assert posted[0][1]["text"].startswith("Hello")


def test_the_guide_s_plugin_can_be_looked_at(tmp_path: Path) -> None:
    _write(tmp_path, "https://hooks.example.org/posts")

    shown = _run(tmp_path, "plugins", "show", "hook")

    assert shown.returncode == 0, shown.stderr
    assert "Where teasers are posted to." in shown.stdout
