"""Which of an author's words a teaser is made of.

The author's own summary, unless a machine cut it; else what is before `<!--more-->`;
else the first real prose; else nothing, and the title stands alone.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.model.post import Post
from share_bridge.text.blocks import Block, Kind, blocks
from share_bridge.text.boilerplate import (
    is_divider,
    is_machine_cut,
    is_note,
    is_preamble,
    is_warning,
    without_tail,
)
from share_bridge.text.bound import bound
from share_bridge.text.boundaries import Rank, places
from share_bridge.text.ellipsis import ELLIPSIS
from share_bridge.text.pattern import pattern
from share_bridge.text.render import as_text, cut_blocks
from share_bridge.text.sanitize import clean

__all__ = ["Choice", "choose", "whole"]

_MORE = pattern(r"<!--\s*more\b[^>]{0,100}-->", re.IGNORECASE)
_ESCAPED = pattern(r"&lt;(?:p|br|a|div|img|ul|h[1-6]|blockquote)\b", re.IGNORECASE)
_REAL = pattern(r"<[a-zA-Z/!]")
_WORDS = pattern(r"\W+")
_TAGS = pattern(r"<[^<>]*>")
_PROSE = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTE})
_LEAD_IN = (":", "：")
# Old newsletters stand in tables, and some themes in <header> or <aside>.
_SPOILERS = frozenset({"details", "pre", "nav"})
_MIN_SUMMARY = 20
#: More than that is a book.
_WHOLE = 200_000


class Choice(Struct, frozen=True):
    """The blocks that a teaser is cut from.

    Attributes:
        blocks: Prose, in its order; may be empty.
        more: The post says more than these blocks do.
        longer: A choice with more characters would have more of them.

    """

    blocks: tuple[Block, ...]
    more: bool
    longer: bool = False


def choose(post: Post, *, text_chars: int) -> Choice:
    """The author's words for a teaser.

    Args:
        post: Its summary and content are untrusted; what is used is cleaned.
        text_chars: How many characters of text are looked at, at most.

    """
    summary = (
        "" if _key(_shown(post.summary, 500)) == _key(post.title) else post.summary
    )
    return _chosen(summary, post.content, post.base or post.url, text_chars)


def whole(post: Post) -> Choice:
    """All prose of the post, for a target that shows it whole."""
    content = _MORE.sub("", post.content) or post.summary
    return _prose(content, post.base or post.url, _WHOLE)


# The same post goes to several targets in one run.
@lru_cache(maxsize=16)
def _chosen(summary: str, content: str, base: str, text_chars: int) -> Choice:
    said = _prose(summary, base, text_chars)
    if not content:
        cut = is_machine_cut(_shown(summary, text_chars))
        return replace(said, more=said.more or cut or not said.blocks)
    if said.blocks and not _is_beginning(summary, content, said, text_chars):
        return replace(said, more=True)
    before, marked = _before_more(content)
    found = _prose(before, base, text_chars)
    if marked and found.blocks:
        return replace(found, more=True)
    if marked:
        found = _prose(content, base, text_chars)
    return found if found.blocks else replace(found, more=True)


def _before_more(content: str) -> tuple[str, bool]:
    marker = _MORE.search(content)
    return (content[: marker.start()], True) if marker else (content, False)


def _is_beginning(summary: str, content: str, said: Choice, text_chars: int) -> bool:
    """Whether a summary only repeats how the content begins, or is cut by a machine."""
    if is_machine_cut(_shown(summary, text_chars)):
        return True
    text = as_text(said.blocks)
    key = _key(text.rstrip("…. "))
    if len(key) < _MIN_SUMMARY and not text.endswith(("…", "...")):
        return key == _key(_shown(content, text_chars))
    return _key(_shown(content, len(text) * 2 + 200)).startswith(key)


def _shown(markup: str, text_chars: int) -> str:
    """All text of the beginning of untrusted HTML, for comparing only."""
    bounded = bound(_unescaped(markup), text_chars=text_chars).html
    return html.unescape(_TAGS.sub(" ", bounded)).strip()


def _key(text: str) -> str:
    return _WORDS.sub("", text).casefold()


def _prose(markup: str, base: str, text_chars: int) -> Choice:
    bounded = bound(_unescaped(markup), text_chars=text_chars)
    cleaned = clean(bounded.html, base=base)
    found = blocks(cleaned)
    if not any(block.kind in _PROSE for block in found):
        found = blocks(cleaned, skip=_SPOILERS) or found
    read = [block for block in found if not _is_entry(block, base)]
    kept, left_out = _readable(read, whole=bounded.whole)
    more = left_out or not bounded.whole
    return Choice(kept, more=more, longer=bounded.longer)


def _unescaped(markup: str) -> str:
    """A body that was escaped once too often, as it was meant."""
    head = markup[:20_000]
    if _ESCAPED.search(head) and not _REAL.search(head):
        return html.unescape(markup)
    return markup


def _readable(found: Sequence[Block], *, whole: bool) -> tuple[tuple[Block, ...], bool]:
    """The prose among the blocks, and whether something else was left out."""
    left_out = any(block.kind in {Kind.CODE, Kind.OTHER} for block in found)
    kept = [block for block in found if _is_read(block)]
    start = next((i for i, block in enumerate(kept) if _is_prose(block)), None)
    if start is None:
        captions = [block for block in found if block.kind is Kind.CAPTION]
        return tuple(_without_tail(captions or kept, whole=whole)), left_out
    begun = kept[start:]
    ended = _before_warned(_before_lead_in(found, begun))
    shown = _without_tail(ended, whole=whole and len(ended) == len(begun))
    while shown and shown[-1].kind is Kind.HEADING:
        shown.pop()
    return tuple(shown), left_out or len(ended) < len(begun)


def _is_read(block: Block) -> bool:
    """Whether a block may be shown: prose or a heading, and no divider."""
    told = block.kind in _PROSE or block.kind is Kind.HEADING
    return told and not is_divider(block.text)


def _is_entry(block: Block, base: str) -> bool:
    """Whether an item only leads to a place of its own page: a list of contents."""
    page = f"{base.partition('#')[0]}#"
    if block.kind is not Kind.ITEM or len(page) == 1:
        return False
    return all(run.link.startswith(page) for run in block.runs)


def _is_prose(block: Block) -> bool:
    return block.kind in _PROSE and not is_preamble(block.text)


def _before_lead_in(found: Sequence[Block], kept: list[Block]) -> list[Block]:
    """Stop before "like this:" where what it leads to is left out."""
    place = {id(block): index for index, block in enumerate(kept)}
    for block, following in pairwise(found):
        left_out = following.kind in {Kind.CODE, Kind.OTHER}
        index = place.get(id(block), -1)
        if not left_out or index < 0 or not block.text.endswith(_LEAD_IN):
            continue
        said = _without_lead_in(block)
        if index or said:
            return [*kept[:index], *said]
        # It is the first thing said: what comes behind says more.
        behind = kept[1:]
        if any(map(_is_prose, behind)):
            return _before_lead_in(found, behind)
        return list(cut_blocks([block], len(block.text) - 1, ELLIPSIS))
    return kept


def _without_lead_in(block: Block) -> tuple[Block, ...]:
    """The block up to the sentence that leads to what is left out."""
    found = places(block.text, "")
    ended = [
        end
        for index, end in enumerate(found.ends)
        if found.rank(index) is Rank.SENTENCE and end < len(block.text) - 1
    ]
    return cut_blocks([block], ended[-1], "") if ended else ()


def _before_warned(kept: list[Block]) -> list[Block]:
    """Stop before what the author warns of; where it is all, show the warning."""
    warned = next((i for i, block in enumerate(kept) if is_warning(block.text)), None)
    return kept if warned is None else kept[: warned or 1]


def _without_tail(kept: list[Block], *, whole: bool) -> list[Block]:
    """Without the boilerplate that ends the last blocks, where the end was read."""
    shown = list(kept)
    while shown and whole:
        text = "" if is_note(shown[-1].text) else without_tail(shown[-1].text)
        if text == shown[-1].text or (not text and len(shown) == 1):
            break
        shown[-1:] = cut_blocks(shown[-1:], len(text), "")
    return shown
