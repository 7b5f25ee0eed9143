"""A client reaches what it may, whatever a URL or a redirect says."""

from __future__ import annotations

from ipaddress import ip_network

import httpx
import pytest

from http_support import (
    ask,
    ask_server,
    redirect,
)
from share_bridge.http.addresses import Reach
from share_bridge.http.errors import (
    RefusedAddressError,
    RefusedSchemeError,
)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_private_addresses_are_refused(url: str, method: str) -> None:
    """However they are spelled; a connect error, since nothing was sent."""
    with pytest.raises(RefusedAddressError) as caught:
        ask(url, method=method, reach=Reach())

    assert isinstance(caught.value, httpx.ConnectError)
    assert caught.value.request.method == method


@pytest.mark.parametrize("url", ["ftp://a.example/", "file:///etc/passwd", "/feed"])
def test_other_schemes_are_refused(url: str) -> None:
    """Http and https are all there is."""
    with pytest.raises(httpx.UnsupportedProtocol):
        ask(url)


def test_plain_http_is_refused_at_public_addresses() -> None:
    """Targets are sent secrets."""
    with pytest.raises(RefusedSchemeError, match="use https"):
        ask("http://8.8.8.8/")


def test_plain_http_is_for_whoever_allows_it() -> None:
    """Sources are; the address is still checked."""
    with pytest.raises(RefusedAddressError):
        ask("http://127.0.0.1/", reach=Reach(), client={"http_allowed": True})


def test_a_hop_that_httpx_follows_is_checked_too() -> None:
    """A publisher may ask httpx to follow."""
    with pytest.raises(RefusedAddressError):
        ask_server(
            redirect("https://169.254.169.254/"),
            reach=Reach((ip_network("127.0.0.1/32"),)),
            follow_redirects=True,
        )
