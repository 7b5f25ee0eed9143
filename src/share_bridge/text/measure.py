"""How long a text is to a network: counting as a function, made from `Counting`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from share_bridge.model.capabilities import Counting, TextLimit, Unit
from share_bridge.text.links import url_spans

__all__ = ["MENTION", "cluster_ends", "counter", "fits", "length"]

#: A longer address is not made a link, and so counts in full: twitter-text's
#: MAX_URL_LENGTH, which Mastodon uses (2026-11-22).
_MAX_URL = 4_096
_HOST = re.compile(
    r"https?://(?:[\w-]{1,63}\.)+(?:[^\W\d_]{2,63}|xn--[\w-]{1,59})\.?(?::\d+)?(?=[/?#]|$)",
    re.IGNORECASE,
)
#: A mention with the server it leads to; the host's parts are what DNS takes.
MENTION = re.compile(
    r"(?<![\w/@.])@(\w+(?:[.-]+\w+)*)"
    r"@((?=[\w.-]{1,253}(?![\w-]))(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62})(?![\w@])"
)


def counter(counting: Counting) -> Callable[[str], int]:
    """The function that counts as `counting` says."""
    if counting.weigh is not None:
        return counting.weigh
    count = _COUNTS[counting.unit]
    if counting.url_length is None and not counting.remote_mentions:
        return count
    return partial(_count_shown, counting=counting, count=count)


def fits(text: str, limits: tuple[TextLimit, ...]) -> bool:
    """Whether the text is within all limits, each in its own unit."""
    return all(counter(limit.counting)(text) <= limit.maximum for limit in limits)


def cluster_ends(text: str) -> Iterator[int]:
    """Where each grapheme cluster ends, first to last, in code points."""
    if text.isascii() and "\r" not in text:
        return iter(range(1, len(text) + 1))
    return (cluster.end() for cluster in _clusters().finditer(text))


def length(text: str, unit: Unit) -> int:
    """How many of `unit` a text has."""
    return _COUNTS[unit](text)


def _count_graphemes(text: str) -> int:
    if text.isascii():
        return len(text) - text.count("\r\n")
    return sum(1 for _ in _clusters().finditer(text))


def _count_utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _count_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


_COUNTS: dict[Unit, Callable[[str], int]] = {
    Unit.BYTES: _count_bytes,
    Unit.CODE_POINTS: len,
    Unit.GRAPHEMES: _count_graphemes,
    Unit.UTF16: _count_utf16,
}


def _count_shown(text: str, *, counting: Counting, count: Callable[[str], int]) -> int:
    """Count what stands for addresses and mentions instead of what is written."""
    shown = text
    if counting.url_length is not None:
        shown = _with_short_links(shown, counting.url_length)
    if counting.remote_mentions and "@" in shown:
        shown = MENTION.sub(r"@\1", shown)
    return count(shown)


def _with_short_links(text: str, length: int) -> str:
    pieces, end = [], 0
    for start, stop in url_spans(text):
        url = text[start:stop]
        if stop - start > _MAX_URL or not _HOST.match(url):
            continue
        if start and not text[start - 1].isspace():
            # Whether this is made a link differs: what costs more is counted.
            pieces += [text[end:stop], "x" * max(0, length - len(url))]
        else:
            pieces += [text[end:start], "x" * length]
        end = stop
    return "".join([*pieces, text[end:]])


def _clusters() -> Any:
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415 - beyond ASCII only

    return regex.compile(r"\X")
