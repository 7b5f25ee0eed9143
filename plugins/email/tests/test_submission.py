"""What became of a mail is known at every step, and one reader's fault is their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from email_support import Desk, read
from publisher_support import make_message
from share_bridge.plugin import (
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    Receipt,
    RejectedError,
    TargetBlockedError,
    TooLongError,
    TransientError,
)
from share_bridge.testing import Lost
from smtp_support import SmtpServer, Trouble

ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, server: SmtpServer) -> Desk:
    return Desk(tmp_path, server, to=[ADA, BOB, EVE])


def taken(server: SmtpServer) -> list[str]:
    return [mail.recipient for mail in server.mails]


def test_a_mail_arrives_as_it_was_written(desk: Desk, server: SmtpServer) -> None:
    [receipt] = desk.send(ADA)

    [taken] = server.mails
    mail = read(taken.raw)
    assert (taken.sender, taken.recipient) == ("blog@example.org", ADA)
    assert mail["Message-ID"] == receipt.remote_id
    assert taken.raw.endswith(b"--\r\n")
    assert receipt.extra == {"answer": "250 2.0.0 ok 1 for <(address)>"}


def test_one_connection_carries_a_batch(desk: Desk, server: SmtpServer) -> None:
    desk.send(ADA, BOB, EVE)

    assert taken(server) == [ADA, BOB, EVE]
    assert server.connections == 1
    assert server.said[-1] == "QUIT"


def test_a_connection_carries_a_hundred_mails(desk: Desk, server: SmtpServer) -> None:
    desk.send(*[ADA] * 101)

    assert len(server.mails) == 101
    assert server.connections == 2


def test_mails_at_once_go_over_connections_of_their_own(
    desk: Desk, server: SmtpServer
) -> None:
    found = desk.send_at_once(ADA, BOB, EVE)

    assert all(isinstance(it, Receipt) for it in found)
    assert sorted(taken(server)) == [ADA, BOB, EVE]


def test_bounces_go_where_they_are_wanted(tmp_path: Path, server: SmtpServer) -> None:
    Desk(tmp_path, server, bounces="Bounces <returned@example.org>").send(ADA)

    assert server.mails[0].sender == "returned@example.org"


def test_lines_that_begin_with_a_dot_stay_whole(desk: Desk, server: SmtpServer) -> None:
    """And none of them ends the mail."""
    text = "x\n.\n..\n.hidden\n\nQUIT"

    desk.send(ADA, message=make_message(1, text=text, teaser=text))

    body = read(server.mails[0].raw).get_body(("plain",))
    assert body is not None
    assert "x\n.\n..\n.hidden\n\nQUIT" in body.get_content().replace("\r\n", "\n")
    assert server.said[-1] == "QUIT"


SOON, LATER = TransientError, RateLimitedError
UNKNOWN = OutcomeUnknownError
HANG_UP, SILENCE, RESET, HALF = Lost.UNREACHABLE, Lost.SILENCE, Lost.RESET, Lost.HALF


@pytest.mark.parametrize(
    "at, what, kind",
    [
        ("GREETING", "421 4.3.2 come later", LATER),
        ("GREETING", "450 busy", LATER),
        ("GREETING", "554 5.7.1 no mail from you", TargetBlockedError),
        ("GREETING", "HTTP/1.1 400 Bad Request", LATER),
        ("GREETING", HANG_UP, LATER),
        ("GREETING", RESET, LATER),
        ("GREETING", SILENCE, LATER),
        ("GREETING", HALF, LATER),
        ("GREETING", "220-one\r\n221 two", LATER),
        ("GREETING", "220-x\r\n" * 300 + "220 x", LATER),
        ("GREETING", "220 " + "x" * 9000, LATER),
        ("EHLO", "421 4.3.2 closing", LATER),
        ("EHLO", "502 5.5.1 what?", TargetBlockedError),
        ("EHLO", HANG_UP, LATER),
        ("MAIL", "421 4.7.0 too many mails", LATER),
        ("MAIL", "451 4.3.0 later", LATER),
        ("MAIL", "550 5.7.60 not your address", PermissionDeniedError),
        ("MAIL", "530 5.7.0 log in first", PermissionDeniedError),
        ("MAIL", "552 5.3.4 too large", TooLongError),
        ("MAIL", HANG_UP, SOON),
        ("MAIL", RESET, SOON),
        ("MAIL", SILENCE, SOON),
        ("MAIL", "\x00\xff", SOON),
        ("RCPT", "421 4.3.2 closing", SOON),
        ("RCPT", "450 4.2.0 greylisted", SOON),
        ("RCPT", "452 4.2.2 mailbox full", SOON),
        ("RCPT", "550 5.1.1 no such user", RejectedError),
        ("RCPT", "550-5.1.1 The account\r\n550-5.1.1 is not\r\n550 5.1.1 here", None),
        ("RCPT", "550 no such user", RejectedError),
        ("RCPT", "552 5.2.2 mailbox full", RejectedError),
        ("RCPT", "554 5.7.1 <a@b.example>: Relay access denied", PermissionDeniedError),
        ("RCPT", "550 5.7.1 Client host rejected: no", PermissionDeniedError),
        ("RCPT", "550 5.1.8 Sender address rejected", PermissionDeniedError),
        ("RCPT", HANG_UP, SOON),
        ("DATA", "451 4.3.0 later", SOON),
        ("DATA", "554 5.5.1 no valid recipients", RejectedError),
        ("DATA", "250 ok", SOON),
        ("DATA", HANG_UP, SOON),
        ("DOT", "421 4.3.2 closing", SOON),
        ("DOT", "451 4.3.0 later", SOON),
        ("DOT", "554 5.7.1 looks like spam", RejectedError),
        ("DOT", "550 5.7.26 unauthenticated sender", PermissionDeniedError),
        ("DOT", "552 5.3.4 too large", TooLongError),
        ("DOT", HANG_UP, UNKNOWN),
        ("DOT", RESET, UNKNOWN),
        ("DOT", HALF, UNKNOWN),
        ("DOT", "no code at all", UNKNOWN),
        ("DOT", "354 go ahead", UNKNOWN),
    ],
)
def test_what_goes_wrong_is_named_for_what_happens_next(
    tmp_path: Path, server: SmtpServer, at: str, what: Any, kind: type[Exception] | None
) -> None:
    server.fail(Trouble(at=at, what=what))
    patience = 1.0 if what is SILENCE else 60.0

    [error] = Desk(tmp_path, server, timeout=patience).send(ADA)

    assert type(error) is kind or (
        kind in {None, RejectedError} and isinstance(error, RejectedError)
    )
    assert server.mails == []
    assert "ada" not in str(error)


@pytest.mark.parametrize("what", [HANG_UP, RESET])
def test_what_is_lost_on_the_way_is_told_from_what_was_refused(
    desk: Desk, server: SmtpServer, what: Any
) -> None:
    """Whether the end of the mail arrived as well, only the server knows."""
    server.fail(Trouble(at="CONTENT", what=what))

    [error] = desk.send(ADA)

    assert type(error) in {TransientError, OutcomeUnknownError}
    assert server.mails == []


def test_an_end_that_nobody_answers_is_unknown_to_the_core(
    tmp_path: Path, server: SmtpServer
) -> None:
    """The core's own limit ends it, and it knows that something was sent."""
    server.fail(Trouble(at="DOT", what=SILENCE, accepted=True))

    [error] = Desk(tmp_path, server, timeout=1.0).send(ADA)

    assert type(error) is TimeoutError
    assert taken(server) == [ADA]


def test_no_server_is_a_rest_for_all(tmp_path: Path) -> None:
    with SmtpServer() as server:
        pass

    [error] = Desk(tmp_path, server).send(ADA)

    assert isinstance(error, RateLimitedError)
    assert error.retry_after is not None
    assert "127.0.0.1" in str(error)


@pytest.mark.parametrize(
    "reply",
    ["550 5.1.1 no such user", "450 4.2.0 later", "554 5.7.1 rejected", "501 what"],
)
def test_one_reader_s_fault_stops_no_other(
    tmp_path: Path, server: SmtpServer, reply: str
) -> None:
    server.refuse = lambda recipient: reply if recipient == BOB else None

    found = Desk(tmp_path, server, to=[ADA, BOB, EVE]).send(ADA, BOB, EVE)

    assert [isinstance(it, Receipt) for it in found] == [True, False, True]
    assert not isinstance(found[1], TargetBlockedError | RateLimitedError)
    assert taken(server) == [ADA, EVE]
    assert server.connections == 1


@pytest.mark.parametrize("what", [HANG_UP, "421 4.4.2 idle for too long"])
@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA"])
def test_a_connection_that_was_closed_meanwhile_is_replaced(
    desk: Desk, server: SmtpServer, at: str, what: Any
) -> None:
    """Nothing was accepted on it: the mail goes over a new one, once."""
    server.fail(Trouble(at=at, what=what, skip=1))

    found = desk.send(ADA, BOB)

    assert all(isinstance(it, Receipt) for it in found)
    assert taken(server) == [ADA, BOB]
    assert server.connections == 2


def test_what_was_lost_after_its_end_is_not_sent_again(
    desk: Desk, server: SmtpServer
) -> None:
    """Also on a connection that was used before."""
    server.fail(Trouble(at="DOT", what=HANG_UP, accepted=True, skip=1))

    found = desk.send(ADA, BOB, EVE)

    assert isinstance(found[1], OutcomeUnknownError)
    assert taken(server) == [ADA, BOB, EVE]


def test_who_is_not_there_is_never_written_to_again(
    desk: Desk, server: SmtpServer
) -> None:
    server.fail(Trouble(at="RCPT", what="550 5.1.1 <ada@example.org>: no such user"))

    desk.send(ADA)
    again = desk.send(ADA, BOB)

    assert [it.address for it in desk.recipients()] == [BOB, EVE]
    assert isinstance(again[0], RejectedError)
    assert taken(server) == [BOB]
    kept = dict(desk.state.scan())
    assert "ada" not in str(kept)
    assert "no such user" in str(kept)


@pytest.mark.parametrize(
    "reply", ["550 5.7.1 not from you", "550 no", "552 5.2.2 full", "450 4.1.1 later"]
)
def test_who_only_could_not_be_reached_is_written_to_again(
    desk: Desk, server: SmtpServer, reply: str
) -> None:
    server.fail(Trouble(at="RCPT", what=reply))

    desk.send(ADA)

    assert len(desk.recipients()) == 3


def test_a_mail_larger_than_the_server_takes_is_not_sent(
    tmp_path: Path, server: SmtpServer
) -> None:
    server.offers = ("SIZE 100",)

    [error] = Desk(tmp_path, server).send(ADA)

    assert isinstance(error, TooLongError)
    assert "takes mails of 100 bytes at most" in str(error)
    assert not [line for line in server.said if line.startswith("MAIL")]


def test_what_the_server_can_is_used(desk: Desk, server: SmtpServer) -> None:
    desk.send(ADA)

    [mail] = server.mails
    assert mail.options == f"SIZE={len(mail.raw)}"


def test_a_server_without_extensions_gets_none(
    tmp_path: Path, server: SmtpServer
) -> None:
    server.offers = ()

    Desk(tmp_path, server).send(ADA)

    assert server.mails[0].options == ""


@pytest.mark.parametrize("knows", [True, False])
def test_an_address_that_is_not_ascii_needs_a_server_that_takes_it(
    tmp_path: Path, server: SmtpServer, knows: bool
) -> None:
    server.offers = ("8BITMIME", "SMTPUTF8") if knows else ("8BITMIME",)

    [found] = Desk(tmp_path, server, to=["jürgen@example.org"]).send(
        "jürgen@example.org"
    )

    if knows:
        assert server.mails[0].options == "BODY=8BITMIME SMTPUTF8"
        assert taken(server) == ["jürgen@example.org"]
    else:
        assert isinstance(found, RejectedError)
        assert "ASCII addresses only" in str(found)
