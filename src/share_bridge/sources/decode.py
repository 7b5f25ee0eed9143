"""Bytes from anywhere, made text that every parser behind survives."""

from __future__ import annotations

import codecs
import re

from share_bridge.errors import SourceError
from share_bridge.text.pattern import pattern

__all__ = ["decode", "printable", "refuse_entity_bombs", "repair_references"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# An XML document without a mark starts with "<" all the same.
_STARTS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = pattern(rb"\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([\w.:-]{1,40})")
# What servers say by default, whatever the file is.
_CLAIMED_BY_DEFAULT = frozenset({"ascii", "iso8859-1", "cp1252"})
# Codecs that are no encoding of documents, slow, or a way around filters.
_NOT_FOR_DOCUMENTS = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
)

_CONTROLS = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_PAIR = pattern(
    r"&#(?:0*(5529[6-9]|55[3-9]\d\d|56[0-2]\d\d|563[01]\d)|[xX]0*([dD][89abAB][0-9a-fA-F]{2}));"
    r"&#(?:0*(563[2-9]\d|56[4-9]\d\d|57[0-2]\d\d|573[0-3]\d|5734[0-3])|[xX]0*([dD][c-fC-F][0-9a-fA-F]{2}));?"
)
# Every reference to no character, and few others.
_SUSPICIOUS = pattern(
    r"&#(?:(0*(?:127|5[5-7]\d{3}|6553[45]|[0-3]?\d|\d{7,}))(?!\d)"
    r"|[xX](0*(?:[dD][89a-fA-F][0-9a-fA-F]{2}|7[fF]|[fF]{3}[eEfF]|[01]?[0-9a-fA-F]"
    r"|[0-9a-fA-F]{6,}))(?![0-9a-fA-F]));?"
)
_MAX_CODE_POINT = 0x10FFFF

_PROLOG = pattern(r"\s*(?>(?:<\?.*?\?>|<!--.*?-->)\s*)*+", re.DOTALL)
_DOCTYPE = pattern(r"<!DOCTYPE", re.IGNORECASE)
_ENTITY = pattern(
    r"<!ENTITY\s+(%\s*)?([^\s\"'>]+)\s+(?:\"([^\"]*)\"|'([^']*)')?", re.IGNORECASE
)
#: Entities that a feed may declare itself, and what they may grow to, in characters.
_MAX_ENTITIES, _MAX_GROWTH = 20, 200_000


def decode(body: bytes, *, charset: str = "") -> str:
    """Decode a document without ever guessing by statistics, or failing.

    Asked in this order: the byte order mark, the `charset` of the HTTP answer, the
    XML declaration, strict UTF-8, and windows-1252, which everything is.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _STARTS:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    declared = _DECLARED.match(body)
    for name in (charset, declared[1].decode() if declared else "", "utf-8"):
        if (text := _try(body, name)) is not None:
            return text
    return _mostly(body)


def printable(text: str) -> str:
    """The text without control characters and lone surrogates; line ends stay."""
    return _CONTROLS.sub("", text)


def repair_references(text: str) -> str:
    """Join surrogate pairs of character references; drop what is no character."""
    if "&#" not in text:
        return text
    return _SUSPICIOUS.sub(_drop_invalid, _PAIR.sub(_join, text))


def refuse_entity_bombs(text: str) -> None:
    """Refuse a DOCTYPE whose entities would grow.

    Raises:
        SourceError: Saying what it declares; a feed has no use for it.

    """
    start = _PROLOG.match(text)
    doctype = _DOCTYPE.match(text, start.end() if start else 0)
    if not doctype:
        return
    # Up to the first element, with which the body starts.
    body = re.compile(r"<[A-Za-z_]").search(text, doctype.end())
    declared = _ENTITY.findall(text, doctype.end(), body.start() if body else len(text))
    if len(declared) > _MAX_ENTITIES:
        raise SourceError(
            f"its DOCTYPE declares {len(declared)} entities; "
            f"a feed needs none, {_MAX_ENTITIES} are read"
        )
    values = {name: double or single for _, name, double, single in declared}
    nested = any(f"&{name};" in value for name in values for value in values.values())
    growth = sum(len(values[name]) * text.count(f"&{name};") for name in values)
    if nested or growth > _MAX_GROWTH or any(percent for percent, *_ in declared):
        raise SourceError("its DOCTYPE declares entities that grow without bound")


def _try(body: bytes, name: str) -> str | None:
    try:
        encoding = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if encoding in _NOT_FOR_DOCUMENTS:
        return None
    if encoding in _CLAIMED_BY_DEFAULT:
        return _try(body, "utf-8") if _is_utf8(body) else _mostly(body)
    try:
        return body.decode(encoding)
    except (LookupError, ValueError):
        return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mostly(body: bytes) -> str:
    """UTF-8 with a few broken bytes, or else windows-1252."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return text if whole > broken else body.decode("cp1252", "replace")


def _join(pair: re.Match[str]) -> str:
    high = int(pair[1]) if pair[1] else int(pair[2], 16)
    low = int(pair[3]) if pair[3] else int(pair[4], 16)
    return (high.to_bytes(2) + low.to_bytes(2)).decode("utf-16-be")


def _drop_invalid(reference: re.Match[str]) -> str:
    digits = (reference[1] or reference[2]).lstrip("0")
    if len(digits) > len("1114111"):
        return ""
    code = int(digits or "0", 10 if reference[1] else 16)
    allowed = code <= _MAX_CODE_POINT and not _CONTROLS.match(chr(code))
    return reference[0] if allowed else ""
