"""Reads addresses as people write them, and lets none through that is not one."""

from __future__ import annotations

from email.errors import MessageError, NonASCIILocalPartDefect
from email.headerregistry import Address
from email.policy import SMTP
from typing import Annotated

from share_bridge.plugin import Check, for_line

__all__ = ["Mailbox", "parse"]

# RFC 5321 §4.5.3.1 (2026-11-22): octets of a local part, and of a whole path
# without its angle brackets.
MAX_LOCAL = 64
MAX_ADDRESS = 254


def parse(text: str) -> Address:
    """The one address in `Name <someone@example.org>` or `someone@example.org`.

    Raises:
        ValueError: It is none, or more than one; the text is not repeated.

    """
    found = _addresses(text)
    if len(found) != 1 or not found[0].domain:
        raise ValueError("has to be one address, such as 'Ada <ada@example.org>'")
    name, local = found[0].display_name, found[0].username
    domain = _ascii(found[0].domain)
    octets = len(local.encode())
    if octets > MAX_LOCAL or octets + len(f"@{domain}") > MAX_ADDRESS:
        raise ValueError("is longer than an address may be")
    return Address(name, local, domain)


def _valid(text: str) -> str:
    parse(text)
    return text


#: A setting: text that `parse` can read.
Mailbox = Annotated[str, Check(_valid)]


def _addresses(text: str) -> tuple[Address, ...]:
    if for_line(text) != text.strip():
        return ()
    try:
        header = SMTP.header_factory("To", text)
        found: tuple[Address, ...] = header.addresses
        is_group = any(group.display_name is not None for group in header.groups)
    except (MessageError, ValueError, IndexError, AttributeError):
        return ()
    wrong = [it for it in header.defects if not isinstance(it, NonASCIILocalPartDefect)]
    return () if wrong or is_group else found


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode().lower()
    except UnicodeError as error:
        raise ValueError("has no valid domain behind the @") from error
