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
from share_bridge.text.boilerplate import is_machine_cut, is_preamble, without_tail
from share_bridge.text.bound import bound
from share_bridge.text.render import as_text, cut_blocks
from share_bridge.text.sanitize import clean

__all__ = ["Choice", "choose"]

_MORE = re.compile(r"<!--\s*more\b[^>]{0,100}-->", re.IGNORECASE)
_ESCAPED = re.compile(r"&lt;(?:p|br|a|div|img|ul|h[1-6]|blockquote)\b", re.IGNORECASE)
_REAL = re.compile(r"<[a-zA-Z/!]")
_WORDS = re.compile(r"\W+")
_TAGS = re.compile(r"<[^<>]*>")
_PROSE = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.QUOTE})
_LEAD_IN = (":", "：")
# Old newsletters stand in tables, and some themes in <header> or <aside>.
_SPOILERS = frozenset({"details", "pre", "nav"})
_MIN_SUMMARY = 20


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
    summary = _prose(post.summary, post.base or post.url, text_chars)
    if not post.content:
        cut = is_machine_cut(_shown(post.summary, text_chars))
        return replace(summary, more=summary.more or cut or not summary.blocks)
    if summary.blocks and not _is_beginning(post, as_text(summary.blocks), text_chars):
        return replace(summary, more=True)
    before, marked = _before_more(post.content)
    content = _prose(before, post.base or post.url, text_chars)
    if marked and content.blocks:
        return replace(content, more=True)
    if marked:
        content = _prose(post.content, post.base or post.url, text_chars)
    return content if content.blocks else replace(content, more=True)


def _before_more(content: str) -> tuple[str, bool]:
    marker = _MORE.search(content)
    return (content[: marker.start()], True) if marker else (content, False)


def _is_beginning(post: Post, summary: str, text_chars: int) -> bool:
    """Whether a summary only repeats how the content begins, or is cut by a machine."""
    if is_machine_cut(_shown(post.summary, text_chars)):
        return True
    said = _key(summary.rstrip("…. "))
    if len(said) < _MIN_SUMMARY and not summary.endswith(("…", "...")):
        return said == _key(_shown(post.content, text_chars))
    return _key(_shown(post.content, len(summary) * 2 + 200)).startswith(said)


def _shown(markup: str, text_chars: int) -> str:
    """All text of the beginning of untrusted HTML, for comparing only."""
    bounded = bound(_unescaped(markup), text_chars=text_chars).html
    return html.unescape(_TAGS.sub(" ", bounded)).strip()


def _key(text: str) -> str:
    return _WORDS.sub("", text).casefold()


# The same post goes to several targets in one run.
@lru_cache(maxsize=16)
def _prose(markup: str, base: str, text_chars: int) -> Choice:
    bounded = bound(_unescaped(markup), text_chars=text_chars)
    cleaned = clean(bounded.html, base=base)
    found = blocks(cleaned)
    if not any(block.kind in _PROSE for block in found):
        found = blocks(cleaned, skip=_SPOILERS) or found
    kept, left_out = _readable(found, whole=bounded.whole)
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
    kept = [block for block in found if block.kind in _PROSE | {Kind.HEADING}]
    start = next((i for i, block in enumerate(kept) if _is_prose(block)), None)
    if start is None:
        captions = [block for block in found if block.kind is Kind.CAPTION]
        return tuple(_without_tail(captions or kept, whole=whole)), left_out
    ended = _before_lead_in(found, kept[start:])
    shown = _without_tail(ended, whole=whole)
    while shown and shown[-1].kind is Kind.HEADING:
        shown.pop()
    return tuple(shown), left_out or len(ended) < len(kept) - start


def _is_prose(block: Block) -> bool:
    return block.kind in _PROSE and not is_preamble(block.text)


def _before_lead_in(found: Sequence[Block], kept: list[Block]) -> list[Block]:
    """Stop before "like this:" where what it leads to is left out."""
    place = {id(block): index for index, block in enumerate(kept)}
    for block, following in pairwise(found):
        left_out = following.kind in {Kind.CODE, Kind.OTHER}
        if left_out and id(block) in place and block.text.endswith(_LEAD_IN):
            return kept[: place[id(block)] or 1]
    return kept


def _without_tail(kept: list[Block], *, whole: bool) -> list[Block]:
    """Without the boilerplate that ends the last blocks, where the end was read."""
    shown = list(kept)
    while shown and whole:
        text = without_tail(shown[-1].text)
        if text == shown[-1].text:
            break
        shown[-1:] = cut_blocks(shown[-1:], len(text), "")
    return shown
