"""Cut a text so that it fits, at the best place that does not waste the room."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from share_bridge.text.boundaries import Place, Rank, places

__all__ = ["Cut", "truncate"]

#: Which share of the longest text that fits an end of this rank must keep; else the
#: next rank is asked. Since every rank is tried on all places of the better ones, a
#: larger limit never shows less.
_SHARE = {
    Rank.BLOCK: 0.7,
    Rank.SENTENCE: 0.6,
    Rank.CLAUSE: 0.85,
    Rank.WORD: 0.6,
    Rank.INNER: 0.5,
    Rank.GRAPHEME: 0.0,
}


@dataclass(frozen=True, slots=True)
class Cut:
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


def truncate(
    text: str,
    fits: Callable[[str], bool],
    *,
    avoid: Sequence[tuple[int, int]] = (),
) -> Cut:
    """The longest good beginning of `text` that fits; empty where none does.

    Args:
        text: Plain text; an empty line ends a block.
        fits: Whether a text, ellipsis included, is short enough. What is shorter
            must fit where a longer one does.
        avoid: Ranges that the text may not end in: headings.

    """
    if fits(text):
        return Cut(text, len(text), "", whole=True)
    fitting = _fitting(text, fits, avoid)
    if not fitting:
        return Cut("", 0, "", whole=False)
    most = max(place.end for place in fitting)
    for rank, share in _SHARE.items():
        best = max(
            (place for place in fitting if place.rank <= rank),
            key=lambda place: place.end,
            default=None,
        )
        if best and best.end >= share * most:
            break
    kept = best or fitting[-1]
    return Cut(text[: kept.end] + kept.suffix, kept.end, kept.suffix, whole=False)


def _fitting(
    text: str, fits: Callable[[str], bool], avoid: Sequence[tuple[int, int]]
) -> list[Place]:
    """The places that fit: those of one suffix grow, so that halving finds them."""
    groups: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places(text):
        if place.end < len(text) and not any(a < place.end <= b for a, b in avoid):
            groups[place.suffix].append(place)
    fitting = []
    for suffix, group in groups.items():
        count = bisect_left(
            group, x=True, key=lambda place: not fits(text[: place.end] + suffix)
        )
        fitting += group[:count]
    return fitting
