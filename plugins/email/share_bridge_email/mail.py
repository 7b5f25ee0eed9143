"""Makes a mail of a message; nothing that a post says can begin a header."""

from __future__ import annotations

import re
from datetime import datetime
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
_UNFOLDED = frozenset({"archived-at", "message-id"})


class _Policy(EmailPolicy):
    """SMTP's rules, but a header without spaces is not folded into encoded words."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in _UNFOLDED:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


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
    if re.fullmatch(r"[A-Za-z0-9-]+", message.language):
        mail["Content-Language"] = message.language
    letter = draw(message, subject=line, sender=sender.display_name or str(sender))
    mail.set_content(_plain(message), cte="quoted-printable")
    mail.add_alternative(letter, subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def _subject(message: Message, subject: str) -> str:
    title = message.title or message.teaser[:70] or message.link
    return for_line(subject.replace("{title}", title)) or "…"


def _plain(message: Message) -> str:
    """Title, text and link; a content warning stands in for the text."""
    body = message.text
    if message.content_warning:
        link = message.link and f"{message.read_more or 'Read more'}: {message.link}"
        body = "\n\n".join(filter(None, (f"⚠ {message.content_warning}", link)))
    lines = (for_line(message.title), for_terminal(body).strip())
    return "\n\n".join(filter(None, lines)) + "\n"


def _url(link: str) -> str:
    """The link in ASCII, or empty where it is none or fits no header."""
    if not re.match(r"https?://", link, re.IGNORECASE):
        return ""
    url = quote(link, safe="/:?#@!$&'*+,;=%~-._()[]")
    return url if len(url) <= MAX_URL else ""
