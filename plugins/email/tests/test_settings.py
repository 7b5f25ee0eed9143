"""What an e-mail target may say, and what is said to be wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from email_support import settings
from share_bridge.plugin import ConfigurationError

SMTP: dict[str, Any] = {"folder": None, "server": "smtp.example.org"}


@pytest.mark.parametrize(
    "given, port, security",
    [
        ({}, 465, "tls"),
        ({"port": 465}, 465, "tls"),
        ({"port": 587}, 587, "starttls"),
        ({"port": 2525}, 2525, "starttls"),
        ({"security": "starttls"}, 587, "starttls"),
        ({"security": "tls", "port": 8465}, 8465, "tls"),
        ({"security": "none", "server": "localhost"}, 25, "none"),
        ({"security": "none", "server": "127.0.0.1", "port": 1025}, 1025, "none"),
    ],
)
def test_the_port_and_the_encryption_follow_each_other(
    given: dict[str, Any], port: int, security: str
) -> None:
    server = settings(**{**SMTP, **given}).handover

    assert (server.port, server.security) == (port, security)


@pytest.mark.parametrize(
    "change, said",
    [
        ({"folder": None}, "needs a server, or a folder"),
        ({"server": "smtp.example.org"}, "needs a server, or a folder"),
        ({"folder": ""}, "needs a server, or a folder"),
        ({"to": []}, "needs readers"),
        ({"to": ["nobody"]}, "has to be one address"),
        ({"from": "x@example.org\nBcc: y@example.org"}, "has to be one address"),
        ({"sender": "x@example.org"}, "unknown key"),
        ({"transport": "smtp"}, "unknown key"),
        ({"password": "secret"}, "login and security are for a server"),
        ({**SMTP, "server": "smtps://smtp.example.org"}, "the name of a server"),
        ({**SMTP, "server": "smtp.example.org:465"}, "write the port as port"),
        ({**SMTP, "port": 0}, "at least 1"),
        ({**SMTP, "password": "a", "token": "b"}, "not both"),
        ({**SMTP, "password": "a\nb"}, "one line"),
        ({**SMTP, "security": "none"}, "on this machine only"),
        (
            {**SMTP, "server": "localhost", "security": "none", "password": "a"},
            "would show the login",
        ),
        ({"unsubscribe_url": "http://example.org/{token}"}, "begin with https"),
        ({"unsubscribe_url": "https://example.org/leave"}, "say who leaves"),
        ({"unsubscribe_url": "https://example.org/{token} x"}, "begin with https"),
        ({"list_id": "My blog"}, "a name such as blog.example.org"),
        ({"bounces": "nobody"}, "has to be one address"),
        ({"subject": ""}, "."),
    ],
)
def test_settings_that_cannot_work_are_refused(
    change: dict[str, Any], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        settings(**change)

    assert "secret" not in str(caught.value)
