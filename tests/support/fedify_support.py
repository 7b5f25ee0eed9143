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
from share_bridge_activitypub.signatures import Scheme

__all__ = ["Bob", "fedify_server"]

_SCRIPT = Path(__file__).parents[2] / "plugins/activitypub/tests/fedify_peer.mjs"


class Bob:
    """The one actor of the server.

    Attributes:
        id: His.

    """

    def __init__(self, server: str) -> None:
        self._server = server
        self.id = self.named("bob")

    def named(self, name: str) -> str:
        """The id of somebody there."""
        return f"{self._server}/users/{name}"

    def took(self, kind: str, actor: str) -> list[Any]:
        """What came in from somebody, of one kind of activity."""
        activities = httpx.get(f"{self._server}/_received").json()
        return [it for it in activities if (it["type"], it["actor"]) == (kind, actor)]

    def does(self, kind: str, about: str, *, to: str, **more: str) -> None:
        """Let him do something."""
        query = {"kind": kind, "object": about, "to": to, **more}
        answer = httpx.post(f"{self._server}/_do", params=query, timeout=60)
        assert answer.text == "done"

    @property
    def refused(self) -> int:
        """How many requests were signed by another scheme than is taken here."""
        return int(httpx.get(f"{self._server}/_refused").json())

    def replies(self, post: str, html: str, *, to: str) -> None:
        """Let him answer a post."""
        self.does("Create", post, to=to, content=html)


@contextmanager
def fedify_server(
    home: Path, node: str, *, first: Scheme = Scheme.RFC9421, only: str = ""
) -> Iterator[Bob]:
    """Bob's server.

    Args:
        home: Of its files.
        node: The program.
        first: The scheme that it signs by, unless it is refused.
        only: The one scheme that it takes; empty: any.

    """
    modules = requires_node_module("@fedify/fedify")
    (home / "node_modules").symlink_to(modules)
    copy(_SCRIPT, home)
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [node, "--no-warnings", _SCRIPT.name, str(port), server, first, only],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"READY\n"
        yield Bob(server)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
