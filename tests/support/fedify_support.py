"""A real server of the fediverse, made with Fedify, and a feed that it gets to see."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy
from typing import Any

import httpx

from needs import requires_node_module
from serve_support import free_port

__all__ = ["blog_config", "fedify_server", "feed_of", "let", "taken_by"]

_SCRIPT = Path(__file__).parents[2] / "plugins/activitypub/tests/fedify_peer.mjs"
_CONFIG = """\
[site]
url = "https://blog.example"
language = "en"

[[sources]]
name = "blog"
feed = "feed.xml"

[targets.fediverse]
publisher = "activitypub"
handle = "blog@127.0.0.1:{port}"
base = "http://127.0.0.1:{port}/ap"
page = "https://blog.example/"
delete = "send"
{more}
[network]
allow = ["127.0.0.0/8"]
allow_from_content = ["127.0.0.0/8"]
"""
_PAGE = """\
<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<title>Blog</title><id>https://blog.example/</id>
{entries}</feed>
"""
_ENTRY = """\
<entry><id>tag:blog.example,2026:{number}</id><title>Post {number}</title>
<link href="https://blog.example/{number}/"/><updated>2026-11-01T10:00:00Z</updated>
<published>2026-11-0{number}T10:00:00Z</published><category term="learning"/>
<content type="html">&lt;p&gt;{words}&lt;/p&gt;</content></entry>
"""
_GONE = """\
<at:deleted-entry ref="tag:blog.example,2026:{number}" when="2026-11-05T10:00:00Z"/>
"""


def blog_config(port: int, more: str = "") -> str:
    """A blog that is an actor at that port; `more` stands in its target's table."""
    return _CONFIG.format(port=port, more=more)


def feed_of(*words: str) -> str:
    """A feed whose posts say this; empty: that one is deleted."""
    entries = "".join(
        (_ENTRY if text else _GONE).format(number=number, words=text)
        for number, text in enumerate(words, start=1)
    )
    return _PAGE.format(entries=entries)


def taken_by(peer: str, kind: str) -> list[Any]:
    """What the server took, of one kind of activity."""
    return [it for it in httpx.get(f"{peer}/_received").json() if it["type"] == kind]


def let(peer: str, kind: str, **query: str) -> None:
    """Let bob do something."""
    answer = httpx.post(f"{peer}/_do", params={"kind": kind, **query}, timeout=30)
    assert answer.text == "done"


@contextmanager
def fedify_server(home: Path, node: str) -> Iterator[str]:
    """Bob's server; its address."""
    modules = requires_node_module("@fedify/fedify")
    home.mkdir()
    (home / "node_modules").symlink_to(modules)
    copy(_SCRIPT, home)
    port = free_port()
    process = subprocess.Popen(
        [node, "--no-warnings", _SCRIPT.name, str(port)],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"READY\n"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
