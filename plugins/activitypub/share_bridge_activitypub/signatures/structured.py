"""Structured fields (RFC 9651), as far as signatures need them.

A member keeps its own text as well: a signature is over what was sent, not over what
was understood.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field

from share_bridge_activitypub.signatures.errors import SignatureError

__all__ = ["Bare", "Item", "Member", "quoted", "read_dictionary"]

Bare = str | int | bytes | bool
_LONGEST = 8192
_KEY = re.compile(r"[a-z*][a-z0-9_.*-]*")
_STRING = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_INTEGER = re.compile(r"-?\d{1,15}(?![\d.])")
_TOKEN = re.compile(r"[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*")
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
_BOOLEAN = re.compile(r"\?([01])")
_SPACE = re.compile(r" *")
_BLANK = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Item:
    """One value with its parameters."""

    value: Bare
    parameters: dict[str, Bare] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a dictionary: an item, or an inner list of them.

    Attributes:
        text: As it was sent, without its name.
        items: One, unless it is an inner list.
        parameters: Of the whole member.

    """

    text: str
    items: tuple[Item, ...]
    parameters: dict[str, Bare]


def read_dictionary(text: str) -> dict[str, Member]:
    """The members of a dictionary, in order.

    Raises:
        SignatureError: It is none, it is too long, or it has a name twice.

    """
    if len(text) > _LONGEST:
        raise SignatureError("a header of the signature is too long")
    return _Reader(text.strip(" ")).dictionary()


def quoted(text: str) -> str:
    """A string as structured fields write it.

    Raises:
        ValueError: It has other characters than printable ASCII.

    """
    if not text.isascii() or not text.isprintable():
        raise ValueError("only printable ASCII can be written into a signature")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _Reader:
    """Reads on from where it is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def dictionary(self) -> dict[str, Member]:
        found: dict[str, Member] = {}
        while self._at < len(self._text):
            name = self._take(_KEY)[0]
            if name in found:
                raise SignatureError(f"a header of the signature has two {name}")
            found[name] = self._member()
            self._take(_BLANK)
            if self._at == len(self._text):
                return found
            self._expect(",")
            self._take(_BLANK)
            if self._at == len(self._text):
                break  # a comma at the end
        if found or self._text:
            raise SignatureError("a header of the signature ends too early")
        return found

    def _member(self) -> Member:
        if not self._skip("="):
            start = self._at
            parameters = self._parameters()
            return Member(self._text[start : self._at], (Item(value=True),), parameters)
        start = self._at
        items = self._inner_list() if self._skip("(") else (Item(self._bare()),)
        parameters = self._parameters()
        return Member(self._text[start : self._at], items, parameters)

    def _inner_list(self) -> tuple[Item, ...]:
        items: list[Item] = []
        while True:
            spaces = self._take(_SPACE)[0]
            if self._skip(")"):
                return tuple(items)
            if items and not spaces:
                raise SignatureError("a list in the signature lacks a space")
            value = self._bare()
            items.append(Item(value, self._parameters()))

    def _parameters(self) -> dict[str, Bare]:
        found: dict[str, Bare] = {}
        while self._skip(";"):
            self._take(_SPACE)
            name = self._take(_KEY)[0]
            if name in found:
                raise SignatureError(f"the signature has two {name}")
            found[name] = self._bare() if self._skip("=") else True
        return found

    def _bare(self) -> Bare:
        for pattern, convert in _KINDS:
            match = pattern.match(self._text, self._at)
            if match is not None:
                self._at = match.end()
                return convert(match)
        raise SignatureError("a header of the signature cannot be read")

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str]:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise SignatureError("a header of the signature cannot be read")
        self._at = match.end()
        return match

    def _skip(self, character: str) -> bool:
        if self._text.startswith(character, self._at):
            self._at += 1
            return True
        return False

    def _expect(self, character: str) -> None:
        if not self._skip(character):
            raise SignatureError("a header of the signature cannot be read")


def _string(match: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", match[1])


def _octets(match: re.Match[str]) -> bytes:
    try:
        return b64decode(match[1], validate=True)
    except ValueError as error:
        raise SignatureError("the signature is not base64") from error


_KINDS = (
    (_STRING, _string),
    (_INTEGER, lambda match: int(match[0])),
    (_BYTES, _octets),
    (_BOOLEAN, lambda match: match[1] == "1"),
    (_TOKEN, lambda match: match[0]),
)
