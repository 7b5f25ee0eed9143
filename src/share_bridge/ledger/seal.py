"""Encrypts what strangers who read a journal have no business with.

Deterministic (AES-SIV, RFC 5297), so that the same thing is the same in two clones:
without the key one can tell that two sealed values are equal, and nothing else.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from enum import Enum, auto
from functools import cached_property
from hashlib import blake2b
from typing import Any

from share_bridge.errors import LedgerError, NoKeyError
from share_bridge.ledger.facts import Commit, Fact

__all__ = ["SEALED", "Seal"]

#: How a sealed value begins.
SEALED = "sealed:"
#: A person's address is a keyed hash already.
_HASHED = "hash:"


class _Without(Enum):
    """What becomes of a value where there is no key."""

    REFUSED = auto()
    LEFT_OUT = auto()
    #: Without it a post could be sent twice.
    CLEAR = auto()


_RULES: Mapping[str, Mapping[str, _Without]] = {
    "credential": {"document": _Without.REFUSED},
    "document": {"key": _Without.REFUSED, "document": _Without.REFUSED},
    "delivery": {"progress": _Without.CLEAR},
    "host": {"host": _Without.LEFT_OUT},
    "meta": {},
    "question": {"text": _Without.CLEAR},
}
#: Of a delivery to one of many: services name them in what they answer.
_RECIPIENT = {
    "recipient": _Without.REFUSED,
    "host": _Without.LEFT_OUT,
    "reason": _Without.LEFT_OUT,
    "receipt": _Without.CLEAR,
    "progress": _Without.CLEAR,
}
#: Where in a key a column stands that is sealed.
_PLACES = {"key": 1, "host": 1}
#: The salt of a hash that secrets are in; the rest of its table is no secret.
_SALT = ("meta", ("salt",))
#: What is made anew where it cannot be opened.
_REPLACED = {"credential", "host", "meta"}


class Seal:
    """Seals what is written to a journal, and opens what is read.

    Attributes:
        failed: Something is sealed under another key, and stays sealed.

    Args:
        name: What to call the journal in errors.
        key: 32 bytes; None: there is no key.

    """

    def __init__(self, name: str, key: bytes | None) -> None:
        self.failed = False
        self._name = name
        self._key = key

    def close(self, commit: Commit) -> Commit:
        """The commit as it is written.

        Raises:
            NoKeyError: It has something that strangers must not read.
            LedgerError: The library that encrypts is not installed.

        """
        facts = [it for fact in commit.facts if (it := self._close(fact)) is not None]
        sealed = any(map(_has_sealed, facts))
        return Commit(commit.commit, commit.at, commit.schema, facts, sealed)

    def open(self, commit: Commit) -> Commit:
        """The commit as it was made; what is not ours to read stays sealed."""
        if not commit.sealed:
            return commit
        facts = [it for fact in commit.facts if (it := self._open(fact)) is not None]
        return Commit(commit.commit, commit.at, commit.schema, facts)

    def _close(self, fact: Fact) -> Fact | None:
        """None: it is left out."""
        rules = _rules(fact)
        key, row = list(fact.key), None if fact.row is None else dict(fact.row)
        for column, without in rules.items():
            place = _PLACES.get(column) if fact.table != "delivery" else None
            value = key[place] if place is not None else (row or {}).get(column)
            if not isinstance(value, str) or value.startswith((SEALED, _HASHED)):
                continue
            sealed = self._sealed(fact.table, value, without)
            if place is not None and sealed is not None:
                key[place] = sealed
            elif row is not None and sealed is not None:
                row[column] = sealed
            elif row is not None and fact.table == "delivery":
                del row[column]
            else:
                return None
        return Fact(fact.table, tuple(key), row, fact.over)

    def _sealed(self, table: str, value: str, without: _Without) -> str | None:
        if self._key is not None:
            return self._cipher.seal(value, table)
        if without is _Without.REFUSED:
            raise NoKeyError(
                f"{self._name}: addresses, tokens and what plugins remember are kept "
                "in it encrypted, which needs SHARE_BRIDGE_KEY: set it to a random "
                "text of your own (`openssl rand -hex 32` prints one), the same in "
                "every run"
            )
        return value if without is _Without.CLEAR else None

    def _open(self, fact: Fact) -> Fact | None:
        if fact.table not in _RULES:
            return fact
        key = tuple(self._opened(it, fact.table) for it in fact.key)
        row = fact.row
        if row is not None:
            row = {it: self._opened(value, fact.table) for it, value in row.items()}
        opened = Fact(fact.table, key, row, fact.over)
        return None if fact.table in _REPLACED and _has_sealed(opened) else opened

    def _opened(self, value: Any, table: str) -> Any:
        if not _is_sealed(value):
            return value
        plain = None if self._key is None else self._cipher.open(value, table)
        self.failed = self.failed or plain is None
        return value if plain is None else plain

    @cached_property
    def _cipher(self) -> _Cipher:
        try:
            return _Cipher(self._key or b"")
        except ImportError as error:
            raise LedgerError(
                f"{self._name}: what is encrypted in it needs a library: "
                "pip install 'share-bridge[encryption]'"
            ) from error


class _Cipher:
    """AES-256-SIV under a key made of the site's."""

    def __init__(self, key: bytes) -> None:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - an extra
        from cryptography.hazmat.primitives.ciphers.aead import (  # noqa: PLC0415
            AESSIV,
        )

        self._invalid = InvalidTag
        self._aead = AESSIV(blake2b(key, digest_size=64, person=b"journal").digest())

    def seal(self, value: str, table: str) -> str:
        sealed = self._aead.encrypt(value.encode(), [table.encode()])
        return SEALED + urlsafe_b64encode(sealed).decode()

    def open(self, value: str, table: str) -> str | None:
        """None: it was sealed under another key."""
        try:
            sealed = urlsafe_b64decode(value.removeprefix(SEALED))
            return self._aead.decrypt(sealed, [table.encode()]).decode()
        except (ValueError, self._invalid):
            return None


def _rules(fact: Fact) -> Mapping[str, _Without]:
    if (fact.table, fact.key) == _SALT:
        return {"value": _Without.LEFT_OUT}
    if fact.table == "delivery" and (fact.row or {}).get("recipient"):
        return _RECIPIENT
    return _RULES.get(fact.table, {})


def _has_sealed(fact: Fact) -> bool:
    return any(map(_is_sealed, (*fact.key, *(fact.row or {}).values())))


def _is_sealed(value: object) -> bool:
    return isinstance(value, str) and value.startswith(SEALED)
