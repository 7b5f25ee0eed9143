"""Where a text may end: after a block, a sentence, a clause, a word, a grapheme."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from share_bridge.text.abbreviations import ABBREVIATIONS
from share_bridge.text.brackets import Brackets
from share_bridge.text.links import url_spans
from share_bridge.text.measure import cluster_ends

__all__ = ["ELLIPSIS", "Place", "Rank", "places"]

ELLIPSIS = "…"


class Rank(IntEnum):
    """How good an end is; a worse one may be had where a better one may."""

    BLOCK = 0
    SENTENCE = 1
    CLAUSE = 2
    WORD = 3
    #: A word within brackets or quotes, which then have to be closed.
    INNER = 4
    GRAPHEME = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a text may end.

    Attributes:
        end: Length of the text up to here, without white space and loose signs.
        rank: How good an end it is.
        suffix: What is put behind: an ellipsis, closing brackets, or nothing.

    """

    end: int
    rank: Rank
    suffix: str


# A word this long is broken between graphemes where it does not fit.
_LONG = 40
_TERMINAL = frozenset(".!?‽。！？．｡؟۔।॥։።။።")
_CLOSERS = frozenset("\"'”’»›)]}」』）】》〉〕］｝")
# Scripts that put no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
_SOLID = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3001-\u3007\u3008-\u3011"
    "\u3014-\u301f\u3021-\u3029\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u9fff"
    "\uf900-\ufaff\uff01-\uff60\uff66-\uff9f\U00020000-\U0003ffff"
)
_IS_SOLID = re.compile(f"[{_SOLID}]")
# White space that a line may break at: not the no-break spaces. Or a dash between
# words. Or a place beside a letter of a solid script, which takes no space.
_BREAK = re.compile(
    "[ \t\n\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+"
    f"|(?<=\\w)—(?=\\w)|(?<=[{_SOLID}])(?=\\S)|(?<=\\S)(?=[{_SOLID}])"
)
_LOOSE = frozenset(" \t\n\xa0\u202f\u3000,;:–—-/&+|·•([{“„«‘¿¡「『（【《〈、，；：・،؛")
_CLAUSE = frozenset(",;:–—،؛、，；：")
# Kinsoku: what may not begin a line, and what may not end one.
_NOT_FIRST = frozenset(
    "、。，．・：；？！」』）】》〉〕］｝〟’”»ー～…‥々〻ぁぃぅぇぉっゃゅょゎゕゖ"
    "ァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿゝゞヽヾ!?),.:;]}ｰﾞﾟ｡､｣ฯๆะาำ"
)
_NOT_LAST = frozenset("「『（【《〈〔［｛〝‘“«([{¥￥$＄£￡#＃@＠เแโใไ")
_TOKEN = re.compile(r"(?<![\w&/])(?:[#＃][\w·・]+|[@＠]\w[\w.-]*(?:@[\w.-]*\w)?)")
_ABBREVIATED = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]|\d{1,2}")
_WORD_BEFORE = re.compile(r"[^\s(\[{“„«\"'‘’/]{1,24}$")


def places(text: str) -> list[Place]:
    """Every place where the text may end, first to last, but for its own end.

    None is inside an address, a mention, a hashtag or a grapheme cluster.
    """
    kept = _Spans(
        [*url_spans(text), *(match.span() for match in _TOKEN.finditer(text))]
    )
    brackets = Brackets(text)
    found: dict[int, Place] = {}
    stopped = ended = 0
    for stop, start in _breaks(text, kept):
        end = _tightened(text, stop, stopped, ended)
        if end > stopped:
            for cut in _inside(text, stopped, end):
                found[cut] = _place(text, cut, Rank.GRAPHEME, brackets, kept)
        rank = _rank(text, end, stop, start)
        if end and (end not in found or rank < found[end].rank):
            found[end] = _place(text, end, rank, brackets, kept)
        stopped, ended = stop, end
    return list(found.values())


def _breaks(text: str, kept: _Spans) -> Iterator[tuple[int, int]]:
    """Where a word ends and the next one starts, the end of the text at last."""
    clusters = None if text.isascii() else frozenset(cluster_ends(text))
    for match in _BREAK.finditer(text):
        start, stop = match.span()
        if kept.hold(start):
            continue
        if match[0] in {"", "—"} and (
            (clusters is not None and start not in clusters)
            or (not match[0] and not _may_part(text[start - 1], text[stop]))
        ):
            continue
        yield start, stop
    yield len(text), len(text)


def _may_part(before: str, after: str) -> bool:
    return before not in _NOT_LAST and after not in _NOT_FIRST


def _tightened(text: str, stop: int, stopped: int, ended: int) -> int:
    """Where the text before `stop` ends without white space and loose signs.

    `stopped` and `ended` are what came before, so that nothing is read twice.
    """
    end = stop
    while end > stopped and text[end - 1] in _LOOSE:
        end -= 1
    return end if end > stopped else ended


def _inside(text: str, start: int, end: int) -> Iterable[int]:
    """The grapheme ends within the first word, or one that is long."""
    if start and end - start <= _LONG:
        return ()
    first = start + (len(text[start:end]) - len(text[start:end].lstrip()))
    if url_spans(text[first:end]) or _TOKEN.match(text, first):
        return ()
    return (first + cut for cut in cluster_ends(text[first:end]) if first + cut < end)


def _rank(text: str, end: int, stop: int, start: int) -> Rank:
    """How good it is to end before the gap from `stop` to `start`."""
    lines = text.count("\n", stop, start)
    if lines > 1 or start == len(text):
        return Rank.BLOCK
    if lines or _ends_sentence(text, end, start):
        return Rank.SENTENCE
    if text[stop - 1] in _CLAUSE or text[stop] == "—" or text[start] in "–—":
        return Rank.CLAUSE
    return Rank.WORD


def _place(text: str, end: int, rank: Rank, brackets: Brackets, kept: _Spans) -> Place:
    last = _last_spoken(text, end)
    if text.endswith((ELLIPSIS, "..."), 0, last + 1):
        suffix = ""
    elif last >= 0 and text[last] in _TERMINAL:
        suffix = "" if rank <= Rank.SENTENCE else f" {ELLIPSIS}"
    else:
        suffix = f" {ELLIPSIS}" if kept.end_at(end) else ELLIPSIS
    closers = brackets.closers(end)
    return Place(end, max(rank, Rank.INNER) if closers else rank, suffix + closers)


def _last_spoken(text: str, end: int) -> int:
    """Index of the last character that closes nothing."""
    last = end - 1
    while last >= 0 and end - last < 5 and text[last] in _CLOSERS:  # noqa: PLR2004 - ."’)
        last -= 1
    return last


def _ends_sentence(text: str, end: int, start: int) -> bool:
    last = _last_spoken(text, end)
    if last < 0 or text[last] not in _TERMINAL:
        return False
    if _IS_SOLID.match(text[last]) or text[last] in "؟۔।॥։።။።":
        return True
    if start == end or text[start].islower():
        return False
    if text[last] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(0, last - 24), last)
    if not before or before[0].endswith("."):
        return False
    word = before[0]
    return not (_ABBREVIATED.fullmatch(word) or word.lower() in ABBREVIATIONS)


class _Spans:
    """Stretches that are never cut; `hold` is asked in ascending order."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.ends = frozenset(end for _, end in spans)
        self.left = sorted(spans, reverse=True)

    def hold(self, position: int) -> bool:
        """Whether `position` is inside one of them."""
        while self.left and self.left[-1][1] <= position:
            self.left.pop()
        return bool(self.left) and self.left[-1][0] < position

    def end_at(self, position: int) -> bool:
        """Whether one of them ends at `position`."""
        return position in self.ends
