"""Cut a text so that it fits, at the best place that does not waste the room."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from share_bridge.text.boundaries import Places, Rank, places
from share_bridge.text.ellipsis import CutMark, cut_mark

__all__ = ["Cut", "at_most", "truncate"]

#: Which share of the longest text that fits an end of this rank must keep; else the
#: next rank is asked. Since every rank is tried on all places of the better ones, a
#: larger limit never shows less.
_SHARE = {
    Rank.BLOCK: 0.7,
    Rank.SENTENCE: 0.6,
    Rank.SPOKEN: 0.65,
    Rank.CLAUSE: 0.75,
    Rank.WORD: 0.6,
    Rank.INNER: 0.5,
    Rank.GRAPHEME: 0.0,
}
#: With the best so far of this rank, no better is to be found before this share.
_ENOUGH = {
    Rank.BLOCK: 1.0,
    Rank.SENTENCE: 0.7,
    **dict.fromkeys((Rank.SPOKEN, Rank.CLAUSE, Rank.WORD, Rank.INNER), 0.6),
    Rank.GRAPHEME: 0.5,
}


class Cut(Struct, frozen=True):
    """What is left of a text.

    Attributes:
        text: The first `end` characters of the text, and `suffix`.
        end: Length of what was kept, in code points.
        suffix: An ellipsis, closing brackets, or nothing.
        whole: Nothing was cut.

    """

    text: str
    end: int
    suffix: str
    whole: bool


_NOTHING = Cut("", 0, "", whole=False)


def at_most(maximum: int) -> Callable[[str], int]:
    """The room of a place that takes so many code points."""
    return lambda text: maximum - len(text)


def truncate(
    text: str,
    room: Callable[[str], int],
    *,
    avoid: Sequence[tuple[int, int]] = (),
    language: str = "",
    most: int | None = None,
) -> Cut:
    """The longest good beginning of `text` that fits; empty where none does.

    Args:
        text: Plain text; an empty line ends a block.
        room: How much room a text leaves, ellipsis included; negative where it is too
            long. What is shorter must fit where a longer one does.
        avoid: Ranges that the text may not end in: headings.
        language: BCP 47 tag: of its ellipsis, and of words that lead on.
        most: Characters that may be left at all, so that not more is read.

    """
    if (most is None or len(text) <= most) and room(text) >= 0:
        return Cut(text, len(text), "", whole=True)
    window = text if most is None else text[: most + 200]
    found, mark = places(window, language), cut_mark(language)
    fitting = _fitting(window, found, room, mark=mark, most=most)
    if avoid:
        fitting = (each for each in fitting if not _within(found.ends[each], avoid))
    index = _best(found, fitting)
    if index is None:
        return _NOTHING
    end, suffix = found.ends[index], found.suffix(index, mark)
    return Cut(text[:end] + suffix, end, suffix, whole=False)


def _best(found: Places, fitting: Iterator[int]) -> int | None:
    """The place to end at: the first that is fair, the best rank asked first."""
    last = next(fitting, None)
    if last is None:
        return None
    most, reached = found.ends[last], found.rank(last)
    best = {reached: last}
    for index in fitting:
        if found.ends[index] < _ENOUGH[reached] * most:
            break
        rank = found.rank(index)
        best.setdefault(rank, index)
        reached = min(reached, rank)
    for rank, share in _SHARE.items():
        index = max((best[each] for each in best if each <= rank), default=-1)
        if index >= 0 and found.ends[index] >= share * most:
            return index
    return last


def _within(end: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(start < end <= stop for start, stop in ranges)


def _fitting(
    text: str,
    found: Places,
    room: Callable[[str], int],
    *,
    mark: CutMark,
    most: int | None,
) -> Iterator[int]:
    """The places that fit, last to first."""
    top = len(found.ends) if most is None else bisect_right(found.ends, most)
    proven: set[str] = set()
    for index in range(_last(found.ends[:top], lambda end: room(text[:end])), -1, -1):
        end, suffix = found.ends[index], found.suffix(index, mark)
        if end >= len(text) or (most is not None and end + len(suffix) > most):
            continue
        # Where a longer text fits with the same suffix, this one does as well.
        if suffix not in proven:
            if room(text[:end] + suffix) < 0:
                continue
            proven.add(suffix)
        yield index


def _last(ends: Sequence[int], room: Callable[[int], int]) -> int:
    """Index of the last end that leaves room; -1 where none does.

    What is left of the room says where to look next, so that few are tried; every
    fourth time the middle is, since a character may count many.
    """
    low, high, tried = -1, len(ends), 0
    guess = bisect_right(ends, max(0, room(0))) - 1
    while high - low > 1:
        tried += 1
        near = min(max(guess, low + 1), high - 1)
        index = near if tried % 4 else (low + high) // 2
        left = room(ends[index])
        low, high = (index, high) if left >= 0 else (low, index)
        guess = bisect_right(ends, ends[index] + left) - 1
    return low
