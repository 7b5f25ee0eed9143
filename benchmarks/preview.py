"""A thousand posts previewed as a page, against a hundred: it grows as they do."""

from __future__ import annotations

import sys
import tempfile
from html import escape
from pathlib import Path

from measure import cpu_of, interleaved, report

LIMIT = 11.0
ROUNDS = 3
FEW, MANY = 100, 1_000

_CONFIG = """\
[site]
url = "https://example.org"
title = "Example blog"
language = "en"

[[sources]]
name = "blog"
feed = "feed.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "https://mastodon.example"

[targets.work]
publisher = "linkedin"

[targets.readers]
publisher = "email"
from = "Example blog <blog@example.org>"
to = ["ada@example.org"]
folder = "out"
"""
_SENTENCE = "Sentence {} of post {} says <em>what</em> no other sentence says. "


def _item(number: int) -> str:
    words = "".join(_SENTENCE.format(at, number) for at in range(12))
    body = escape(f"<p>{words}</p><p>{words}</p><pre>code</pre>")
    link = f"https://example.org/{number}/"
    return (
        f"<item><title>Post {number}</title><link>{link}</link><guid>{number}</guid>"
        f"<description>{body}</description></item>"
    )


def _folder(parent: Path, count: int) -> Path:
    folder = parent / str(count)
    folder.mkdir()
    items = "".join(_item(number) for number in range(count))
    (folder / "share-bridge.toml").write_text(_CONFIG)
    (folder / "feed.xml").write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Blog</title>'
        f"<link>https://example.org/</link>{items}</channel></rss>"
    )
    return folder


def main() -> None:
    command = [sys.executable, "-m", "share_bridge", "preview", "--html", "page.html"]
    with tempfile.TemporaryDirectory() as name:
        few, many = (_folder(Path(name), count) for count in (FEW, MANY))
        small, large = interleaved(
            lambda: cpu_of(command, few), lambda: cpu_of(command, many), rounds=ROUNDS
        )
    detail = f"{large:.2f} s : {small:.2f} s"
    what = "1,000 posts previewed, against 100, CPU"
    sys.exit(0 if report(what, large / small, LIMIT, detail) else 1)


if __name__ == "__main__":
    main()
