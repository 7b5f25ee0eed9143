"""Where links, mentions and hashtags stand in a text, in a network's own unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from share_bridge.model.capabilities import Unit
from share_bridge.model.message import Facet
from share_bridge.text.blocks import Block
from share_bridge.text.hashtags import HASHTAG, MAX_HASHTAG
from share_bridge.text.links import url_spans
from share_bridge.text.measure import MENTION, length
from share_bridge.text.pattern import pattern
from share_bridge.text.render import spans

__all__ = ["Linked", "anchors", "facets"]

# A name that is a domain of its own, as Bluesky has them: "@ada.example".
_HANDLE = pattern(
    r"(?<![\w@/.])@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?![\w-])(?!\.\w)",
    re.IGNORECASE,
)

#: Start, end (code points) and address of words that are a link.
Linked = tuple[int, int, str]


def facets(
    text: str, *, unit: Unit, linked: Iterable[Linked] = (), part: int = 0
) -> tuple[Facet, ...]:
    """The facets of a plain text, first to last; none overlaps another.

    Args:
        text: All of it.
        unit: What `start` and `end` count.
        linked: Words of the text that are links though they show no address.
        part: Index of the text in `Message.parts`.

    """
    taken = [(start, end, "link", text[start:end]) for start, end in url_spans(text)]
    for found in (
        ((start, end, "link", address) for start, end, address in linked),
        ((*match.span(), "mention", match[0]) for match in MENTION.finditer(text)),
        ((*match.span(), "mention", match[0]) for match in _HANDLE.finditer(text)),
        (
            (*match.span(), "tag", match[1])
            for match in HASHTAG.finditer(text)
            if len(match[1]) <= MAX_HASHTAG
        ),
    ):
        taken += [span for span in found if not _overlaps(span, taken)]
    return tuple(
        Facet(part, length(text[:start], unit), length(text[:end], unit), kind, value)
        for start, end, kind, value in sorted(taken)
    )


def anchors(blocks: Sequence[Block], start: int) -> Iterator[Linked]:
    """The links of blocks whose plain text begins at `start` of a whole text."""
    for block, (_, words, _) in zip(blocks, spans(blocks), strict=True):
        at = start + words
        for run in block.runs:
            if run.link and run.text.strip():
                yield at, at + len(run.text.rstrip()), run.link
            at += len(run.text)


def _overlaps(
    span: tuple[int, int, str, str], taken: list[tuple[int, int, str, str]]
) -> bool:
    return any(span[0] < end and start < span[1] for start, end, _, _ in taken)
