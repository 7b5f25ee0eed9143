"""Where a text may end: after a block, a sentence, a clause, a word, a grapheme."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache

from share_bridge.text.brackets import Brackets
from share_bridge.text.ellipsis import ELLIPSIS, CutMark
from share_bridge.text.hashtags import HASHTAG
from share_bridge.text.links import url_spans
from share_bridge.text.measure import cluster_ends
from share_bridge.text.pattern import pattern
from share_bridge.text.solid import SOLID, rank_between
from share_bridge.text.unfinished import is_abbreviated, leads_on

__all__ = ["Places", "Rank", "places"]


class Rank(IntEnum):
    """How good an end is; a worse one may be had where a better one may."""

    BLOCK = 0
    SENTENCE = 1
    #: A sentence within brackets or quotes, which then have to be closed.
    SPOKEN = 2
    CLAUSE = 3
    WORD = 4
    #: A clause or a word within brackets or quotes.
    INNER = 5
    #: Within a word, or behind one that leads on to the next.
    GRAPHEME = 6


# A word this long is broken between graphemes where it does not fit.
_LONG = 40
_TERMINAL = frozenset(".!?‽。！？．｡؟۔।॥։።។༎")
_CASELESS = frozenset("。！？．｡؟۔।॥։።។༎")
_CLOSERS = frozenset("\"'”’»›)]}」』）】》〉〕］｝\u2069\xa0\u202f")
# White space that a line may break at: not the no-break spaces. Or a dash between
# words. Or a place beside a letter of a solid script, which takes no space.
_SPACED = (
    "[ \t\n\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]+"
    r"|(?<=\w)—(?=\w)"
)
_SPACED_BREAK = pattern(_SPACED)
_BREAK = pattern(f"{_SPACED}|(?<=[{SOLID}])(?=\\S)|(?<=\\S)(?=[{SOLID}])")
_SURELY_SPACED = pattern("[\x00-\u0dff\u2000-\u2dff]*")
_LOOSE = frozenset(
    " \t\n\xa0\u202f\u3000,;:–—-/&+|·•([{“„«‘¿¡「『（【《〈、，；：・،؛\u2066"
)
_CLAUSE = frozenset(",;:–—،؛、，；：")
_PHRASED = pattern("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_MENTION = pattern(r"(?<![\w&/])[@＠]\w[\w.-]*(?:@[\w.-]*\w)?")


class Places:
    """Every place where one text may end, first to last.

    None is inside an address, a mention, a hashtag or a grapheme cluster. What is
    asked of a place is worked out when it is asked: of many, few are looked at.

    Attributes:
        ends: Length of the text up to each place, without white space and loose
            signs; in ascending order.

    """

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language.lower().replace("_", "-").partition("-")[0]
        spans = sorted([*url_spans(text), *_named(text)])
        self._kept = [start for start, _ in spans], [end for _, end in spans]
        self._brackets = Brackets(text)
        self.ends: list[int] = []
        #: The gap behind each place, from its stop to its start; None inside a word.
        self._gaps: list[tuple[int, int] | None] = []
        self._find()
        self._ranks: list[Rank | None] = [None] * len(self.ends)
        self._suffixes: dict[tuple[int, str], str] = {}

    def rank(self, index: int) -> Rank:
        """How good an end it is."""
        known = self._ranks[index]
        if known is None:
            known = self._ranks[index] = self._ranked(index)
        return known

    def suffix(self, index: int, mark: CutMark) -> str:
        """What is put behind: an ellipsis, closing brackets, or nothing."""
        key = index, mark.sign + mark.gap
        if key not in self._suffixes:
            self._suffixes[key] = self._suffix(index, mark)
        return self._suffixes[key]

    def _suffix(self, index: int, mark: CutMark) -> str:
        text, end = self._text, self.ends[index]
        last = _last_spoken(text, end)
        closers = self._brackets.closers(end)
        if text.endswith((ELLIPSIS, "..."), 0, last + 1):
            return closers
        if last >= 0 and text[last] in _TERMINAL:
            gap = self._gaps[index]
            ended = gap and self._rank(end, *gap) <= Rank.SENTENCE
            return closers if ended else f" {mark.sign}{closers}"
        if end in self._kept[1]:
            # An address would take the mark for a part of itself.
            line_ends = self.rank(index) <= Rank.SENTENCE
            return "" if line_ends else f" {mark.sign}{closers}"
        space = "" if self._gaps[index] is None else mark.gap
        return f"{space}{mark.sign}{closers}"

    def _find(self) -> None:
        stopped = ended = 0
        for stop, start in self._breaks():
            end = self._whole(_tightened(self._text, stop, stopped, ended))
            if end > stopped:
                for cut in self._inside(stopped, end):
                    self.ends.append(cut)
                    self._gaps.append(None)
            if end and self.ends[-1:] != [end]:
                self.ends.append(end)
                self._gaps.append((stop, start))
            elif end:
                # Loose signs alone: the better gap is the one behind them.
                before = self._gaps[-1]
                self._gaps[-1] = (before[0] if before else stop, start)
            stopped, ended = stop, end

    def _breaks(self) -> Iterator[tuple[int, int]]:
        """Where a word ends and the next one starts, the end of the text at last."""
        text = self._text
        clusters = None if text.isascii() else frozenset(cluster_ends(text))
        breaks = _SPACED_BREAK if _SURELY_SPACED.fullmatch(text) else _BREAK
        for match in breaks.finditer(text):
            start, stop = match.span()
            if self._holds(start):
                continue
            if match[0] in {"", "—"} and clusters is not None and start not in clusters:
                continue
            if not match[0] and rank_between(text, start) is None:
                continue
            yield start, stop
        yield len(text), len(text)

    def _holds(self, position: int) -> bool:
        """Whether `position` is inside of what is never cut."""
        starts, ends = self._kept
        index = bisect_right(starts, position - 1) - 1
        return index >= 0 and position < ends[index]

    def _whole(self, end: int) -> int:
        """`end`, or the end of what is never cut: an address may end in `/`."""
        starts, ends = self._kept
        index = bisect_right(starts, end - 1) - 1
        return max(end, ends[index]) if index >= 0 else end

    def _inside(self, start: int, end: int) -> Iterable[int]:
        """The grapheme ends within the first word, or one that is long."""
        if start and end - start <= _LONG:
            return ()
        word = self._text[start:end]
        first = start + len(word) - len(word.lstrip())
        if any(first <= at < end for at in self._kept[0]):
            return ()
        clusters = cluster_ends(self._text[first:end])
        return (first + cut for cut in clusters if first + cut < end)

    def _ranked(self, index: int) -> Rank:
        gap = self._gaps[index]
        if gap is None:
            return Rank.GRAPHEME
        rank = self._rank(self.ends[index], *gap)
        if rank is Rank.GRAPHEME or not self._brackets.closers(self.ends[index]):
            return rank
        return Rank.SPOKEN if rank <= Rank.SENTENCE else Rank.INNER

    def _rank(self, end: int, stop: int, start: int) -> Rank:
        """How good it is to end at `end`, before the gap from `stop` to `start`."""
        text = self._text
        if start == len(text):
            return Rank.BLOCK
        lines = text.count("\n", end, start)
        if lines and text[stop - 1 : stop] not in _LEADS_IN:
            return Rank.BLOCK if lines > 1 else Rank.SENTENCE
        if _ends_sentence(text, end, start, self._language):
            return Rank.SENTENCE
        if not _CLAUSE.isdisjoint(text[end:start]) or text[start] in "–—" or lines:
            return Rank.CLAUSE
        if stop == start:
            return Rank(rank_between(text, stop) or Rank.GRAPHEME)
        if not text.isascii() and _PHRASED.match(text[end - 1]):
            return Rank.CLAUSE
        return Rank.GRAPHEME if leads_on(text, end, self._language) else Rank.WORD


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Where mentions and hashtags stand."""
    for signs, named in (("@＠", _MENTION), ("#＃", HASHTAG)):
        if any(sign in text for sign in signs):
            yield from (match.span() for match in named.finditer(text))


_LEADS_IN = frozenset(":：")


@lru_cache(maxsize=32)
def places(text: str, language: str) -> Places:
    """The places of a text in a language; many targets cut the same one."""
    return Places(text, language)


def _tightened(text: str, stop: int, stopped: int, ended: int) -> int:
    """Where the text before `stop` ends without white space and loose signs.

    `stopped` and `ended` are what came before, so that nothing is read twice.
    """
    end = stop
    while end > stopped and text[end - 1] in _LOOSE:
        end -= 1
    return end if end > stopped else ended


def _last_spoken(text: str, end: int) -> int:
    """Index of the last character that closes nothing."""
    last = end - 1
    while last >= 0 and end - last < 5 and text[last] in _CLOSERS:  # noqa: PLR2004 - ."’)
        last -= 1
    return last


def _ends_sentence(text: str, end: int, start: int, language: str) -> bool:
    last = _last_spoken(text, end)
    if last < 0 or text[last] not in _TERMINAL:
        return False
    if text[last] in _CASELESS:
        return True
    if start == end or text[start].islower():
        return False
    return text[last] != "." or not is_abbreviated(text, last, language)
