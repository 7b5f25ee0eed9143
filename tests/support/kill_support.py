"""Runs the command line in processes that can be killed at any moment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

__all__ = ["POSTS", "PUBLISH", "Zygote", "finish", "write_feed"]

POSTS = 5
PUBLISH = ("publish", "--max-seconds", "3")
ITEM = """<item><title>Post {n}</title><link>https://example.org/{n}</link>
<guid>https://example.org/{n}</guid><pubDate>Mon, 02 Nov 2026 1{n}:00:00 GMT</pubDate>
<description>The words of post {n}.</description></item>"""


def write_feed(folder: Path) -> None:
    """A feed of five posts."""
    items = "".join(ITEM.format(n=n) for n in range(1, POSTS + 1))
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'
    )


class Zygote:
    """Starts runs in milliseconds."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("zygote.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"CI": "", "SHARE_BRIDGE_KEY": "0123456789abcdef" * 2},
        )
        assert self._out.readline() == "ready\n"

    def run(
        self,
        folder: Path,
        *argv: str,
        kill_after: float | None = None,
        mark: Path | None = None,
    ) -> dict[str, Any]:
        """A run that is killed so many seconds after it began, or `mark` was made."""
        order = {
            "argv": ["--config", "share-bridge.toml", *argv],
            "cwd": str(folder),
            "kill_after": kill_after,
            "mark": str(mark) if mark else None,
            "log": str(folder / "log.txt"),
        }
        self._in.write(json.dumps(order) + "\n")
        self._in.flush()
        answer: dict[str, Any] = json.loads(self._out.readline())
        return answer

    def close(self) -> None:
        self._in.close()
        self._process.wait(10)
        self._out.close()

    @property
    def _in(self) -> Any:
        return self._process.stdin

    @property
    def _out(self) -> Any:
        return self._process.stdout


def finish(zygote: Zygote, folder: Path) -> None:
    """Run until there is nothing to send any more; what waits is made due."""
    deadline = time.monotonic() + 60
    log = folder / "log.txt"
    while time.monotonic() < deadline:
        log.unlink(missing_ok=True)
        code = zygote.run(folder, *PUBLISH)["code"]
        if code == 0 and "Nothing to send" in log.read_text():
            return
        zygote.run(folder, "ledger", "retry", "--all")
    pytest.fail(f"not done after a minute: {code}, {log.read_text()}")
