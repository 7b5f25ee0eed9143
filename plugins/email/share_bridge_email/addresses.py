"""Reads addresses as people write them, and lets none through that is not one."""

from __future__ import annotations

import re
from email.errors import MessageError, NonASCIILocalPartDefect
from email.headerregistry import Address
from email.policy import SMTP
from functools import lru_cache
from typing import Annotated

from share_bridge.plugin import Check, for_line

__all__ = ["Mailbox", "parse"]

# RFC 5321 §4.5.3.1 (2026-11-22): octets of a local part, and of a whole path
# without its angle brackets.
MAX_LOCAL = 64
MAX_ADDRESS = 254
# RFC 5322 §3.2.3: dot-atoms, and a name of bare words.
_PLAIN = re.compile(
    r"(?:(?P<name>[A-Za-z]+(?: [A-Za-z]+)*) <)?"
    r"(?P<local>[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)"
    r"@(?P<domain>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?P<end>>)?"
)


@lru_cache(maxsize=64)  # the sender's, for every mail
def parse(text: str) -> Address:
    """The one address in `Name <someone@example.org>` or `someone@example.org`.

    Raises:
        ValueError: It is none, or more than one; the text is not repeated.

    """
    name, local, domain = _plain(text) or _by_the_book(text)
    octets = len(local.encode())
    if octets > MAX_LOCAL or octets + len(f"@{domain}") > MAX_ADDRESS:
        raise ValueError("is longer than an address may be")
    return Address(name, local, domain)


def _plain(text: str) -> tuple[str, str, str] | None:
    """Name, local part and domain, where they are as plain as most: a list has many."""
    found = _PLAIN.fullmatch(text.strip())
    if found is None or (found["name"] is None) != (found["end"] is None):
        return None
    return found["name"] or "", found["local"], _ascii(found["domain"])


def _by_the_book(text: str) -> tuple[str, str, str]:
    found = _addresses(text)
    if len(found) != 1 or not found[0].domain:
        raise ValueError("has to be one address, such as 'Ada <ada@example.org>'")
    return found[0].display_name, found[0].username, _ascii(found[0].domain)


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
