"""The tests themselves reach nothing beyond this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from island import LOG, refuse_other_hosts


@pytest.mark.parametrize(
    "event, arguments",
    [
        ("socket.connect", (None, ("192.0.2.1", 80))),
        ("socket.connect", (None, ("2001:db8::1", 80, 0, 0))),
        ("socket.connect", (None, ("::ffff:192.0.2.1", 80, 0, 0))),
        ("socket.sendto", (None, ("192.0.2.1", 53))),
        ("socket.getaddrinfo", ("example.org", 80, 0, 0, 0)),
    ],
)
def test_what_leaves_the_machine_is_refused(
    event: str, arguments: tuple[object, ...]
) -> None:
    with pytest.raises(OSError, match="beyond loopback"):
        refuse_other_hosts(event, arguments)

    assert len(LOG) == 1
    LOG.clear()


@pytest.mark.parametrize(
    "event, arguments",
    [
        ("socket.connect", (None, ("127.0.0.9", 80))),
        ("socket.connect", (None, ("::1", 80, 0, 0))),
        ("socket.connect", (None, "/run/some.sock")),
        ("socket.getaddrinfo", ("localhost", 80, 0, 0, 0)),
        ("socket.getaddrinfo", (b"127.0.0.1", 80, 0, 0, 0)),
        ("socket.getaddrinfo", ("0x7f.1", 80, 0, 0, 0)),
        ("open", ("file", "r", 0)),
    ],
)
def test_what_stays_on_the_machine_passes(
    event: str, arguments: tuple[object, ...]
) -> None:
    refuse_other_hosts(event, arguments)

    assert LOG == []


def test_a_real_connection_is_refused() -> None:
    with socket.socket() as plug, pytest.raises(PermissionError):
        plug.connect(("192.0.2.1", 80))

    LOG.clear()


def test_the_home_folder_is_the_test_s_own() -> None:
    assert list(Path.home().iterdir()) == []
    assert os.environ["XDG_CONFIG_HOME"].startswith(os.environ["HOME"])


def test_no_variable_of_the_machine_is_seen() -> None:
    assert "CI" not in os.environ
    assert not [name for name in os.environ if name.startswith("SHARE_BRIDGE_")]
