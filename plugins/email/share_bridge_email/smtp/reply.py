"""What a mail server answers: a code, perhaps a finer one, and some words."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["LostError", "NonsenseError", "Reply"]

_LINE = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
# RFC 3463 §2 (2026-11-24): class.subject.detail
_ENHANCED = re.compile(r"([245])\.([0-9]{1,3})\.([0-9]{1,3})(?:\s+|$)")


class LostError(Exception):
    """The connection ended, or what came is no SMTP."""


class NonsenseError(LostError):
    """Something came that is no SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, of one or more lines.

    Attributes:
        code: Three digits.
        enhanced: The finer code (RFC 3463), such as `5.1.1`, or empty.
        lines: Its words, without codes.

    """

    code: int
    enhanced: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it on one line."""
        words = " ".join(filter(None, (line.strip() for line in self.lines)))
        return " ".join(filter(None, (str(self.code), self.enhanced, words)))

    @property
    def is_positive(self) -> bool:
        """Done, or go on."""
        return self.code < 400  # noqa: PLR2004 - RFC 5321 §4.2.1

    @property
    def is_temporary(self) -> bool:
        """Not now."""
        return 400 <= self.code < 500  # noqa: PLR2004 - RFC 5321 §4.2.1


def parse_line(line: bytes) -> tuple[int, str, bool]:
    """Code, words, and whether more lines follow.

    Raises:
        NonsenseError: It is none.

    """
    found = _LINE.fullmatch(line.rstrip(b"\r\n"))
    if found is None:
        raise NonsenseError("it does not speak SMTP")
    words = (found[3] or b"").decode("utf-8", "replace")
    return int(found[1]), words, found[2] == b"-"


def reply_of(code: int, lines: list[str]) -> Reply:
    """A reply, its finer code taken out of every line."""
    found = _ENHANCED.match(lines[0])
    if found is None or found[1] != str(code)[0]:
        return Reply(code, "", tuple(lines))
    enhanced = ".".join(found.groups())
    return Reply(code, enhanced, tuple(_without(line, enhanced) for line in lines))


def _without(line: str, enhanced: str) -> str:
    return line.removeprefix(enhanced).lstrip()
