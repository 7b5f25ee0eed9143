"""A connection that is greeted, encrypted and logged in, and hands mails over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from share_bridge_email.smtp.conversation import Conversation
from share_bridge_email.smtp.login import Login, log_in
from share_bridge_email.smtp.reply import LostError, NonsenseError, Reply

if TYPE_CHECKING:
    import asyncio

__all__ = ["Envelope", "LackError", "RefusedError", "Session", "Step", "stuffed"]

_GO_ON = 354
_CLOSING = 421
#: Servers close a connection that carries many more (network-wide custom, 2026-11-24).
_MOST_MAILS = 100


class Step(StrEnum):
    """Where in a conversation a server says no."""

    GREETING = "the connection"
    HELLO = "the greeting"
    TLS = "STARTTLS"
    LOGIN = "the login"
    SENDER = "the sender"
    RECIPIENT = "the recipient"
    CONTENT = "the mail"


class RefusedError(Exception):
    """The server says no.

    Args:
        step: To what.
        reply: In which words.

    """

    def __init__(self, step: Step, reply: Reply) -> None:
        super().__init__(reply.text)
        self.step = step
        self.reply = reply


class LackError(Exception):
    """The server cannot do what is needed: STARTTLS, a login, such addresses."""

    def __init__(self, step: Step, what: str) -> None:
        super().__init__(what)
        self.step = step


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a server is told of a mail before it sees it.

    Attributes:
        sender: Who is told when it cannot be delivered; an address.
        recipient: Whom it is for; an address.

    """

    sender: str
    recipient: str


class Session:
    """One connection; made by `open_session`.

    Attributes:
        mails: How many were begun on it.

    """

    def __init__(self, conversation: Conversation) -> None:
        self.mails = 0
        self._conversation = conversation
        self._offers: dict[str, str] = {}

    async def greet(
        self,
        name: str,
        *,
        encrypt: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None,
        login: Login | None = None,
    ) -> None:
        """Say hello; then encrypt and log in, where wanted.

        Args:
            name: Who we say we are: a domain.
            encrypt: Starts TLS (STARTTLS); None: it is on already, or not wanted.
            login: Who logs in, or None.

        Raises:
            RefusedError, LackError, LostError: It came to nothing.

        """
        _expect(await self._conversation.hear(), Step.GREETING)
        await self._hello(name)
        if encrypt is not None:
            if "STARTTLS" not in self._offers:
                raise LackError(Step.TLS, "offers no STARTTLS")
            _expect(await self._conversation.ask("STARTTLS"), Step.TLS)
            await encrypt(self._conversation.writer)
            await self._hello(name)
        if login is not None:
            offered = frozenset(self._offers.get("AUTH", "").upper().split())
            reply = await log_in(self._conversation, login, offered)
            if reply is None:
                ways = " and ".join(sorted(offered)) or "none"
                raise LackError(
                    Step.LOGIN, f"offers no login that fits (it has {ways})"
                )
            _expect(reply, Step.LOGIN)

    async def begin(self, envelope: Envelope, mail: bytes) -> None:
        """Hand a mail over but for its end: surely nothing is accepted yet.

        Raises:
            RefusedError, LackError, LostError: It came to nothing.

        """
        self.mails += 1
        utf8 = not (envelope.recipient + envelope.sender).isascii()
        if utf8 and "SMTPUTF8" not in self._offers:
            raise LackError(Step.RECIPIENT, "takes ASCII addresses only")
        self._check_size(mail)
        ask = self._conversation.ask
        options = self._options(mail, utf8=utf8)
        _expect(await ask(f"MAIL FROM:<{envelope.sender}>{options}"), Step.SENDER)
        _expect(await ask(f"RCPT TO:<{envelope.recipient}>"), Step.RECIPIENT)
        reply = await ask("DATA")
        if reply.code != _GO_ON:
            raise RefusedError(Step.CONTENT, reply)
        await self._conversation.write(stuffed(mail))
        if not self._conversation.is_open():
            raise LostError("it hung up")

    async def finish(self) -> Reply:
        """Say that this was all, and hear that it was accepted.

        Raises:
            RefusedError: It was not.
            LostError: Nobody knows.

        """
        await self._conversation.write(b".\r\n")
        reply = await self._conversation.hear()
        if reply.code < 400:  # noqa: PLR2004 - RFC 5321 §4.2.1
            if reply.code >= 300:  # noqa: PLR2004 - as above
                raise NonsenseError("it asked for more")
            return reply
        raise RefusedError(Step.CONTENT, reply)

    async def reset(self) -> bool:
        """Forget a mail that was refused; False: the connection is of no use."""
        try:
            return (await self._conversation.ask("RSET")).is_positive
        except LostError:
            return False

    async def quit(self) -> None:
        """Say goodbye."""
        try:
            await self._conversation.ask("QUIT")
        except LostError:
            return

    def is_usable(self) -> bool:
        """Whether another mail may go over it."""
        return self._conversation.is_open() and self.mails < _MOST_MAILS

    async def _hello(self, name: str) -> None:
        reply = await self._conversation.ask(f"EHLO {name}")
        _expect(reply, Step.HELLO)
        self._offers.clear()
        for line in reply.lines[1:]:
            word, _, rest = line.replace("=", " ", 1).partition(" ")
            self._offers[word.upper()] = rest

    def _check_size(self, mail: bytes) -> None:
        size = self._offers.get("SIZE", "").strip()
        if size.isdecimal() and 0 < int(size) < len(mail):
            raise LackError(Step.CONTENT, f"takes mails of {int(size):,} bytes at most")

    def _options(self, mail: bytes, *, utf8: bool) -> str:
        options = f" SIZE={len(mail)}" if "SIZE" in self._offers else ""
        if not mail.isascii() and "8BITMIME" in self._offers:
            options += " BODY=8BITMIME"
        return options + (" SMTPUTF8" if utf8 else "")


def stuffed(mail: bytes) -> bytes:
    """The mail as it stands between DATA and the dot (RFC 5321 §4.5.2)."""
    lines = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join(
        (b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines
    )


def is_closing(reply: Reply) -> bool:
    """The server ends the connection with it."""
    return reply.code == _CLOSING


def _expect(reply: Reply, step: Step) -> None:
    if not 200 <= reply.code < 300:  # noqa: PLR2004 - RFC 5321 §4.2.1
        raise RefusedError(step, reply)
