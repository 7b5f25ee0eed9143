"""A real server of the fediverse, made with Fedify."""

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

__all__ = ["Bob", "fedify_server"]

_SCRIPT = Path(__file__).parents[2] / "plugins/activitypub/tests/fedify_peer.mjs"


class Bob:
    """The one actor of the server.

    Attributes:
        id: His.

    """

    def __init__(self, server: str) -> None:
        self._server = server
        self.id = f"{server}/users/bob"

    def took(self, kind: str, actor: str) -> list[Any]:
        """What came in from somebody, of one kind of activity."""
        activities = httpx.get(f"{self._server}/_received").json()
        return [it for it in activities if (it["type"], it["actor"]) == (kind, actor)]

    def does(self, kind: str, about: str, *, to: str, **more: str) -> None:
        """Let him do something."""
        query = {"kind": kind, "object": about, "to": to, **more}
        answer = httpx.post(f"{self._server}/_do", params=query, timeout=60)
        assert answer.text == "done"

    def replies(self, post: str, html: str, *, to: str) -> None:
        """Let him answer a post."""
        self.does("Create", post, to=to, content=html)


@contextmanager
def fedify_server(home: Path, node: str) -> Iterator[Bob]:
    """Bob's server."""
    modules = requires_node_module("@fedify/fedify")
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
        yield Bob(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
