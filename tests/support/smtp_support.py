"""A mail server on a real socket that follows a script of troubles."""

from __future__ import annotations

import os
import socket
import socketserver
import ssl
import struct
import threading
import time
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from share_bridge.testing.faults import Lost

__all__ = ["Mail", "SmtpServer", "Trouble"]

_GREETING = "220 fake.example ESMTP"


@dataclass(frozen=True)
class Mail:
    """A mail that the server took: it will be delivered."""

    sender: str
    recipient: str
    options: str
    raw: bytes


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What goes wrong.

    Attributes:
        at: `GREETING`, a command, or `DOT`: the end of a mail.
        what: Another reply, or how the answer gets lost; UNREACHABLE hangs up.
        accepted: The mail was taken before (at `DOT`).
        skip, times: So many pass before; so many are met, None: all.
        delay: Seconds before.

    """

    at: str
    what: str | Lost
    accepted: bool = False
    skip: int = 0
    times: int | None = 1
    delay: float = 0.0


@dataclass
class SmtpServer:
    """Takes every mail, but for its troubles.

    Attributes:
        tls: Encrypts: from the first byte, or with `starttls` when asked.
        accounts: Who may log in, by user: a password or an access token.
        offers: Further lines of its answer to EHLO.
        refuse: The reply to a recipient; None: it is welcome.
        mails: What it took.
        said: Every command of every connection, without what is secret.

    """

    tls: ssl.SSLContext | None = None
    starttls: bool = False
    accounts: dict[str, str] = field(default_factory=dict)
    mechanisms: str = "PLAIN LOGIN XOAUTH2"
    offers: tuple[str, ...] = ("SIZE 1000000", "8BITMIME", "SMTPUTF8")
    refuse: Callable[[str], str | None] = lambda _: None
    mails: list[Mail] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._troubles: list[Trouble] = []
        self._met: dict[int, int] = {}
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Listener(("127.0.0.1", 0), self._handler())
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def fail(self, *troubles: Trouble) -> None:
        """Have these from now on; the first that fits is met."""
        with self._lock:
            self._troubles += troubles

    def recover(self) -> None:
        """Have none any more."""
        with self._lock:
            self._troubles.clear()

    def meet(self, at: str) -> Trouble | None:
        """The trouble that is met here, if one is."""
        with self._lock:
            for trouble in self._troubles:
                if trouble.at != at:
                    continue
                met = self._met[id(trouble)] = self._met.get(id(trouble), 0) + 1
                last = None if trouble.times is None else trouble.skip + trouble.times
                if met > trouble.skip and (last is None or met <= last):
                    return trouble
        return None

    def take(self, mail: Mail) -> None:
        with self._lock:
            self.mails.append(mail)

    def note(self, command: str) -> None:
        with self._lock:
            self.said.append(command)

    def _handler(self) -> type[socketserver.BaseRequestHandler]:
        return type("Handler", (_Conversation,), {"host": self})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients that were killed are expected."""


class _GoneError(Exception):
    """The connection is over."""


class _Conversation(socketserver.BaseRequestHandler):
    host: SmtpServer

    def setup(self) -> None:
        self.stream: Any = self.request
        self.encrypted = False
        if self.host.tls is not None and not self.host.starttls:
            self._encrypt()
        self.file = self.stream.makefile("rb")
        self.user = ""
        with self.host._lock:
            self.host.connections += 1

    def handle(self) -> None:
        try:
            self._answer("GREETING", _GREETING)
            while self._command():
                pass
        except (_GoneError, OSError):
            return

    def finish(self) -> None:
        self.file.close()
        self.stream.close()

    def _encrypt(self) -> None:
        assert self.host.tls is not None
        self.stream = self.host.tls.wrap_socket(self.stream, server_side=True)
        self.encrypted = True

    def _line(self) -> str:
        line = self.file.readline(4096)
        if not line.endswith(b"\r\n"):
            raise _GoneError
        return str(line[:-2].decode())

    def _command(self) -> bool:
        line = self._line()
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        self.host.note(f"{verb} {rest.split(' ')[0]}" if verb == "AUTH" else line)
        if verb == "EHLO":
            self._answer("EHLO", self._offers())
        elif verb == "STARTTLS":
            self._answer("STARTTLS", "220 go ahead")
            self._encrypt()
            self.file = self.stream.makefile("rb")
        elif verb == "AUTH":
            self._auth(rest)
        elif verb == "MAIL":
            self._mail(rest)
        elif verb == "RCPT":
            self.recipient = rest.partition("<")[2].rpartition(">")[0]
            self._answer("RCPT", self.host.refuse(self.recipient) or "250 2.1.5 ok")
        elif verb == "DATA":
            self._data()
        elif verb == "QUIT":
            self._answer("QUIT", "221 2.0.0 bye")
            return False
        else:
            self._answer(verb, "250 2.0.0 ok" if verb == "RSET" else "500 what?")
        return True

    def _offers(self) -> str:
        lines = ["fake.example", *self.host.offers]
        if self.host.starttls and not self.encrypted:
            lines.append("STARTTLS")
        elif self.host.accounts:
            lines.append(f"AUTH {self.host.mechanisms}")
        return "\r\n".join(
            f"250{' ' if number == len(lines) else '-'}{line}"
            for number, line in enumerate(lines, start=1)
        )

    def _auth(self, rest: str) -> None:
        mechanism, _, first = rest.partition(" ")
        if mechanism == "LOGIN":
            self._say("334 VXNlcm5hbWU6")
            user = b64decode(self._line()).decode()
            self._say("334 UGFzc3dvcmQ6")
            secret = b64decode(self._line()).decode()
        elif mechanism == "PLAIN":
            _, user, secret = b64decode(first).decode().split("\0")
        else:
            parts = b64decode(first).decode().split("\1")
            user = parts[0].removeprefix("user=")
            secret = parts[1].removeprefix("auth=Bearer ")
        if self.host.accounts.get(user) == secret:
            self.user = user
            self._answer("AUTH", "235 2.7.0 welcome")
            return
        if mechanism == "XOAUTH2":
            self._say("334 eyJzdGF0dXMiOiI0MDEifQ==")
            self._line()
        self._answer("AUTH", "535 5.7.8 authentication failed")

    def _mail(self, rest: str) -> None:
        if self.host.accounts and not self.user:
            self._answer("MAIL", "530 5.7.0 log in first")
            return
        sender, _, options = rest.partition("<")[2].partition(">")
        self.sender, self.options = sender, options.strip()
        self._answer("MAIL", "250 2.1.0 ok")

    def _data(self) -> None:
        self._answer("DATA", "354 go ahead")
        lines: list[bytes] = []
        while (line := self.file.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise _GoneError
            if not lines and (trouble := self.host.meet("CONTENT")):
                self._trouble(trouble, "")
            lines.append(line.removeprefix(b"."))
        mail = Mail(self.sender, self.recipient, self.options, b"".join(lines))
        trouble = self.host.meet("DOT")
        if trouble is None or trouble.accepted:
            self.host.take(mail)
        number = len(self.host.mails)
        self._play(trouble, f"250 2.0.0 ok {number} for <{self.recipient}>")

    def _answer(self, at: str, reply: str) -> None:
        self._play(self.host.meet(at), reply)

    def _play(self, trouble: Trouble | None, reply: str) -> None:
        if trouble is None:
            self._say(reply)
        else:
            self._trouble(trouble, reply)

    def _trouble(self, trouble: Trouble, reply: str) -> None:
        if trouble.delay:
            time.sleep(trouble.delay)
        what = trouble.what
        if not isinstance(what, Lost):
            self._say(what)
            if what.startswith("421"):
                raise _GoneError
        elif what is Lost.HALF:
            self.stream.sendall(reply[: len(reply) // 2].encode())
            raise _GoneError
        elif what is Lost.RESET:
            self._reset()
        elif what is Lost.UNREACHABLE:
            raise _GoneError
        else:
            self.host.stopping.wait(30)
            raise _GoneError

    def _reset(self) -> None:
        """End the connection as a crash does."""
        if not isinstance(self.stream, ssl.SSLSocket):
            linger = struct.pack("ii", 1, 0)
            self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.file.close()
            os.close(self.stream.detach())
        raise _GoneError

    def _say(self, reply: str) -> None:
        self.stream.sendall(reply.encode() + b"\r\n")
