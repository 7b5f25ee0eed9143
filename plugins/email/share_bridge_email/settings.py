"""What an e-mail target may say, checked before anything is sent."""

from __future__ import annotations

import re
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta, field

from share_bridge.plugin import Check, Secret, Settings
from share_bridge_email.addresses import Mailbox

__all__ = ["EmailSettings", "Server"]

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?")
_LIST_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_USUAL_PORT = {"tls": 465, "starttls": 587, "none": 25}


class Server(NamedTuple):
    """Where mails are handed over.

    Attributes:
        host: Its name.
        port: Where it listens.
        security: `tls` from the first byte, `starttls`, or `none`.

    """

    host: str
    port: int
    security: str


def _host(text: str) -> str:
    host = text.strip().lower()
    if "://" in host or not _HOST.fullmatch(host) or host.endswith(":"):
        raise ValueError("has to be the name of a server, such as smtp.example.org")
    if host.count(":") == 1:
        raise ValueError("has to be the name alone; write the port as port = …")
    return host


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has to be one line without control characters")
    return text


def _unsubscribe_url(url: str) -> str:
    """RFC 8058 wants https, and an address that says who it is."""
    if not url.startswith("https://") or not url.isascii() or re.search(r"[\s<>]", url):
        raise ValueError("has to begin with https://")
    if "{token}" not in url and "{address}" not in url:
        raise ValueError("has to say who leaves: put {token} or {address} into it")
    return url


def _list_id(text: str) -> str:
    if not _LIST_ID.fullmatch(text):
        raise ValueError("has to be a name such as blog.example.org")
    return text.lower()


def _is_login(secret: Secret) -> Secret:
    if not secret.reveal().strip() or not secret.reveal().isprintable():
        raise ValueError("has to be one line of characters")
    return secret


class EmailSettings(Settings):
    """What `[targets.NAME]` of an e-mail target may say."""

    sender: Mailbox = field(name="from")
    """Who writes: `Name <someone@example.org>`."""

    to: tuple[Mailbox, ...] = ()
    """Who reads; each gets a mail of their own and sees no other."""

    readers: str = field(name="list", default="")
    """A file of readers: one address a line, or CSV with a header."""

    server: Annotated[str, Check(_host)] | None = None
    """The mail server that takes your mails, such as `smtp.example.org`."""

    port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    """Of that server; else 465, 587 with STARTTLS."""

    security: Literal["tls", "starttls", "none"] | None = None
    """How the connection is encrypted; else by the port. `none`: this machine only."""

    user: Annotated[str, Check(_one_line)] = ""
    """Whom to log in as; with a password or a token only, the address in `from`."""

    password: Annotated[Secret, Check(_is_login)] | None = None
    """For servers that want a password."""

    token: Annotated[Secret, Check(_is_login)] | None = None
    """An OAuth access token, for servers that want one (XOAUTH2)."""

    folder: str = ""
    """Instead of a server: where mails go as files, relative to the configuration."""

    subject: Annotated[str, Meta(min_length=1)] = "{title}"
    """`{title}` stands for the post's title."""

    reply_to: Mailbox | None = None
    """Where answers go, if not to `from`."""

    bounces: Mailbox | None = None
    """Where servers report what could not be delivered, if not to `from`."""

    unsubscribe_url: Annotated[str, Check(_unsubscribe_url)] | None = None
    """Your page that unsubscribes whom `{token}` or `{address}` names, at one click."""

    unsubscribe_to: Mailbox | None = None
    """Who gets mails that ask to unsubscribe, if not `from`."""

    list_id: Annotated[str, Check(_list_id)] | None = None
    """The name by which mail programs know the list; else made from `from`."""

    footer: str = ""
    """A last line, such as your postal address."""

    images: bool = True
    """Show the post's first picture, which mail programs load from your site."""

    dkim_selector: Annotated[str, Check(_one_line)] = ""
    """For `doctor`: under which name the DKIM key stands."""

    dns: Annotated[str, Check(_one_line)] = ""
    """For `doctor`: a DNS server to ask, `address` or `address:port`."""

    def __post_init__(self) -> None:
        if (self.server is None) == (not self.folder):
            raise ValueError('needs a server, or a folder, as in folder = "out/mail"')
        if not self.to and not self.readers:
            raise ValueError("needs readers: to = […], or list with the name of a file")
        if self.server is None and (self.password or self.token or self.security):
            raise ValueError("has a folder: login and security are for a server")
        if self.password and self.token:
            raise ValueError("needs a password or a token, not both")
        if self.server and self.handover.security == "none":
            self._stay_on_this_machine(self.server)

    def _stay_on_this_machine(self, host: str) -> None:
        if not _LOOPBACK.fullmatch(host):
            raise ValueError('security = "none" is for servers on this machine only')
        if self.password or self.token:
            raise ValueError('security = "none" would show the login to everyone')

    @property
    def handover(self) -> Server:
        """The server, with what follows from what is not said."""
        if self.server is None:
            raise ValueError("there is no server")
        security: str = self.security or (
            "tls" if self.port in {None, _USUAL_PORT["tls"]} else "starttls"
        )
        return Server(self.server, self.port or _USUAL_PORT[security], security)
