"""How long a text is to a network: counting as a function, made from `Counting`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from share_bridge.model.capabilities import Counting, TextLimit, Unit
from share_bridge.text.links import url_spans
from share_bridge.text.pattern import pattern

__all__ = ["MENTION", "cluster_ends", "counter", "fits", "length"]

#: A longer address is not made a link, and so counts in full: twitter-text's
#: MAX_URL_LENGTH, which Mastodon uses (2026-11-22).
_MAX_URL = 4_096
_HOST = pattern(
    r"https?://(?:[\w-]{1,63}\.)+(?:[^\W\d_]{2,63}|xn--[\w-]{1,59})\.?(?::\d+)?(?=[/?#]|$)",
    re.IGNORECASE,
)
#: A mention with the server it leads to; the host's parts are what DNS takes.
MENTION = pattern(
    r"(?<![\w/@.])@(\w+(?:[.-]+\w+)*)"
    r"@((?=[\w.-]{1,253}(?![\w-]))(?:[\w-]{1,63}\.)+[^\W\d_][\w-]{1,62})(?![\w@])"
)
# Each of these is a cluster of its own, whatever stands beside it: no mark that joins
# what is before it, no joiner, no conjoining jamo, no half of a flag.
_COMMON = re.compile("[\x00-\x0c\x0e-\u02ff\u2010-\u2027]*")
_APART = pattern(
    "[\x00-\x0c\x0e-\u02ff\u0370-\u0482\u048a-\u0590\u05be\u05c0\u05c3\u05c6\u05d0-\u05f4"
    "\u0606-\u060f\u061b-\u064a\u066a-\u066f\u0671-\u06d5\u10a0-\u10ff\u1e00-\u200b\u200e-\u20cf"
    "\u2100-\u2cee\u2d00-\u2d2d\u2e00-\u3029\u3030-\u3098\u309b-\ua66e\uac00-\ud7a3"
    "\uf900-\ufb1d\ufb1f-\ufdff\ufe30-\uff9d\uffe0-\uffef\U0001f300-\U0001f3fa"
    "\U0001f400-\U0001faff\U00020000-\U0003ffff]*"
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


def _is_apart(text: str) -> bool:
    """Whether each character is a cluster; the rarer ones are looked at last."""
    return bool(_COMMON.fullmatch(text) or _APART.fullmatch(text))


def cluster_ends(text: str) -> Iterable[int]:
    """Where each grapheme cluster ends, first to last, in code points."""
    if _is_apart(text):
        return range(1, len(text) + 1)
    return [cluster.end() for cluster in _clusters().finditer(text)]


def length(text: str, unit: Unit) -> int:
    """How many of `unit` a text has."""
    return _COUNTS[unit](text)


def _count_graphemes(text: str) -> int:
    if _is_apart(text):
        return len(text)
    return len(_clusters().findall(text))


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


@cache
def _clusters() -> Any:
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415 - for few texts

    return regex.compile(r"\X")
