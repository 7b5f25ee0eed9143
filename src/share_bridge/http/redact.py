"""Keeps secrets out of whatever people, logs and reports get to see."""

from __future__ import annotations

import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus
from weakref import WeakSet

from share_bridge.text.pattern import pattern

__all__ = ["RedactingFilter", "Redactor", "quieten", "show_url"]

_MASK = "***"
#: Shorter secrets would mask half of every text.
_SHORTEST = 4
#: Shortest line of a secret of many lines, and run of base64, that is masked.
_SHORTEST_PART = 8
_URL = pattern(r"\b(?:https?|wss?)://[^\s'\"<>]+", re.IGNORECASE)
_ESCAPE = pattern("%[0-9A-F]{2}")
#: Loggers of the wire, which name every URL in full.
_WIRE = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


class Redactor:
    """Masks known secrets, in the forms they take on the wire and in messages.

    Args:
        secrets: Those shorter than 4 characters are not masked.

    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Mask this one too."""
        new = set(_forms(secret)) - self._forms
        if new:
            self._forms |= new
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_in_any_case, longest_first)))

    def text(self, text: str) -> str:
        """`text` with `***` for every secret."""
        return text if self._pattern is None else self._pattern.sub(_MASK, text)


class RedactingFilter(logging.Filter):
    """Masks a redactor's secrets in records, arguments and tracebacks included.

    Put it on handlers: a filter of a logger does not see its children's records.
    """

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; every record passes."""
        _rewrite(record, self._redact.text)
        return True


class _WireFilter(logging.Filter):
    """Masks queries of URLs, and the secrets of every client that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.redactors: WeakSet[Redactor] = WeakSet()

    def filter(self, record: logging.LogRecord) -> bool:
        _rewrite(record, self._masked)
        return True

    def _masked(self, text: str) -> str:
        for redact in list(self.redactors):
            text = redact.text(text)
        return _URL.sub(lambda match: show_url(match[0]), text)


_wire_filter = _WireFilter()


def quieten(redact: Redactor) -> None:
    """Mask URLs' queries and, while `redact` lives, its secrets in httpx's logs."""
    _wire_filter.redactors.add(redact)
    for name in _WIRE:
        logging.getLogger(name).addFilter(_wire_filter)


def show_url(url: str) -> str:
    """`url` as people may see it: without user, password, query and fragment."""
    shown, mark, _ = url.partition("#")[0].partition("?")
    scheme, slashes, rest = shown.partition("//")
    authority, slash, path = rest.partition("/")
    shown = f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"
    return f"{shown}?{_MASK}" if mark else shown


def _rewrite(record: logging.LogRecord, masked: Callable[[str], str]) -> None:
    try:
        message = record.getMessage()
    except (KeyError, TypeError, ValueError):  # as logging itself: never raise
        message = f"{record.msg} {record.args}"
    record.msg = masked(message)
    record.args = None
    if record.exc_info:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None
    if record.exc_text:
        record.exc_text = masked(record.exc_text)
    if record.stack_info:
        record.stack_info = masked(record.stack_info)


def _in_any_case(form: str) -> str:
    """The pattern of a form; `%2f` is `%2F`."""
    return _ESCAPE.sub(lambda code: f"(?i:{code[0]})", re.escape(form))


def _forms(secret: str) -> Iterator[str]:
    """The secret as it is, in URLs, in JSON, in `repr`, in base64."""
    plain = secret.strip()
    if len(plain) < _SHORTEST:
        return
    yield from (secret, plain)
    yield from (json.dumps(plain)[1:-1], repr(plain)[1:-1], ascii(plain)[1:-1])
    yield from (quote(plain, safe=""), quote(plain), quote_plus(plain))
    yield from _base64_forms(plain.encode())
    if "\n" in plain:
        lines = (line.strip() for line in plain.splitlines())
        yield from (line for line in lines if len(line) >= _SHORTEST_PART)


def _base64_forms(secret: bytes) -> Iterator[str]:
    """What is sure to appear where the secret is a part of what was encoded.

    Base64 packs three bytes in four characters: there are three ways to be aligned,
    and the first and last characters may share bits with the neighbours.
    """
    for before in range(3):
        whole = (before + len(secret)) // 3 * 4
        encoded = b64encode(b"\0" * before + secret)[:whole].decode()
        core = encoded[4:] if before else encoded
        if len(core) >= _SHORTEST_PART:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))
    yield b64encode(secret).decode()
