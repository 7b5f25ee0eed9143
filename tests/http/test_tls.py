"""Certificates are checked, for the name that was asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from http_support import (
    Authority,
    ask,
    reply,
    serve,
)
from share_bridge.errors import ConfigurationError
from share_bridge.http.errors import (
    CertificateError,
)


def ask_secure(
    context: Any, *, ca_file: Path | None = None, host: str = "127.0.0.1"
) -> httpx.Response:
    with serve(reply(200, b"secure"), tls=context) as server:
        return ask(f"https://{host}:{server.port}/", client={"ca_file": ca_file})


def test_an_authority_of_ones_own_is_trusted(authority: Authority) -> None:
    """`ca_file` names it."""
    context = authority.context("127.0.0.1")

    assert ask_secure(context, ca_file=authority.file).content == b"secure"


def test_the_name_is_what_the_certificate_is_for(authority: Authority) -> None:
    """Dialled by address, asked by name: SNI and Host are the URL's."""
    names: list[str | None] = []
    context = authority.context("localhost")
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    assert ask_secure(context, ca_file=authority.file, host="localhost").is_success
    assert names == ["localhost"]


def test_ssl_cert_file_is_honoured(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one thing that the environment may say."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    assert ask_secure(authority.context("127.0.0.1")).content == b"secure"


def test_an_unknown_authority_is_refused(authority: Authority) -> None:
    """And the reason is said; nothing was sent."""
    with pytest.raises(CertificateError, match=r"self-signed|unable to get local"):
        ask_secure(authority.context("127.0.0.1"))


def test_a_certificate_of_another_host_is_refused(authority: Authority) -> None:
    """Trusted, but for someone else."""
    with pytest.raises(CertificateError, match="IP address mismatch"):
        ask_secure(authority.context("other.example"), ca_file=authority.file)


def test_a_certificate_that_has_ended_is_refused(authority: Authority) -> None:
    """Two days ago."""
    now = datetime.now(UTC)
    context = authority.context(
        "127.0.0.1",
        not_before=now - timedelta(days=9),
        not_after=now - timedelta(days=2),
    )

    with pytest.raises(CertificateError, match="expired"):
        ask_secure(context, ca_file=authority.file)


def test_plain_http_behind_https_is_a_connect_error(authority: Authority) -> None:
    """Nothing of the request was sent."""
    with serve(reply()) as server, pytest.raises(httpx.ConnectError, match="TLS"):
        ask(f"https://127.0.0.1:{server.port}/", client={"ca_file": authority.file})


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_bad_list_of_authorities_is_named(
    content: str | None, tmp_path: Path
) -> None:
    """Missing, or not PEM."""
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_text(content)

    with pytest.raises(ConfigurationError, match=r"authorities\.pem"):
        ask("https://127.0.0.1:1/", client={"ca_file": file})
