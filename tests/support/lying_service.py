"""An HTTP service that loses answers, on a real socket; and a publisher for it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

#: A single-file plugin, as a developer would write it in an afternoon.
PLUGIN = '''
from collections.abc import AsyncIterator
from datetime import datetime

from share_bridge.plugin import (
    Account, Capabilities, Publisher, Receipt, Registration, RemotePost, Settings,
    Support, TextLimit, TransientError, hookimpl,
)


class LiarSettings(Settings):
    """Settings of the liar."""

    server: str


class LiarPublisher(Publisher):
    """Posts to a service that lies."""

    name = "liar"
    title = "Liar"
    settings = LiarSettings
    capabilities = Capabilities(text=(TextLimit(300),), recent=Support.FULL)

    async def check(self, context):
        answer = await context.http.get(f"{context.settings.server}/account")
        answer.raise_for_status()
        return Account(answer.json()["id"], server=context.settings.server)

    async def publish(self, message, context):
        answer = await context.http.post(
            f"{context.settings.server}/posts",
            headers={"Idempotency-Key": context.key()},
            json={"text": message.text, "link": message.link},
        )
        if answer.status_code == 503 and answer.json().get("surely") == "refused":
            raise TransientError("503 before anything was done")
        answer.raise_for_status()
        post = answer.json()
        return Receipt(post["id"], post["url"])

    async def recent(self, context, *, since):
        answer = await context.http.get(f"{context.settings.server}/posts")
        answer.raise_for_status()
        for post in answer.json():
            yield RemotePost(
                post["id"], post["url"], datetime.fromisoformat(post["created"]),
                links=(post["link"],), text=post["text"],
            )


@hookimpl
def register_publishers():
    return [Registration("liar", "Liar", LiarPublisher)]
'''


@dataclass
class LyingService:
    """Accepts posts, and answers as it likes.

    Attributes:
        honest: From now on it behaves.
        honours: Whether it keeps idempotency keys.
        heard: Called at every post that arrives, before anything is done with it.

    """

    random: Random
    honours: bool = False
    honest: bool = False
    heard: Callable[[], object] = lambda: None
    posts: list[dict[str, str]] = field(default_factory=list)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)
    lies: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = [*reversed(service.posts)]
                self.answer({"id": "alice"} if self.path == "/account" else body)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                order = json.loads(self.rfile.read(length))
                service.receive(self, order, self.headers["Idempotency-Key"])

            def answer(self, body: Any, status: int = 200) -> None:
                data = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def drop(self) -> None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, *args: Any) -> None:
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: Any) -> None:
                """Clients that were killed are expected."""

        self._lock = threading.Lock()
        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def receive(self, handler: Any, order: dict[str, str], key: str) -> None:
        lie = "" if self.honest else self.random.choice(_LIES)
        self.lies.append(lie)
        self.heard()
        if lie == "refused":
            handler.answer({"surely": "refused"}, 503)
            return
        if lie == "dropped before":
            handler.drop()
            return
        post = self.accept(order, key)
        if lie == "dropped after":
            handler.drop()
        elif lie == "half an answer":
            handler.send_response(200)
            handler.send_header("Content-Length", "400")
            handler.end_headers()
            handler.wfile.write(b'{"id": "')
            handler.drop()
        elif lie == "500 after":
            handler.answer({"error": "sorry"}, 500)
        elif lie == "slow":
            time.sleep(0.03)
            handler.answer(post)
        else:
            handler.answer(post)

    def accept(self, order: dict[str, str], key: str) -> dict[str, str]:
        with self._lock:
            if self.honours and key in self.keys:
                return self.keys[key]
            number = str(len(self.posts) + 1)
            post = {
                "id": number,
                "url": f"{self.url}/{number}",
                "created": datetime.now(UTC).isoformat(),
                **order,
            }
            self.posts.append(post)
            self.keys[key] = post
            return post

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


_LIES = (
    "",
    "",
    "",
    "slow",
    "slow",
    "refused",
    "dropped before",
    "dropped after",
    "half an answer",
    "500 after",
)
