"""A run that finds nothing new (304) against the bare libraries doing that GET."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from measure import cpu_of, interleaved, report

LIMIT = 1.5
ROUNDS = 15

_CONFIG = """\
ledger = "ledger.db"

[site]
url = "http://127.0.0.1:{port}"

[[sources]]
name = "blog"
feed = "http://127.0.0.1:{port}/feed.xml"

[targets.terminal]
publisher = "console"

[network]
allow = ["127.0.0.0/8"]
"""

_BARE = """\
import click, pluggy, httpx, sqlite3, tomllib
known = {{"If-None-Match": '"1"'}}
response = httpx.get("http://127.0.0.1:{port}/feed.xml", headers=known)
assert response.status_code == 304
"""

_ITEMS = "".join(
    f"<item><title>Post {number}</title><link>https://example.org/{number}/</link>"
    f"<guid>{number}</guid><description>Words of post {number}.</description></item>"
    for number in range(20)
)
_FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>'
    f"<link>https://example.org/</link>{_ITEMS}</channel></rss>"
).encode()


class _Feed(BaseHTTPRequestHandler):
    """Answers 304 to whoever has the feed already."""

    def do_GET(self) -> None:
        known = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", "0" if known else str(len(_FEED)))
        self.end_headers()
        if not known:
            self.wfile.write(_FEED)

    def log_message(self, *arguments: object) -> None:
        pass


def _serve() -> None:
    server = HTTPServer(("127.0.0.1", 0), _Feed)
    print(server.server_port, flush=True)
    server.serve_forever()


def _measure(port: int, folder: Path) -> bool:
    (folder / "share-bridge.toml").write_text(_CONFIG.format(port=port))
    (folder / "bare.py").write_text(_BARE.format(port=port))
    run = [sys.executable, "-m", "share_bridge", "publish"]
    cpu_of(run, folder)
    whole, bare = interleaved(
        lambda: cpu_of(run, folder),
        lambda: cpu_of([sys.executable, "bare.py"], folder),
        rounds=ROUNDS,
    )
    detail = f"{whole * 1000:.0f} ms : {bare * 1000:.0f} ms"
    return report("unchanged feed (304), CPU", whole / bare, LIMIT, detail)


def main() -> None:
    server = subprocess.Popen(
        [sys.executable, __file__, "serve"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        with tempfile.TemporaryDirectory() as name:
            kept = _measure(int(server.stdout.readline()), Path(name))
    finally:
        server.terminate()
        server.wait()
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    _serve() if sys.argv[1:] == ["serve"] else main()
