"""A blog of files that nginx serves, its inbox on its own, and runs as in CI."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx
import pytest

from fedify_support import fedify_server
from nginx_support import Nginx, nginx
from serve_support import free_port, until
from served_blog import blog_config, feed_of

_SPOOL = 'inbox = "spool"\nspool_token = { env = "SPOOL_TOKEN" }\n'
_FILES = """\
root {folder}/www;
include {folder}/public/activitypub.nginx.conf;
"""


class Site:
    """A folder in CI, a web server with files, and an inbox somewhere else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.inbox_port = free_port(), free_port()
        self.actor = f"http://127.0.0.1:{self.port}/ap/actor"
        self.inbox: subprocess.Popen[bytes] | None = None
        self.web: Nginx | None = None
        for place in ("ci", "inbox", "www"):
            (folder / place).mkdir()
        config = blog_config(self.port, _SPOOL)
        (folder / "ci" / "share-bridge.toml").write_text(config)
        _, _, of_inbox = config.partition("[targets")
        (folder / "inbox" / "share-bridge.toml").write_text(f"[targets{of_inbox}")

    def environ(self, place: str) -> Mapping[str, str]:
        """Each place has keys of its own."""
        return os.environ | {
            "SPOOL_TOKEN": "spool-token-0123456789",
            "XDG_CONFIG_HOME": str(self.folder / place / "keys"),
        }

    def says(self, *words: str) -> None:
        """The posts of the feed say this."""
        (self.folder / "ci" / "feed.xml").write_text(feed_of(*words))

    def run(self, *command: str, codes: tuple[int, ...] = (0,)) -> str:
        """One command in CI."""
        done = subprocess.run(
            [sys.executable, "-m", "share_bridge", *command],
            cwd=self.folder / "ci",
            env=self.environ("ci"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in codes, done.stdout + done.stderr
        return done.stdout

    def export(self) -> None:
        server = f"http://127.0.0.1:{self.inbox_port}"
        public = str(self.folder / "public")
        rules = ("--host", "nginx", "--inbox-server", server)
        self.run("fediverse", "export", "fediverse", public, *rules)

    def deploy(self) -> None:
        """Copy the files; nginx reads the new rules."""
        copytree(self.folder / "public", self.folder / "www", dirs_exist_ok=True)
        if self.web is not None:
            self.web.reload()

    def publish(self, *, seconds: int = 60, codes: tuple[int, ...] = (0,)) -> Any:
        """The report of a run."""
        last = ("--max-seconds", str(seconds))
        return json.loads(self.run("publish", "--json", *last, codes=codes))

    def pipeline(self) -> Any:
        """Export, deploy, publish; the report."""
        self.export()
        self.deploy()
        return self.publish()

    def open_inbox(self) -> None:
        options = ("serve", "--inbox-only", "--port", str(self.inbox_port))
        self.inbox = subprocess.Popen(
            [sys.executable, "-m", "share_bridge", *options],
            cwd=self.folder / "inbox",
            env=self.environ("inbox"),
        )
        until(lambda: self.waiting() >= 0)

    def kill_inbox(self) -> None:
        if self.inbox is not None:
            self.inbox.send_signal(signal.SIGKILL)
            self.inbox.wait()

    def waiting(self) -> int:
        """How much is in the spool."""
        health = httpx.get(f"http://127.0.0.1:{self.inbox_port}/-/health").json()
        return int(health["waiting"])


@pytest.fixture
def site(tmp_path: Path, requires: Callable[[str], str]) -> Iterator[Site]:
    """With one post, exported and deployed."""
    program = requires("nginx")
    site = Site(tmp_path)
    site.says("A small circle of people meets.")
    site.export()
    site.deploy()
    try:
        site.open_inbox()
        rules = _FILES.format(folder=tmp_path)
        with nginx(program, tmp_path, site.port, rules) as site.web:
            yield site
    finally:
        site.kill_inbox()


def test_a_fedify_server_follows_files_and_sees_all_that_happens(
    site: Site, tmp_path: Path, requires: Callable[[str], str]
) -> None:
    """Follow, Accept, a post, its edit, its deletion; and a reply that comes back."""
    assert site.publish()["totals"]["delivered"] == 1
    (home := tmp_path / "peer").mkdir()
    with fedify_server(home, requires("node")) as bob:
        bob.does("Follow", site.actor, to=site.actor)
        assert site.waiting() == 1
        site.pipeline()
        (accept,) = until(lambda: bob.took("Accept", site.actor))
        assert accept["actor"] == site.actor

        site.says("Before anybody followed.", "A small circle meets.")
        report = site.publish(seconds=20, codes=(4,))
        assert any("deploy it again" in str(it) for it in report["deliveries"])
        assert bob.took("Create", site.actor) == []
        site.pipeline()
        (create,) = until(lambda: bob.took("Create", site.actor))
        post = create["object"]["id"]
        assert "A small circle meets." in create["object"]["content"]
        assert httpx.get(post).json()["content"] == create["object"]["content"]

        bob.replies(post, "<p>Well said!</p>", to=site.actor)
        site.kill_inbox()
        site.open_inbox()
        site.publish()
        assert "Well said!" in site.run("conversation", "list")

        site.says("Before anybody followed.", "A large circle meets.")
        site.pipeline()
        (update,) = until(lambda: bob.took("Update", site.actor))
        assert "A large circle meets." in update["object"]["content"]

        site.says("Before anybody followed.", "")
        site.pipeline()
        (delete,) = until(lambda: bob.took("Delete", site.actor))
        assert delete["object"]["id"] == post
        until(lambda: httpx.get(post).status_code == 410)
        assert httpx.get(post).json()["type"] == "Tombstone"
        told = site.run("doctor")
        for words in (
            "/ap/instance asks other servers for keys",
            "/ap/spool can be collected",
            "what was deleted is gone (410)",
        ):
            assert words in told
        assert len(bob.took("Create", site.actor)) == 1
        assert site.waiting() == 0
