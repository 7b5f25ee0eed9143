"""What a target may say is checked before anything is sent."""

from __future__ import annotations

import pytest

from share_bridge.errors import ConfigurationError
from share_bridge.testing import read_settings
from share_bridge_mastodon.settings import MastodonSettings

TOKEN = "a-token"


def settings(**given: object) -> MastodonSettings:
    table = {"server": "mastodon.example", "token": TOKEN, **given}
    return read_settings(MastodonSettings, table)


@pytest.mark.parametrize(
    "server, address",
    [
        ("mastodon.example", "https://mastodon.example"),
        ("https://mastodon.example/", "https://mastodon.example"),
        ("https://Mastodon.Example", "https://mastodon.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_a_server_is_a_host_or_its_address(server: str, address: str) -> None:
    assert settings(server=server).server == address


@pytest.mark.parametrize(
    "server",
    [
        "",
        "ftp://mastodon.example",
        "https://mastodon.example/@me",
        "https://mastodon.example?a=1",
        "@me@mastodon.example",
        "https://user:word@mastodon.example",
        "https://",
    ],
)
def test_what_is_no_server_is_refused(server: str) -> None:
    with pytest.raises(ConfigurationError, match="has to be"):
        settings(server=server)


@pytest.mark.parametrize("token", ["", "two words", "tökén", "line\nbreak"])
def test_a_token_that_no_header_carries_is_refused(token: str) -> None:
    with pytest.raises(ConfigurationError, match="one word"):
        settings(token=token)


def test_a_token_is_trimmed_and_never_shown() -> None:
    """A file or a paste often ends in a line break."""
    found = settings(token=f" {TOKEN}\n")

    assert found.token.reveal() == TOKEN
    assert TOKEN not in repr(found)


@pytest.mark.parametrize(
    "key, value", [("visibility", "friends"), ("language", "english!"), ("x", 1)]
)
def test_what_makes_no_sense_is_refused(key: str, value: object) -> None:
    with pytest.raises(ConfigurationError):
        settings(**{key: value})
