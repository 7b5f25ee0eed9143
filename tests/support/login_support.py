"""A service with accounts to log in to, and a person with a browser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from http_support import Wire
from share_bridge.errors import PermissionDeniedError

__all__ = [
    "PLUGIN",
    "Pasted",
    "Person",
    "Returned",
    "Service",
    "desktop",
    "go",
    "start",
]

#: A publisher that logs in, in one file.
PLUGIN = '''
from urllib.parse import urlencode

from share_bridge.plugin import (
    Account, AuthExpiredError, Capabilities, Pkce, Publisher, Receipt, Secret, Settings,
    TextLimit, hookimpl,
)


class GateSettings(Settings):
    server: str
    token: Secret
    """Made on the page of your account. Keep it."""


class Gate(Publisher):
    name = "gate"
    title = "Gate"
    settings = GateSettings
    capabilities = Capabilities(login=True, text=(TextLimit(500),))

    async def check(self, context):
        settings = context.settings
        answer = await context.http.get(
            settings.server + "/api/v1/accounts/verify_credentials",
            headers={"Authorization": "Bearer " + settings.token.reveal()},
        )
        if answer.status_code == 401:
            raise AuthExpiredError("the token is refused")
        answer.raise_for_status()
        me = answer.json()
        return Account(me["id"], "@" + me["username"], server=settings.server)

    async def publish(self, message, context):
        return Receipt("1")

    async def login(self, context, browser):
        pkce = Pkce()
        request = {
            "redirect_uri": browser.redirect_uri,
            "code_challenge": pkce.challenge,
            "code_challenge_method": pkce.method,
        }
        server = context.settings.server
        page = server + "/oauth/authorize?" + urlencode(request)
        answer = await browser.authorize(page)
        body = {"code": answer["code"], "code_verifier": pkce.verifier}
        body["redirect_uri"] = browser.redirect_uri
        response = await context.http.post(server + "/oauth/token", json=body)
        response.raise_for_status()
        token = response.json()["access_token"]
        context.credentials.replace(lambda saved: {**saved, "token": token})


class Wall(Gate):
    name = "wall"
    title = "Wall"
    capabilities = Capabilities()


@hookimpl
def register_publishers():
    return [Gate, Wall]
'''


@dataclass
class Service:
    """An authorization server that checks what it should; `handle` answers for it.

    Attributes:
        account: Who the person is there.
        metadata: What it says of itself; None: 404, as old servers do.
        known: Scopes that applications may ask for; None: any.
        deny: The person says no.
        state: Replaces what comes back as state; None: what was sent.
        token: What `/oauth/token` answers beside or instead of the right thing.
        seen: The JSON of every POST, and the query of every visit, by path.

    """

    account: str = "ada"
    metadata: Mapping[str, Any] | None = None
    known: frozenset[str] | None = None
    deny: bool = False
    state: str | None = None
    token: Callable[[Wire], bool] = lambda wire: False
    tokens: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)

    def handle(self, wire: Wire) -> None:
        """Answer one request."""
        request = wire.request
        if request.body:
            self.seen[request.path] = json.loads(request.body)
        answer = {
            "/.well-known/oauth-authorization-server": self._metadata,
            "/api/v1/apps": self._register,
            "/oauth/authorize": self._authorize,
            "/oauth/token": self._exchange,
            "/api/v1/accounts/verify_credentials": self._whoami,
            "/api/v1/apps/verify_credentials": self._application,
        }.get(request.path)
        if answer is None:
            wire.respond(404, b"<html>nothing</html>")
        else:
            answer(wire)

    def _metadata(self, wire: Wire) -> None:
        if self.metadata is None:
            wire.respond(404, b"<!doctype html><p>not here")
        else:
            _json(wire, self.metadata)

    def _register(self, wire: Wire) -> None:
        asked = set(self.seen["/api/v1/apps"]["scopes"].split())
        if self.known is not None and not asked <= self.known:
            _json(wire, {"error": "Validation failed: Scopes doesn't match"}, 422)
        else:
            _json(wire, {"client_id": "cid", "client_secret": "client-secret"})

    def _authorize(self, wire: Wire) -> None:
        query = dict(parse_qsl(urlsplit(wire.request.target).query))
        self.seen["/oauth/authorize"] = query
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        answer = {"error": "access_denied"} if self.deny else {"code": code}
        answer["state"] = query.get("state", "") if self.state is None else self.state
        back = query["redirect_uri"]
        if back.startswith("urn:"):
            wire.respond(200, code.encode())
            return
        wire.respond(302, headers={"Location": f"{back}?{urlencode(answer)}"})

    def _exchange(self, wire: Wire) -> None:
        if self.token(wire):
            return
        body = self.seen["/oauth/token"]
        asked = self.codes.pop(body.get("code", ""), None)
        digest = sha256(body.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            asked is None
            or asked["redirect_uri"] != body["redirect_uri"]
            or asked.get("code_challenge", challenge) != challenge
        ):
            words = {"error": "invalid_grant", "error_description": "The code is bad"}
            _json(wire, words, 400)
            return
        token = f"token-of-{self.account}-{len(self.tokens)}"
        self.tokens[token] = self.account
        _json(wire, {"access_token": token, "scope": asked.get("scope", "")})

    def _whoami(self, wire: Wire) -> None:
        _, _, token = wire.request.headers.get("authorization", "").partition(" ")
        name = self.tokens.get(token)
        if name is None:
            _json(wire, {"error": "The access token is invalid"}, 401)
        else:
            _json(wire, {"id": f"id-{name}", "username": name})

    def _application(self, wire: Wire) -> None:
        _json(wire, {"name": "share-bridge", "scopes": ["read", "write"]})


def _json(wire: Wire, document: Any, status: int = 200) -> None:
    body = json.dumps(document).encode()
    wire.respond(status, body, {"Content-Type": "application/json"})


def go(url: str) -> httpx.Response:
    """What a browser does with an address."""
    return httpx.get(url, follow_redirects=True, trust_env=False, timeout=5)


class Person:
    """Opens what is to be opened, in a browser of their own.

    Attributes:
        pages: What the browser showed at the end.

    """

    def __init__(self, visit: Callable[[str], httpx.Response] = go) -> None:
        self.pages: list[httpx.Response] = []
        self._visit = visit
        self._threads: list[threading.Thread] = []

    def open(self, url: str) -> bool:
        """As `webbrowser.open`: it returns while the page still loads."""
        thread = threading.Thread(target=self._look, args=(url,))
        thread.start()
        self._threads.append(thread)
        return True

    def wait(self) -> None:
        """Until every page has loaded."""
        for thread in self._threads:
            thread.join()

    def _look(self, url: str) -> None:
        self.pages.append(self._visit(url))


class Returned:
    """A `Browser` without a terminal: it goes to the page and comes back at once."""

    redirect_uri = "http://127.0.0.1:8017/callback"
    state = "a-random-word"
    pastes = False

    async def authorize(self, url: str) -> Mapping[str, str]:
        """The query of the address that the page leads to."""
        page = await _visit(f"{url}&state={self.state}")
        answer = dict(parse_qsl(urlsplit(page.headers["location"]).query))
        if "error" in answer:
            raise PermissionDeniedError(answer["error"])
        return answer

    async def ask(self, prompt: str, *, secret: bool = False) -> str:
        """Nothing to say."""
        return ""


class Pasted(Returned):
    """A `Browser` on another machine, with a code on its page."""

    pastes = True

    async def authorize(self, url: str) -> Mapping[str, str]:
        """The code that the page shows."""
        return {"code": (await _visit(url)).text}


async def _visit(url: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(url)


_BROWSER = """
import sys
sys.path[:0] = {paths!r}
from login_support import go
print(go(sys.argv[1]).text, file=open({page!r}, "w"))
"""


def desktop(folder: Path) -> dict[str, str]:
    """The environment of a desktop whose browser visits and comes back.

    What it shows at the end is in `page.html` of the folder.
    """
    script = folder / "browser.py"
    paths = [path for path in sys.path if path]
    script.write_text(_BROWSER.format(paths=paths, page=str(folder / "page.html")))
    return {**os.environ, "BROWSER": f"{sys.executable} {script} %s"}


def start(
    folder: Path, *arguments: str, environ: Mapping[str, str]
) -> subprocess.Popen[str]:
    """Run share-bridge in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "share_bridge", *arguments],
        cwd=folder,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
