"""A real server of the fediverse that shows itself only to who signs: cattle-grid."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from needs import requires_server_module
from nginx_support import nginx
from serve_support import free_port, until

__all__ = ["Carol", "cattle_grid_server"]

_SCRIPT = Path(__file__).parents[2] / "plugins/activitypub/tests/cattle_grid_peer.py"
_PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
_PASSWORD = "carol's own"
# https://bovine.codeberg.page/cattle_grid/
_CONFIG = """\
amqp_url = "amqp://:memory:"
db_url = "sqlite+aiosqlite:///carol.db"
processor_in_app = true

[testing]
enabled = true

[[testing.accounts]]
name = "carol"
password = "{password}"

[[testing.accounts.actors]]
base_url = "{public}"
handle = "carol"
name = "Carol"
"""
# It is asked about each request before it gets it.
_IN_FRONT = """\
proxy_set_header Host $http_host;
location = /asked {{
    internal;
    proxy_pass {inner}/auth/auth;
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Original-Host $http_host;
    proxy_set_header X-Original-Uri $request_uri;
    proxy_set_header X-Forwarded-Proto http;
}}
location = /fetcher {{
    proxy_pass {inner}/auth/cattle_grid_actor;
}}
location /.well-known/ {{
    proxy_pass {inner}/ap/.well-known/;
}}
location / {{
    auth_request /asked;
    auth_request_set $who $upstream_http_x_cattle_grid_requester;
    auth_request_set $kind $upstream_http_x_cattle_grid_should_serve;
    proxy_set_header Host $http_host;
    proxy_set_header X-Ap-Location http://$http_host$request_uri;
    proxy_set_header X-Cattle-Grid-Requester $who;
    proxy_set_header X-Cattle-Grid-Should-Serve $kind;
    proxy_pass {inner}/ap/;
}}
"""


class Carol:
    """The one actor of the server.

    Attributes:
        id: Hers.

    """

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        login = {"name": "carol", "password": _PASSWORD}
        token = self._client.post("/signin", json=login).json()["token"]
        self._client.headers["Authorization"] = f"Bearer {token}"
        (actor,) = until(self._actors)  # it answers before it has kept the token
        self.id = str(actor["id"])

    def _actors(self) -> Any:
        return self._client.get("/account/info").json().get("actors")

    def took(self, kind: str, actor: str) -> list[Any]:
        """What came in from somebody, of one kind of activity."""
        events = self._client.get("/account/history").json()["events"]
        activities = [
            event["data"]["raw"]
            for event in events
            if event["event_type"] == "incoming"
        ]
        return [it for it in activities if (it["type"], it["actor"]) == (kind, actor)]

    def does(self, kind: str, about: object, *, to: str) -> None:
        """Let her do something."""
        activity = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": f"{self.id}/acts/{uuid4()}",
            "type": kind,
            "actor": self.id,
            "object": about,
            "to": [to],
        }
        order = {"actor": self.id, "data": activity}
        answer = self._client.post("/actor/trigger/send_message", json=order)
        assert answer.is_success, answer.text

    def replies(self, post: str, html: str, *, to: str) -> None:
        """Let her answer a post."""
        note = {
            "id": f"{self.id}/notes/{uuid4()}",
            "type": "Note",
            "attributedTo": self.id,
            "inReplyTo": post,
            "content": html,
            "to": [_PUBLIC],
        }
        self.does("Create", note, to=to)


@contextmanager
def cattle_grid_server(home: Path, nginx_program: str) -> Iterator[Carol]:
    """Carol's server, behind an nginx."""
    python = requires_server_module("cattle_grid")
    port, public_port = free_port(), free_port()
    inner, public = (f"http://127.0.0.1:{it}" for it in (port, public_port))
    config = _CONFIG.format(public=public, password=_PASSWORD)
    (home / "cattle_grid.toml").write_text(config)
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [python, str(_SCRIPT), str(port), public], cwd=home, stdout=log, stderr=log
        )
    try:
        until(
            lambda: process.poll() is not None or httpx.get(inner).is_success,
            seconds=120,
        )
        assert process.poll() is None, (home / "log").read_text()
        rules = _IN_FRONT.format(inner=inner)
        with (
            nginx(nginx_program, home, public_port, rules),
            httpx.Client(base_url=f"{inner}/fe", timeout=60) as client,
        ):
            yield Carol(client)
    finally:
        process.kill()
        process.wait()
