"""Makes a mail of a message; nothing that a post says can begin a header."""

from __future__ import annotations

import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import quote

from share_bridge.plugin import Message, for_line, for_terminal
from share_bridge_email.letter import draw

__all__ = ["compose", "message_id"]

# RFC 5322 §2.1.1 (2026-11-22): characters of a line; room for the header's name.
MAX_URL = 998 - len("Archived-At: <>")
_WORD = re.compile(r"\S{900}")
_VERBATIM = frozenset({"archived-at", "message-id"})


class _Policy(EmailPolicy):
    """SMTP's rules, but what a post says is text, however much it looks like a header.

    The library would decode `=?utf-8?q?=0D=0ABcc:…?=` in a subject, and write what
    it says; and it would fold an address into encoded words that nobody can follow.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        if name.lower() in {"subject", *_VERBATIM}:
            return name, for_line(value)
        return super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() == "subject":
            value = self._folded(value)
        elif name.lower() not in _VERBATIM:
            return super().fold_binary(name, value)
        return f"{name}: {value}{self.linesep}".encode("ascii")

    def _folded(self, text: str) -> str:
        is_plain = text.isascii() and "=?" not in text and not _WORD.search(text)
        header = Header(
            text, "us-ascii" if is_plain else "utf-8", header_name="Subject"
        )
        return header.encode(linesep=self.linesep)


_POLICY = _Policy(linesep="\r\n", utf8=False)


def message_id(key: str, sender: Address) -> str:
    """The same for every attempt of one delivery."""
    return f"<{key}@{sender.domain}>"


def compose(
    message: Message,
    *,
    sender: Address,
    to: Address,
    subject: str,
    key: str,
    date: datetime,
) -> bytes:
    """The mail as it stands in a file and goes over the wire: ASCII, CRLF.

    Args:
        message: What it says.
        sender: With an ASCII domain, as `addresses.parse` gives it.
        to: The same.
        subject: As configured: `{title}` stands for the post's title.
        key: Idempotency key of the delivery.
        date: When it is sent.

    """
    line = _subject(message, subject)
    mail = EmailMessage(policy=_POLICY)
    mail["Date"] = date
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = line
    mail["Message-ID"] = message_id(key, sender)
    # RFC 3834: nobody is answered by a holiday notice
    mail["Auto-Submitted"] = "auto-generated"
    if archived := _url(message.link):
        mail["Archived-At"] = f"<{archived}>"  # RFC 5064
    letter = draw(message, subject=line, sender=sender.display_name or str(sender))
    mail.set_content(_plain(message), cte="quoted-printable")
    mail.add_alternative(letter, subtype="html", cte="quoted-printable")
    if re.fullmatch(r"[A-Za-z0-9-]{1,35}", message.language):
        mail["Content-Language"] = message.language
    mail.set_boundary(f"=_{key}")  # no line of a quoted-printable part can hold "=_"
    return mail.as_bytes()


def _subject(message: Message, subject: str) -> str:
    title = for_line(message.title) or for_line(message.teaser)[:70]
    return for_line(subject.replace("{title}", title)) or "…"


def _plain(message: Message) -> str:
    """Title, text and link; a content warning stands in for the text."""
    warning = message.content_warning and f"⚠ {for_line(message.content_warning)}"
    text = warning or message.text.strip()
    blocks = [for_line(message.title), text]
    if message.link and message.link not in text:
        words = for_line(message.read_more)
        blocks.append(f"{words}: {message.link}" if words else message.link)
    return for_terminal("\n\n".join(filter(None, blocks))) + "\n"


def _url(link: str) -> str:
    """The link in ASCII, or empty where it is none or fits no header."""
    if not re.match(r"https?://", link, re.IGNORECASE):
        return ""
    url = quote(for_line(link), safe="/:?#@!$&'*+,;=%~-._()[]")
    return url if len(url) <= MAX_URL else ""
