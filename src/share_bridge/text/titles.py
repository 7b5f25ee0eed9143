"""A title and the text below it, so that nothing is said twice."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from share_bridge.text.blocks import Block, Kind
from share_bridge.text.pattern import pattern

__all__ = ["repeats", "without_title"]

_SIGNS = pattern(r"[\W_]+")
_AFTER = pattern(r"\s*(?:[:.!?–—|·-]+|\n)\s*")


def without_title(title: str, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks without a title that is repeated as their first words.

    Only where it stands alone or is set off: words are never taken out of a
    sentence.
    """
    if not title or not blocks:
        return tuple(blocks)
    first = blocks[0]
    if _key(first.text) == _key(title):
        return tuple(blocks[1:])
    start = first.text[: len(title)]
    set_off = _AFTER.match(first.text, len(title))
    if first.kind is not Kind.PARAGRAPH or start.casefold() != title.casefold():
        return tuple(blocks)
    if not set_off or not title[-1:].isalnum():
        return tuple(blocks)
    rest = _from(first, set_off.end())
    return (rest, *blocks[1:]) if rest.runs else tuple(blocks[1:])


def repeats(title: str, text: str) -> bool:
    """Whether a title is only how the text begins, as titles of notes are."""
    said = _key(title.rstrip("…. "))
    return bool(said) and _key(text[: 2 * len(title) + 50]).startswith(said)


def _key(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().casefold()


def _from(block: Block, start: int) -> Block:
    runs = []
    for run in block.runs:
        if run.text[start:]:
            runs.append(replace(run, text=run.text[start:]))
        start = max(0, start - len(run.text))
    return replace(block, runs=tuple(runs))
