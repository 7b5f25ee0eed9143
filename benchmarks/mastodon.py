"""Three new posts to one Mastodon account, against the bare libraries asking the same.

The service writes down every request of ours; the bare script imports the same five
libraries and makes those very requests again, one after the other.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

from measure import cpu_and_memory_of, report

LIMIT = 1.5
MEMORY = 60.0
ROUNDS = 9

_CONFIG = """\
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "http://127.0.0.1:{port}/{feed}.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "http://127.0.0.1:{port}"
token = "bench-token-0123456789"

[network]
allow = ["127.0.0.0/8"]
"""

_BARE = """\
import json, sys
import bleach, click, feedparser, httpx, pluggy
with httpx.Client(base_url="http://127.0.0.1:{port}") as client:
    for method, path, body in json.load(open("requests.json")):
        answer = client.request(method, path, content=body or None, headers={{
            "Authorization": "Bearer bench-token-0123456789",
            "Content-Type": "application/json",
        }})
        assert answer.status_code == 200, (method, path, answer.status_code)
"""

_WORDS = "Learning in the open is a habit that anybody can begin today. " * 30
_LINKED = '<a href="https://example.org/open/">Learning</a>'


def _feed(words: str) -> bytes:
    items = "".join(
        f"<item><title>Post {number}</title><link>https://example.org/{number}/</link>"
        f"<guid>{number}</guid><category>learning</category>"
        f"<pubDate>Mon, 02 Nov 2026 1{number}:00:00 GMT</pubDate>"
        f"<description>{escape(f'<p>{words}</p>')}</description></item>"
        for number in range(3)
    )
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>'
        f"<link>https://example.org/</link>{items}</channel></rss>"
    ).encode()


#: Bare paragraphs, and paragraphs with links, which the sanitizer has to judge.
_FEEDS = {
    "feed": _feed(_WORDS),
    "linked": _feed(_WORDS.replace("Learning", _LINKED, 2)),
}
_NAMES = {
    "feed": "three posts to Mastodon",
    "linked": "three posts with links to Mastodon",
}
_LIMITS = {
    "statuses": {
        "max_characters": 500,
        "max_media_attachments": 4,
        "characters_reserved_per_url": 23,
    },
    "media_attachments": {
        "supported_mime_types": ["image/png", "image/jpeg"],
        "image_size_limit": 16_777_216,
        "description_limit": 1500,
    },
}


class _Server(BaseHTTPRequestHandler):
    """As much of a Mastodon server as one account needs."""

    protocol_version = "HTTP/1.1"
    log: Path
    numbers = count(1)

    def do_GET(self) -> None:
        self._note("")
        feed = self.path.removeprefix("/").removesuffix(".xml")
        if feed in _FEEDS:
            self._answer(_FEEDS[feed], "application/rss+xml")
            return
        self._answer_json(self._read())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._note(body)
        text = json.loads(body)["status"]
        number = str(next(self.numbers))
        self._answer_json(
            {
                "id": number,
                "url": f"http://{self.headers['Host']}/@bench/{number}",
                "uri": f"http://{self.headers['Host']}/@bench/{number}",
                "created_at": datetime.now(UTC).isoformat(),
                "content": f"<p>{text}</p>",
                "visibility": "public",
                "media_attachments": [],
            }
        )

    def _read(self) -> object:
        base = f"http://{self.headers['Host']}"
        path = self.path.partition("?")[0]
        if path == "/.well-known/nodeinfo":
            rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
            return {"links": [{"rel": rel, "href": f"{base}/nodeinfo/2.0"}]}
        if path == "/nodeinfo/2.0":
            return {"version": "2.0", "software": {"name": "mastodon", "version": "4"}}
        if path == "/api/v2/instance":
            return {"domain": "127.0.0.1", "version": "4.5.0", "configuration": _LIMITS}
        if path.endswith("verify_credentials") and "apps" in path:
            return {"name": "share-bridge", "scopes": ["profile", "write", "read"]}
        if path.endswith("verify_credentials"):
            return {
                "id": "1",
                "username": "bench",
                "acct": "bench",
                "url": f"{base}/@bench",
            }
        return []

    def _note(self, body: str) -> None:
        with self.log.open("a") as log:
            log.write(json.dumps([self.command, self.path, body]) + "\n")

    def _answer_json(self, document: object) -> None:
        self._answer(json.dumps(document).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


def _serve(log: str) -> None:
    _Server.log = Path(log)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    print(server.server_port, flush=True)
    server.serve_forever()


def _measure(port: int, folder: Path, log: Path, feed: str) -> bool:
    folder.mkdir()
    fresh = (folder / str(number) for number in count())
    run = [sys.executable, "-m", "share_bridge", "publish"]
    bare = [sys.executable, "bare.py"]

    def ours() -> tuple[float, float]:
        place = next(fresh)
        place.mkdir()
        (place / "share-bridge.toml").write_text(_CONFIG.format(port=port, feed=feed))
        return cpu_and_memory_of(run, place)

    log.write_text("")
    ours()
    requests = [json.loads(line) for line in log.read_text().splitlines()]
    (folder / "requests.json").write_text(json.dumps(requests))
    (folder / "bare.py").write_text(_BARE.format(port=port))
    assert sum(method == "POST" for method, *_ in requests) == 3, requests
    taken = [(ours(), cpu_and_memory_of(bare, folder)) for _ in range(ROUNDS)]
    whole = min(mine for (mine, _), _ in taken)
    theirs = min(cpu for _, (cpu, _) in taken)
    memory = max(peak for (_, peak), _ in taken)
    kept = report(
        f"{_NAMES[feed]} ({len(requests)} requests), CPU",
        whole / theirs,
        LIMIT,
        f"{whole * 1000:.0f} ms : {theirs * 1000:.0f} ms",
    )
    small = memory < MEMORY
    print(
        f"{_NAMES[feed]}, peak memory | {memory:.1f} MiB | < {MEMORY:g} MiB "
        f"| {'ok' if small else 'NO'}",
        flush=True,
    )
    return kept and small


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "log.jsonl"
        server = subprocess.Popen(
            [sys.executable, __file__, "serve", str(log)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        )
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            kept = [_measure(port, folder / feed, log, feed) for feed in _FEEDS]
        finally:
            server.kill()
    sys.exit(0 if all(kept) else 1)


if __name__ == "__main__":
    _serve(sys.argv[2]) if len(sys.argv) > 1 else main()
