"""SIGKILL at random points: afterwards every post stands everywhere once."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lying_service import PLUGIN, LyingService

POSTS = 5
PUBLISH = ("publish", "--max-seconds", "3")
CONFIG = """
ledger = "ledger.db"

[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.page]
publisher = "page"
file = "out/index.html"

[targets.mail]
publisher = "email"
from = "Blog <blog@example.org>"
to = ["Ann <ann@example.org>", "Bob <bob@example.org>"]
folder = "out/mail"
max_per_run = 50

[targets.liar]
publisher = "liar"
server = "{server}"
timeout = 0.4
settle_after = 0.1
max_per_run = 50

[plugins]
dirs = ["plugins"]

[network]
allow = ["127.0.0.0/8"]
"""
ITEM = """<item><title>Post {n}</title><link>https://example.org/{n}</link>
<guid>https://example.org/{n}</guid><pubDate>Mon, 02 Nov 2026 1{n}:00:00 GMT</pubDate>
<description>The words of post {n}.</description></item>"""


class Zygote:
    """Starts runs in milliseconds."""

    def __init__(self) -> None:
        script = Path(__file__).parents[1] / "support" / "zygote.py"
        self._process = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"CI": ""},
        )
        assert self._out.readline() == "ready\n"

    def run(
        self,
        folder: Path,
        *argv: str,
        kill_after: float | None = None,
    ) -> dict[str, Any]:
        order = {
            "argv": ["--config", "share-bridge.toml", *argv],
            "cwd": str(folder),
            "kill_after": kill_after,
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


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    zygote = Zygote()
    yield zygote
    zygote.close()


def set_up(folder: Path, service: LyingService) -> None:
    (folder / "plugins").mkdir()
    (folder / "plugins" / "liar.py").write_text(PLUGIN)
    (folder / "share-bridge.toml").write_text(CONFIG.format(server=service.url))
    items = "".join(ITEM.format(n=n) for n in range(1, POSTS + 1))
    (folder / "feed.xml").write_text(
        f'<rss version="2.0"><channel><title>Blog</title>{items}</channel></rss>'
    )


def standing(folder: Path, service: LyingService) -> dict[str, Counter[str]]:
    page = (folder / "out" / "index.html").read_text()
    mails = [
        path.read_text()
        for path in (folder / "out" / "mail").iterdir()
        if path.suffix == ".eml"
    ]
    subjects = (
        re.findall(r"^(?:Subject|To): (.*)$", mail, re.MULTILINE) for mail in mails
    )
    return {
        "liar": Counter(post["link"] for post in service.posts),
        "page": Counter(re.findall(r"Post \d(?=</a>)", page)),
        "mail": Counter(" ".join(sorted(found)) for found in subjects),
    }


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


@pytest.mark.slow
@pytest.mark.parametrize("honours", [True, False], ids=["keys honoured", "ignored"])
@pytest.mark.parametrize("seed", range(20))
def test_killed_again_and_again_every_post_stands_once(
    tmp_path: Path, zygote: Zygote, seed: int, honours: bool
) -> None:
    """Five posts, three targets, one of them lying; eight kills, then peace."""
    random = Random(seed * 2 + honours)
    service = LyingService(random, honours=honours)
    set_up(tmp_path, service)

    kills = 0
    for _ in range(8):
        moment = random.uniform(0, 0.35)
        kills += zygote.run(tmp_path, *PUBLISH, kill_after=moment)["killed"]
    service.honest = True
    finish(zygote, tmp_path)
    service.close()

    stands = standing(tmp_path, service)
    assert kills > 0
    assert stands["liar"] == {f"https://example.org/{n}": 1 for n in range(1, 6)}
    assert set(stands["page"].values()) == {1}
    assert len(stands["page"]) == POSTS
    assert len(stands["mail"]) == POSTS * 2
    assert set(stands["mail"].values()) == {1}
