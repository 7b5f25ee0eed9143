"""Makes a mail of a message; nothing that a post says can begin a header."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any
from urllib.parse import quote

from share_bridge.plugin import Message, for_line, for_terminal
from share_bridge_email.addresses import parse
from share_bridge_email.letter import draw, picture
from share_bridge_email.settings import EmailSettings
from share_bridge_email.unsubscribe import Way
from share_bridge_email.words import words

__all__ = ["Addressed", "compose", "message_id", "plain_letter", "subject_line"]

# RFC 5322 §2.1.1 (2026-11-22): characters of a line; room for the header's name.
MAX_URL = 998 - len("Archived-At: <>")
_WORD = re.compile(r"\S{900}")
_VERBATIM = frozenset(
    {"archived-at", "list-id", "list-unsubscribe", "list-unsubscribe-post"}
    | {"message-id"}
)


@dataclass(frozen=True, slots=True)
class Addressed:
    """To whom, and what is this mail's alone.

    Attributes:
        to: The reader.
        way: How they leave.
        key: Idempotency key of the delivery.
        date: When it is sent.

    """

    to: Address
    way: Way
    key: str
    date: datetime


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
        folded = value.replace(">, <", f">,{self.linesep} <")
        return f"{name}: {folded}{self.linesep}".encode("ascii")

    def _folded(self, text: str) -> str:
        is_plain = text.isascii() and "=?" not in text and not _WORD.search(text)
        header = Header(
            text, "us-ascii" if is_plain else "utf-8", header_name="Subject"
        )
        return header.encode(linesep=self.linesep)


_ASCII = _Policy(linesep="\r\n", utf8=False)
# RFC 6532: only for readers whose own address is not ASCII
_UTF8 = _Policy(linesep="\r\n", utf8=True)


def message_id(key: str, sender: Address) -> str:
    """The same for every attempt of one delivery."""
    return f"<{key}@{sender.domain}>"


def compose(message: Message, settings: EmailSettings, mail_to: Addressed) -> bytes:
    """The mail as it stands in a file and goes over the wire: lines end in CRLF.

    ASCII, unless an address is not.
    """
    sender = parse(settings.sender)
    subject = subject_line(message, settings.subject)
    is_ascii = f"{sender.addr_spec}{mail_to.to.addr_spec}".isascii()
    mail = EmailMessage(policy=_ASCII if is_ascii else _UTF8)
    mail["Date"] = mail_to.date
    mail["From"] = sender
    mail["To"] = mail_to.to
    if settings.reply_to is not None:
        mail["Reply-To"] = parse(settings.reply_to)
    mail["Subject"] = subject
    mail["Message-ID"] = message_id(mail_to.key, sender)
    mail["List-Id"] = _list_id(settings, sender)  # RFC 2919
    for name, value in mail_to.way.headers:
        mail[name] = value
    # RFC 3834: nobody is answered by a holiday notice
    mail["Auto-Submitted"] = "auto-generated"
    if archived := _url(message.link):
        mail["Archived-At"] = f"<{archived}>"  # RFC 5064
    letter = draw(message, settings, subject=subject, leave=mail_to.way.link)
    plain = plain_letter(message, settings, leave=mail_to.way.link)
    mail.set_content(plain, cte="quoted-printable")
    mail.add_alternative(letter, subtype="html", cte="quoted-printable")
    if re.fullmatch(r"[A-Za-z0-9-]{1,35}", message.language):
        mail["Content-Language"] = message.language
    # no line of a quoted-printable part can hold "=_"
    mail.set_boundary(f"=_{mail_to.key}")
    return mail.as_bytes()


def subject_line(message: Message, subject: str) -> str:
    """The subject, with the post's title or first words."""
    title = for_line(message.title) or for_line(message.teaser)[:70]
    return for_line(subject.replace("{title}", title)) or "…"


def _list_id(settings: EmailSettings, sender: Address) -> str:
    """`"Learning out loud" <blog.example.org>`, from blog@example.org."""
    local = re.sub(r"[^a-z0-9_-]+", "-", sender.username.lower()).strip("-") or "blog"
    name = settings.list_id or f"{local}.{sender.domain}"
    words = re.sub(r'["\\]', "", sender.display_name)
    return f'"{words}" <{name}>' if words and words.isascii() else f"<{name}>"


def plain_letter(message: Message, settings: EmailSettings, *, leave: str) -> str:
    """Title, text, picture and link; a content warning stands in for the text."""
    warning = message.content_warning and f"⚠ {for_line(message.content_warning)}"
    text = warning or message.text.strip()
    shown = picture(message, settings)
    blocks = [for_line(message.title), text]
    if shown is not None and shown.alt:
        blocks.insert(1, f"[{for_line(shown.alt)}]")
    if message.link and message.link not in text:
        more = for_line(message.read_more)
        blocks.append(f"{more}: {message.link}" if more else message.link)
    body = "\n\n".join(filter(None, blocks))
    return for_terminal(f"{body}\n\n{_ending(message, settings, leave)}") + "\n"


def _ending(message: Message, settings: EmailSettings, leave: str) -> str:
    """Below the line of two dashes, which answers leave out."""
    sender = parse(settings.sender)
    why, word = words(message.language)
    lines = ["-- ", why.replace("{sender}", sender.display_name or sender.addr_spec)]
    lines += [f"{word}: {leave}", for_line(settings.footer)]
    return "\n".join(filter(None, lines))


def _url(link: str) -> str:
    """The link in ASCII, or empty where it is none or fits no header."""
    if not re.match(r"https?://", link, re.IGNORECASE):
        return ""
    url = quote(for_line(link), safe="/:?#@!$&'*+,;=%~-._()[]")
    return url if len(url) <= MAX_URL else ""
