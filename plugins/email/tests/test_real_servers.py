"""Mails through Postfix, read back from Dovecot, with all that can be refused there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from email_support import Desk, part
from mail_servers import ALICE, MailServers, mail_servers
from publisher_support import make_message
from share_bridge.cli import cli
from share_bridge.plugin import (
    AuthExpiredError,
    PermissionDeniedError,
    RateLimitedError,
    Receipt,
    RejectedError,
)

pytestmark = pytest.mark.real_server

TITLE = "Zażółć gęślą jaźń 日本語"
CONFIG = """
[[sources]]
name = "blog"
feed = "feed.xml"

[targets.letter]
publisher = "email"
from = "Alice's blog <alice@mail.test>"
to = ["bob@mail.test", "moved@mail.test"]
server = "localhost"
port = {port}
user = "alice@mail.test"
password = {{ env = "MAIL_PASSWORD" }}
ca_file = "{ca}"

[network]
allow = ["127.0.0.0/8", "::1"]
"""
FEED = """<rss version="2.0"><channel><title>B</title>
<item><title>A real letter</title><link>https://example.org/1</link><guid>1</guid>
<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><description>W</description></item>
</channel></rss>"""


@pytest.fixture(scope="module")
def servers(requires: Callable[..., str]) -> Iterator[MailServers]:
    with mail_servers(requires) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, servers: MailServers) -> Callable[..., Desk]:
    def make(**changes: Any) -> Desk:
        given = servers.settings(**changes)
        return Desk(tmp_path, ca_file=servers.ca_file, timeout=20, **given)

    return make


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_is_read_as_it_was_written(
    desk: Callable[..., Desk], servers: MailServers, security: str
) -> None:
    message = make_message(1, title=f"{TITLE} {security}", teaser=".\n..hidden dots")
    port = servers.tls if security == "tls" else servers.starttls

    sent = desk(security=security, port=port, target=security).send(
        "bob@mail.test", "carol@mail.test", message=message
    )

    assert all(isinstance(it, Receipt) for it in sent)
    [mail] = servers.inbox("bob", holds=sent[0].remote_id)
    assert mail["Subject"] == f"{TITLE} {security}"
    assert mail["To"] == "Bob <bob@mail.test>"
    assert mail["Return-Path"] == f"<{ALICE}>"
    assert "ESMTPSA" in mail["Received"]
    assert ".\n..hidden dots" in part(mail, "html")
    assert f"{TITLE} {security}" in part(mail, "plain")
    assert mail["List-Unsubscribe"].startswith(
        f"<mailto:{ALICE}?subject=unsubscribe%20"
    )
    [other] = servers.inbox("carol", holds=sent[1].remote_id)
    assert "bob" not in str(other)


def test_a_wrong_password_is_refused(desk: Callable[..., Desk]) -> None:
    with pytest.raises(AuthExpiredError, match="535"):
        desk(password="wrong").check()


def test_without_a_login_nothing_is_relayed(desk: Callable[..., Desk]) -> None:
    [found] = desk(password=None, **{"from": "eve@elsewhere.example"}).send(
        "someone@outside.example"
    )

    assert isinstance(found, PermissionDeniedError)
    assert "Relay access denied" in str(found)


def test_a_sender_that_is_not_the_user_s_is_refused(
    desk: Callable[..., Desk],
) -> None:
    [found] = desk(user=ALICE, bounces="bob@mail.test").send("carol@mail.test")

    assert isinstance(found, RejectedError | PermissionDeniedError)


def test_an_unknown_reader_is_refused_and_suppressed(
    desk: Callable[..., Desk], servers: MailServers
) -> None:
    sending = desk(to=["nobody@mail.test", "bob@mail.test"])

    nobody, bob = sending.send("nobody@mail.test", "bob@mail.test")

    assert isinstance(nobody, RejectedError)
    assert "5.1.1" in str(nobody)
    assert "nobody@" not in str(nobody)
    assert isinstance(bob, Receipt)
    assert [it.address for it in sending.recipients()] == ["bob@mail.test"]


def test_a_certificate_of_an_unknown_authority_is_not_believed(
    tmp_path: Path, servers: MailServers
) -> None:
    with pytest.raises(RateLimitedError, match="certificate"):
        Desk(tmp_path, **servers.settings()).check()


def test_a_real_bounce_is_read(tmp_path: Path, servers: MailServers) -> None:
    """The whole way: publish, Postfix reports back, the report suppresses."""
    config = CONFIG.format(port=servers.starttls, ca=servers.ca_file)
    (tmp_path / "share-bridge.toml").write_text(config)
    (tmp_path / "feed.xml").write_text(FEED)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(
            cli,
            ["--config", str(tmp_path / "share-bridge.toml"), *arguments],
            env={
                "MAIL_PASSWORD": servers.settings()["password"],
                "SHARE_BRIDGE_KEY": "0123456789abcdef",
            },
        )
        assert result.exit_code == 0, result.output
        return result.stdout

    run("publish")
    assert servers.inbox("bob", holds="A real letter")
    assert servers.inbox("alice", holds="this mailbox is gone")

    said = run("email", "bounces", "letter", str(servers.folder / "mail" / "alice"))

    assert "suppressed  moved@mail.test  " in said
    assert "this mailbox is gone" in said
    assert "moved@mail.test" in run("email", "list", "letter")
