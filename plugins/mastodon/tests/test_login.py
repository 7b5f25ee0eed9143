"""Logging in leaves a token that was proven to be meant for us, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest

from http_support import Wire, serve
from login_support import Pasted, Returned, Service
from publisher_support import FakeContext
from share_bridge.config.model import NetworkConfig
from share_bridge.dispatch.target.wire import Wire as Way
from share_bridge.errors import (
    PermissionDeniedError,
    PublishError,
    RejectedError,
    TransientError,
)
from share_bridge.plugin import Secret
from share_bridge_mastodon.account import ends
from share_bridge_mastodon.login import login
from share_bridge_mastodon.settings import MastodonSettings

FULL = {
    "scopes_supported": [
        "read",
        "profile",
        "read:accounts",
        "read:statuses",
        "write",
        "write:media",
        "write:statuses",
    ],
    "code_challenge_methods_supported": ["S256"],
}


class Context(FakeContext):
    """A context with a real way to the server of the test."""

    @property
    def http(self) -> httpx.AsyncClient:
        return self.way.client

    @property
    def way(self) -> Way:
        if not hasattr(self, "_way"):
            network = NetworkConfig(allow=(ip_network("127.0.0.0/8"),))
            self._way = Way(network, timeout=3, ca_file=None)
        return self._way


def _settings(server: str, token: str) -> MastodonSettings:
    return MastodonSettings(server=server, token=Secret(token))


def log_in(service: Service, browser: Returned | None = None) -> dict[str, str]:
    """What a login saves."""

    async def run(server: str) -> dict[str, str]:
        context = Context(Path(), settings=_settings(server, "none-yet"))
        try:
            await login(context, browser or Returned())
        finally:
            await context.way.close()
        return dict(context.credentials.get())

    with serve(service.handle) as server:
        return asyncio.run(run(server.url))


def test_the_token_is_saved_with_what_revokes_it() -> None:
    saved = log_in(Service(metadata=FULL))

    assert saved == {
        "token": "token-of-ada-0",
        "client_id": "cid",
        "client_secret": "client-secret",
        "scopes": "profile read:statuses write:statuses write:media",
    }


def test_the_code_is_worth_nothing_without_its_proof() -> None:
    """The service checks PKCE; ours is S256 and fits."""
    service = Service(metadata=FULL)
    log_in(service)
    asked = service.seen["/oauth/authorize"]

    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert service.seen["/oauth/token"]["code_verifier"] not in asked.values()


@pytest.mark.parametrize(
    "metadata, scopes",
    [
        (None, "read:accounts read:statuses write:statuses write:media"),
        ({}, "read:accounts read:statuses write:statuses write:media"),
        ({"scopes_supported": ["read", "write", "follow"]}, "read write"),
        (
            {"scopes_supported": [*FULL["scopes_supported"], "push"]},
            "profile read:statuses write:statuses write:media",
        ),
        (
            {"scopes_supported": "read"},
            "read:accounts read:statuses write:statuses write:media",
        ),
    ],
)
def test_no_more_is_asked_for_than_is_needed(metadata: Any, scopes: str) -> None:
    service = Service(metadata=metadata)
    log_in(service)

    assert service.seen["/api/v1/apps"]["scopes"] == scopes
    assert service.seen["/oauth/authorize"]["scope"] == scopes


def test_a_server_without_narrow_scopes_gets_wide_ones() -> None:
    service = Service(known=frozenset({"read", "write"}))
    saved = log_in(service)

    assert saved["scopes"] == "read write"


def test_a_server_with_another_proof_only_gets_none() -> None:
    service = Service(metadata={"code_challenge_methods_supported": ["plain"]})
    log_in(service)

    assert "code_challenge" not in service.seen["/oauth/authorize"]


@pytest.mark.parametrize(
    "browser, redirect",
    [
        (Returned(), "http://127.0.0.1:8017/callback"),
        (Pasted(), "urn:ietf:wg:oauth:2.0:oob"),
    ],
)
def test_one_address_leads_back(browser: Returned, redirect: str) -> None:
    """Where the person pastes, the server shows them the code."""
    service = Service()
    log_in(service, browser)

    assert service.seen["/api/v1/apps"]["redirect_uris"] == redirect
    assert service.seen["/oauth/token"]["redirect_uri"] == redirect


def test_who_says_no_is_heard() -> None:
    with pytest.raises(PermissionDeniedError, match="access_denied"):
        log_in(Service(deny=True))


def _answer(status: int, body: bytes) -> Callable[[Wire], bool]:
    return lambda wire: bool(wire.respond(status, body) or True)


@pytest.mark.parametrize(
    "status, body, error",
    [
        (400, b'{"error": "invalid_grant", "error_description": "no"}', RejectedError),
        (401, b'{"error": "invalid_client"}', RejectedError),
        (400, b"<html>no", RejectedError),
        (200, b"<html>maintenance", PublishError),
        (200, b"[]", TransientError),
        (200, b"{}", TransientError),
        (200, b'{"access_token": null}', TransientError),
        (503, b"", TransientError),
        (302, b"", PublishError),
    ],
)
def test_what_is_no_token_is_not_saved(
    status: int, body: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        log_in(Service(token=_answer(status, body)))

    assert "client-secret" not in str(raised.value)


def test_a_server_that_registers_nothing_is_told() -> None:
    def handle(wire: Wire) -> None:
        wire.respond(200, b"{}")

    service = Service()
    service.handle = handle  # type: ignore[method-assign]  # a server of another kind

    with pytest.raises(TransientError, match="registered no application"):
        log_in(service)


def test_a_token_that_ends_says_when() -> None:
    body = b'{"access_token": "t", "expires_in": 3600}'

    saved = log_in(Service(token=_answer(200, body)))

    assert saved["expires"] == "2026-11-22T13:00:00+00:00"


@pytest.mark.parametrize("token, known", [("t", True), ("another", False)])
def test_a_token_from_elsewhere_has_an_end_of_its_own(
    token: str, *, known: bool
) -> None:
    context = Context(Path(), settings=_settings("https://a.example", token))
    context.credentials.replace(
        lambda _: {"token": "t", "expires": "2026-11-22T13:00:00+00:00"}
    )

    assert (ends(context) is not None) is known
