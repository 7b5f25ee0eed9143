"""What is sent on trial: a picture, and a text with no character to spare."""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right

import pytest
from msgspec.structs import replace

from share_bridge.model.message import Message
from share_bridge.model.post import Override
from share_bridge.testing.conformance.trial import Trial
from share_bridge.text.measure import fits

__all__ = ["PNG", "at_the_limit"]

#: A long address: networks that shorten links count it as less than it is.
_LINK = "https://quill.example/2026/11/write-once-and-carry-it-to-where-readers-are/"
#: Characters that count differently in each unit.
_WIDE = "Café naïve 漢字 👩‍👩‍👧‍👦 🇺🇳 e\u0301"
#: No network takes a longer one; a target with a larger limit is tried with this.
_MOST = 12_000


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def _png() -> bytes:
    """Four grey pixels, and enough noise not to be found by chance."""
    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0\x10\x20\0\x30\x40")
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"tEXt", b"Comment\0share-bridge")
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


PNG = _png()


def at_the_limit(trial: Trial) -> Message:
    """A message of exactly as much as the target takes, which ends in its link.

    Skips the test where there is no limit, or only the link fits.
    """
    limits = trial.capabilities.text
    if not limits:
        pytest.skip("it declares no limit")

    def text(words: int, rest: int) -> str:
        numbered = " ".join(f"w{number}" for number in range(1, words + 1))
        return f"{_WIDE} {numbered} {'x' * rest}\n\n{_LINK}"

    def is_over(words: int, rest: int) -> bool:
        return not fits(text(words, rest), limits)

    if is_over(1, 1):
        pytest.skip("only the link fits")
    words = bisect_right(range(1, _MOST // 5), 0, key=lambda n: is_over(n, 1))
    rest = bisect_right(range(1, 12), 0, key=lambda n: is_over(words, n))
    post = replace(
        trial.message().post, url=_LINK, override=Override(text=text(words, rest))
    )
    return trial.compose(post)
