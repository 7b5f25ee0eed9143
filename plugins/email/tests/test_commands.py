"""`share-bridge email`: who left is not written to, and no ledger holds an address."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from share_bridge.cli import cli
from smtp_support import SmtpServer, Trouble

CONFIG = """
[site]
url = "https://example.org"

[[sources]]
name = "blog"
feed = "feed.xml"

[targets.letter]
publisher = "email"
from = "Blog <blog@example.org>"
list = "readers.txt"
server = "127.0.0.1"
port = {port}
security = "none"

[targets.page]
publisher = "page"
file = "out/index.html"

[network]
allow = ["127.0.0.0/8"]
"""
FEED = """<rss version="2.0"><channel><title>B</title>
<item><title>One</title><link>https://example.org/1</link><guid>1</guid>
<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate><description>W</description></item>
</channel></rss>"""
ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path, server: SmtpServer) -> Path:
    (tmp_path / "share-bridge.toml").write_text(CONFIG.format(port=server.port))
    (tmp_path / "feed.xml").write_text(FEED)
    (tmp_path / "readers.txt").write_text(f"{ADA}\n{BOB}\nEve <{EVE}>\n")
    return tmp_path


def run(site: Path, *arguments: str, key: str = KEY, stdin: str = "") -> Result:
    config = str(site / "share-bridge.toml")
    return CliRunner().invoke(
        cli,
        ["--config", config, *arguments],
        env={"SHARE_BRIDGE_KEY": key},
        input=stdin,
    )


def publish(site: Path, key: str = KEY) -> Result:
    return run(site, "publish", "--target", "letter", "--max-seconds", "5", key=key)


def email(site: Path, *arguments: str, stdin: str = "") -> str:
    result = run(site, "email", *arguments, stdin=stdin)
    assert result.exit_code == 0, result.output
    return result.stdout


def taken(server: SmtpServer) -> list[str]:
    return sorted(mail.recipient for mail in server.mails)


def everything_in(site: Path) -> str:
    """All that the ledger holds."""
    with sqlite3.connect(site / "share-bridge.db") as ledger:
        dump = "\n".join(ledger.iterdump())
    ledger.close()
    return dump


def test_who_is_suppressed_gets_nothing(site: Path, server: SmtpServer) -> None:
    assert email(site, "suppress", "letter", "BOB@example.org ") == "1 suppressed.\n"

    publish(site)

    assert taken(server) == [ADA, EVE]
    ledger = everything_in(site)
    assert "suppressed/" in ledger
    assert not [name for name in ("ada@", "bob@", "eve@") if name in ledger.lower()]


def test_it_wins_over_what_was_planned_already(site: Path, server: SmtpServer) -> None:
    server.fail(Trouble(at="GREETING", what="421 4.3.2 later", times=None))
    publish(site)
    server.recover()
    email(site, "suppress", "letter", BOB)

    run(site, "ledger", "retry", "--all")
    publish(site)

    assert taken(server) == [ADA, EVE]


def test_a_token_of_an_unsubscribe_link_is_enough(
    site: Path, server: SmtpServer
) -> None:
    publish(site)
    mail = next(mail for mail in server.mails if mail.recipient == EVE)
    token = mail.raw.decode().partition("subject=unsubscribe%20")[2][:41]

    said = email(site, "suppress", "letter", "-", stdin=f"{token}\n\n{token}\n{BOB}\n")

    assert said == "2 suppressed; 1 there already.\n"
    shown = email(site, "list", "letter")
    assert EVE in shown
    assert BOB in shown
    assert shown.endswith("2 suppressed, 3 readers listed.\n")


def test_the_list_tells_why(site: Path, server: SmtpServer) -> None:
    server.refuse = lambda who: (
        "550 5.1.1 <bob@example.org>: gone" if who == BOB else ""
    )
    publish(site)
    (site / "readers.txt").write_text(f"{ADA}\n")

    [row] = json.loads(email(site, "list", "letter", "--json"))

    assert row["who"] is None
    assert row["why"].endswith("550 5.1.1 <(address)>: gone")


def test_who_comes_back_is_written_to_again(site: Path, server: SmtpServer) -> None:
    email(site, "suppress", "letter", BOB)

    assert email(site, "unsuppress", "letter", BOB, ADA) == (
        "1 written to again; 1 not on the list.\n"
    )
    publish(site)

    assert taken(server) == [ADA, BOB, EVE]


def test_a_lost_key_lets_nobody_be_written_to_who_left(
    site: Path, server: SmtpServer
) -> None:
    email(site, "suppress", "letter", BOB)

    result = publish(site, key="another key, of many letters")

    assert result.exit_code == 1
    assert server.mails == []
    status = run(site, "status", key="another key, of many letters").output
    assert "another SHARE_BRIDGE_KEY" in status
    result = run(
        site, "email", "unsuppress", "letter", "--unreadable", key="another key, of …"
    )
    assert "1 written to again" in result.stdout


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("suppress", "letter", "nobody"), "number 1 has to be one address"),
        (("suppress", "page", ADA), "targets.page is no e-mail target"),
        (("suppress", "later", ADA), "later"),
        (("unsuppress", "letter"), "name someone"),
        (("bounces", "letter", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(
    site: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run(site, "email", *arguments)

    assert result.exit_code == 2
    assert said in result.output


def report(raw: bytes, status: str = "5.1.1", action: str = "failed") -> EmailMessage:
    """What a server sends that could not deliver a mail."""
    mail = EmailMessage()
    mail["From"] = "MAILER-DAEMON@mx.example"
    mail["To"] = "blog@example.org"
    mail["Subject"] = "Undelivered Mail Returned to Sender"
    mail.set_content("I'm sorry to have to inform you …")
    fields = EmailMessage()
    fields["Reporting-MTA"] = "dns; mx.example"
    one = EmailMessage()
    one["Final-Recipient"] = "rfc822; bob@example.org"
    one["Action"] = action
    one["Status"] = status
    one["Diagnostic-Code"] = f"smtp; 550 {status} <bob@example.org>: no such user"
    mail.make_mixed()
    status_part = EmailMessage()
    status_part.set_type("message/delivery-status")
    status_part.set_payload([fields, one])
    mail.attach(status_part)
    returned = EmailMessage()
    returned["Content-Type"] = "text/rfc822-headers"
    returned.set_payload(raw.partition(b"\r\n\r\n")[0].decode() + "\r\n")
    mail.attach(returned)
    mail.set_param("report-type", "delivery-status")
    mail.replace_header(
        "Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"'
    )
    return mail


def to_bob(server: SmtpServer) -> bytes:
    return next(mail.raw for mail in server.mails if mail.recipient == BOB)


@pytest.mark.parametrize("kind", ["maildir", "mbox", "eml", "folder"])
def test_mailboxes_of_every_kind_are_read(
    site: Path, server: SmtpServer, kind: str
) -> None:
    publish(site)
    raw = report(to_bob(server)).as_bytes()
    box = site / "box"
    if kind == "maildir":
        for name in ("new", "cur", "tmp"):
            (box / name).mkdir(parents=True)
        (box / "new" / "1.x").write_bytes(raw)
    elif kind == "folder":
        (box / "deep").mkdir(parents=True)
        (box / "deep" / "1.eml").write_bytes(raw)
    else:
        start = b"From x Tue Nov 24 08:00:00 2026\n" if kind == "mbox" else b""
        box.write_bytes(start + raw)

    said = email(site, "bounces", "letter", str(box))

    assert "suppressed  bob@example.org  550 5.1.1 <(address)>: no such user" in said
    assert "1 mails read: 1 of readers who are not there any more" in said
    assert "1 suppressed" in email(site, "list", "letter")


def test_reading_twice_changes_nothing(site: Path, server: SmtpServer) -> None:
    publish(site)
    (site / "b.eml").write_bytes(report(to_bob(server)).as_bytes())
    email(site, "bounces", "letter", str(site / "b.eml"))

    assert "suppressed" not in email(site, "bounces", "letter", str(site / "b.eml"))


def test_a_dry_run_changes_nothing(site: Path, server: SmtpServer) -> None:
    publish(site)
    (site / "b.eml").write_bytes(report(to_bob(server)).as_bytes())

    said = email(site, "bounces", "letter", "--dry-run", str(site / "b.eml"))

    assert "suppressed  bob@example.org" in said
    assert said.endswith("Nothing was changed.\n")
    assert "0 suppressed" in email(site, "list", "letter")


@pytest.mark.parametrize(
    "status, action",
    [
        ("5.2.2", "failed"),
        ("4.4.7", "failed"),
        ("5.7.1", "failed"),
        ("5.1.1", "delayed"),
    ],
)
def test_passing_trouble_suppresses_nobody(
    site: Path, server: SmtpServer, status: str, action: str
) -> None:
    publish(site)
    raw = report(to_bob(server), status, action).as_bytes()
    (site / "b.eml").write_bytes(raw)

    said = email(site, "bounces", "letter", str(site / "b.eml"))

    assert "trouble     bob@example.org" in said
    assert "0 suppressed" in email(site, "list", "letter")


def test_a_forged_report_suppresses_nobody(site: Path) -> None:
    """Whoever writes to the mailbox could name anyone."""
    forged = b"To: bob@example.org\r\nMessage-ID: <1@example.org>\r\n\r\n"
    (site / "b.eml").write_bytes(report(forged).as_bytes())

    said = email(site, "bounces", "letter", str(site / "b.eml"))

    assert "1 reports hold no mail of ours" in said
    assert "0 suppressed" in email(site, "list", "letter")


def test_a_mail_that_asks_to_leave_is_heard(site: Path, server: SmtpServer) -> None:
    publish(site)
    token = to_bob(server).decode().partition("subject=unsubscribe%20")[2][:41]
    wish = EmailMessage()
    wish["From"] = "Bobby <bobby@elsewhere.example>"
    wish["Subject"] = f"Unsubscribe {token}"
    (site / "wish.eml").write_bytes(wish.as_bytes())
    (site / "spam.eml").write_bytes(b"Subject: unsubscribe me\r\n\r\nplease\r\n")

    files = (str(site / "wish.eml"), str(site / "spam.eml"))
    said = email(site, "bounces", "letter", *files)

    assert "suppressed  bob@example.org  asked" in said
    assert "1 who want to leave" in said
    assert "1 others" in said
