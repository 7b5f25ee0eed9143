"""Reads mails that came back: reports of failed delivery, and wishes to unsubscribe.

A report counts only where it holds the headers of a mail of ours: they have the token
of its reader, which nobody else knows. So no forged report can unsubscribe anyone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.header import decode_header, make_header
from email.message import Message
from enum import StrEnum

from share_bridge_email.refusal import masked
from share_bridge_email.suppression import TOKEN
from share_bridge_email.unsubscribe import SUBJECT

__all__ = ["Kind", "Returned", "read_returned"]

# RFC 3463 (2026-11-24): there is no such mailbox or domain, or it is closed; what
# 5.1.7 and 5.1.8 say is about the sender.
_FOR_GOOD = re.compile(r"5\.1\.(?!7$|8$)\d+|5\.2\.1|5\.4\.4")
_CODE = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_NOTHING_SAID = {"5.0.0", "4.0.0", ""}


class Kind(StrEnum):
    """What a mail that came back is."""

    #: The reader wants no more mails.
    LEFT = "left"
    #: There is no such reader any more.
    FAILED = "failed"
    #: It did not arrive, and another one may.
    TROUBLE = "trouble"
    #: A report that proves nothing: whose it is cannot be told.
    UNPROVEN = "unproven"
    #: Something else.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Returned:
    """One mail that came back.

    Attributes:
        kind: What it is.
        token: Of the reader; empty where it cannot be told.
        why: What the server said, without addresses.

    """

    kind: Kind
    token: str = ""
    why: str = ""


def read_returned(raw: bytes) -> Returned:
    """What one mail means."""
    mail = message_from_bytes(raw)
    if token := _wish(mail):
        return Returned(Kind.LEFT, token, "asked")
    blocks = _blocks(mail)
    if not blocks:
        return Returned(Kind.OTHER)
    token = _token(mail)
    why = masked(_said(blocks[0]))
    if not token:
        return Returned(Kind.UNPROVEN, why=why)
    gone = all(_is_for_good(block) for block in blocks)
    return Returned(Kind.FAILED if gone else Kind.TROUBLE, token, why)


def _wish(mail: Message) -> str:
    """The token in a subject that asks to unsubscribe, or empty."""
    subject = _decoded(mail.get("Subject", ""))
    if not subject.lower().lstrip().startswith(SUBJECT):
        return ""
    found = TOKEN.search(subject.lower())
    return found[0] if found else ""


def _decoded(header: str) -> str:
    try:
        return str(make_header(decode_header(str(header))))
    except (ValueError, LookupError):
        return str(header)


def _blocks(mail: Message) -> list[Message]:
    """The parts of a report that are about one recipient each (RFC 3464 §2.3)."""
    for part in mail.walk():
        blocks = part.get_payload()
        is_status = part.get_content_type() == "message/delivery-status"
        if is_status and isinstance(blocks, list):
            return [
                block
                for block in blocks
                if isinstance(block, Message) and block.get("Final-Recipient")
            ]
    return []


def _token(mail: Message) -> str:
    """The token in the headers of the mail that was returned, or empty."""
    for part in mail.walk():
        if part is mail:
            continue
        header = part.get("List-Unsubscribe") or _header_in(part)
        if found := TOKEN.search(re.sub(r"\s", "", str(header))):
            return found[0]
    return ""


def _header_in(part: Message) -> str:
    """`List-Unsubscribe` of a mail of which the headers alone came back."""
    if part.get_content_type() != "text/rfc822-headers":
        return ""
    content = part.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return str(message_from_string(text).get("List-Unsubscribe", ""))


def _is_for_good(block: Message) -> bool:
    action = str(block.get("Action", "")).strip().lower()
    return action == "failed" and bool(_FOR_GOOD.fullmatch(_status(block)))


def _status(block: Message) -> str:
    """The code of the report, else the one in the words of the last server."""
    found = _CODE.search(str(block.get("Status", "")))
    status = found[1] if found else ""
    if status in _NOTHING_SAID:
        finer = _CODE.search(str(block.get("Diagnostic-Code", "")))
        return finer[1] if finer else status
    return status


def _said(block: Message) -> str:
    words = " ".join(str(block.get("Diagnostic-Code", "")).split())
    words = words.removeprefix("smtp;").strip()
    return words or _status(block) or "it was not delivered"
