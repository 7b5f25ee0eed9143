"""Nothing is said in clear that is not for everyone, and a refused login blocks."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from email_support import Desk
from share_bridge.plugin import (
    AuthExpiredError,
    PermissionDeniedError,
    RateLimitedError,
    TargetBlockedError,
)
from smtp_support import SmtpServer, Trouble

ADA = "ada@example.org"
ACCOUNTS = {"blog@example.org": "pass word", "other": "token-1"}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    ca = trustme.CA()
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(file))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(tls)
    return {"tls": tls, "file": file}


def reach(
    folder: Path, server: SmtpServer, authority: dict[str, Any], **more: Any
) -> Desk:
    security = "starttls" if server.starttls else "tls"
    given = {"security": security, "password": "pass word", **more}
    return Desk(folder, server, ca_file=authority["file"], **given)


@pytest.mark.parametrize("starttls", [True, False])
@pytest.mark.parametrize(
    "mechanisms, login, used",
    [
        ("PLAIN LOGIN", {}, "AUTH PLAIN"),
        ("LOGIN", {}, "AUTH LOGIN"),
        ("CRAM-MD5 plain", {}, "AUTH PLAIN"),
        (
            "PLAIN XOAUTH2",
            {"password": None, "token": "token-1", "user": "other"},
            "AUTH XOAUTH2",
        ),
    ],
)
def test_it_logs_in_as_the_server_wants(  # noqa: PLR0917 - a table
    tmp_path: Path,
    authority: dict[str, Any],
    starttls: bool,
    mechanisms: str,
    login: dict[str, Any],
    used: str,
) -> None:
    with SmtpServer(
        tls=authority["tls"],
        starttls=starttls,
        accounts=ACCOUNTS,
        mechanisms=mechanisms,
    ) as server:
        reach(tmp_path, server, authority, **login).send(ADA)

    assert len(server.mails) == 1
    assert used in server.said
    greeting = ["EHLO example.org"]
    expected = [*greeting, "STARTTLS", *greeting] if starttls else greeting
    assert server.said[: len(expected)] == expected


@pytest.mark.parametrize(
    "mechanisms, login",
    [
        ("PLAIN", {"password": "wrong"}),
        ("LOGIN", {"password": "wrong"}),
        ("XOAUTH2", {"password": None, "token": "wrong"}),
    ],
)
def test_a_wrong_password_blocks_the_target(
    tmp_path: Path, authority: dict[str, Any], mechanisms: str, login: dict[str, Any]
) -> None:
    """Already when it is checked, before anybody is written to."""
    with SmtpServer(
        tls=authority["tls"], accounts=ACCOUNTS, mechanisms=mechanisms
    ) as server:
        desk = reach(tmp_path, server, authority, **login)
        with pytest.raises(AuthExpiredError, match="535") as caught:
            desk.check()

    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    "reply, kind",
    [
        ("454 4.7.0 try again", RateLimitedError),
        ("534 5.7.9 a stronger way, please", PermissionDeniedError),
        ("535 5.7.3 no", AuthExpiredError),
    ],
)
def test_other_refusals_of_a_login(
    tmp_path: Path, authority: dict[str, Any], reply: str, kind: type[Exception]
) -> None:
    with SmtpServer(tls=authority["tls"], accounts=ACCOUNTS) as server:
        server.fail(Trouble(at="AUTH", what=reply))

        with pytest.raises(kind):
            reach(tmp_path, server, authority).check()


def test_a_server_without_a_known_login_blocks(
    tmp_path: Path, authority: dict[str, Any]
) -> None:
    with (
        SmtpServer(
            tls=authority["tls"], accounts=ACCOUNTS, mechanisms="GSSAPI"
        ) as server,
        pytest.raises(
            TargetBlockedError, match=r"no login that fits \(it has GSSAPI\)"
        ),
    ):
        reach(tmp_path, server, authority).check()


def test_without_starttls_nothing_is_said(
    tmp_path: Path, authority: dict[str, Any]
) -> None:
    """A stranger on the way may have taken the offer out: no login, no mail."""
    with SmtpServer(offers=(), mechanisms="PLAIN") as server:
        desk = Desk(tmp_path, server, security="starttls", password="pass word")
        with pytest.raises(TargetBlockedError, match="offers no STARTTLS"):
            desk.check()

    assert server.said == ["EHLO example.org"]


@pytest.mark.parametrize("starttls", [True, False])
def test_a_certificate_of_someone_else_is_not_believed(
    tmp_path: Path, authority: dict[str, Any], starttls: bool
) -> None:
    with SmtpServer(
        tls=authority["tls"], starttls=starttls, accounts=ACCOUNTS
    ) as server:
        security = "starttls" if starttls else "tls"
        desk = Desk(tmp_path, server, security=security, password="pass word")
        with pytest.raises(RateLimitedError, match="certificate"):
            desk.check()

    assert not [line for line in server.said if line.startswith("AUTH")]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_wrong_kind_of_encryption_is_said(
    tmp_path: Path, authority: dict[str, Any], security: str
) -> None:
    """What is configured, on a port that does the other."""
    is_later = security == "tls"
    with SmtpServer(tls=authority["tls"], starttls=is_later) as server:
        desk = reach(tmp_path, server, authority, security=security, timeout=1.0)
        with pytest.raises(RateLimitedError) as caught:
            desk.check()

    other = "starttls" if is_later else "tls"
    assert str(caught.value).endswith(f'or wants security = "{other}"')


def test_check_keeps_the_connection_for_the_first_mail(
    tmp_path: Path, authority: dict[str, Any]
) -> None:
    with SmtpServer(tls=authority["tls"], accounts=ACCOUNTS) as server:
        desk = reach(tmp_path, server, authority)

        async def both() -> None:
            await desk.publisher.check(desk.context())
            await desk._send_one(ADA, desk_message())

        desk.run(both)

    assert (len(server.mails), server.connections) == (1, 1)


def desk_message() -> Any:
    from publisher_support import make_message  # noqa: PLC0415

    return make_message(1)
