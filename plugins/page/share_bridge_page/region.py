"""Finds the part of a file that is ours, between two markers, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from share_bridge.plugin import TargetBlockedError

__all__ = ["Region", "find_region"]


class Region(Struct, frozen=True):
    """A file in three pieces; the markers belong to the outer two."""

    before: bytes
    inside: bytes
    after: bytes

    @property
    def outside(self) -> bytes:
        """What is not ours."""
        return self.before + self.after

    def filled(self, text: str, *, is_html: bool) -> bytes:
        """The file with this text between the markers, everything else as it was."""
        newline = "\r\n" if self._has_windows_lines() else "\n"
        lines = f"\n{text}\n" if text else "\n"
        inside = lines.replace("\n", newline)
        return self.before + self._encoded(inside, is_html=is_html) + self.after

    def _has_windows_lines(self) -> bool:
        return self.outside.count(b"\r\n") * 2 > self.outside.count(b"\n")

    def _encoded(self, text: str, *, is_html: bool) -> bytes:
        """In UTF-8 where that is sure to be understood, else in ASCII."""
        if is_html:
            is_utf8 = _UTF8_PAGE.search(self.outside[:2048]) is not None
        else:
            is_utf8 = _is_utf8(self.outside)
        return text.encode() if is_utf8 else text.encode("ascii", "xmlcharrefreplace")


_UTF8_PAGE = re.compile(rb"""\A\xef\xbb\xbf|charset\s*=\s*["']?utf-?8""", re.IGNORECASE)


def find_region(content: bytes, marker: str, *, shown: str) -> Region | None:
    """The region between `marker`'s two comments; None where there is neither.

    Raises:
        TargetBlockedError: One is missing or doubled, or they stand in wrong order.

    """
    starts = _matches(content, f"{marker}:START")
    ends = _matches(content, f"{marker}:END")
    if not starts and not ends:
        return None
    if len(starts) == len(ends) == 1 and starts[0].end() <= ends[0].start():
        start, end = starts[0].end(), ends[0].start()
        return Region(content[:start], content[start:end], content[end:])
    raise TargetBlockedError(
        f"{shown}: found {_places(content, starts)} <!-- {marker}:START --> and "
        f"{_places(content, ends)} <!-- {marker}:END -->; leave one START before "
        "one END"
    )


def _matches(content: bytes, name: str) -> list[re.Match[bytes]]:
    pattern = rb"<!--\s*" + re.escape(name.encode()) + rb"\s*-->"
    return list(re.finditer(pattern, content))


def _places(content: bytes, matches: Sequence[re.Match[bytes]]) -> str:
    lines = [str(content.count(b"\n", 0, match.start()) + 1) for match in matches]
    if not lines:
        return "no"
    return f"{len(lines)} (line {', '.join(lines)})"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
