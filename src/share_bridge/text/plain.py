"""Plain text from what a feed calls a title, a name, a tag: one line, no markup."""

from __future__ import annotations

import html
import re

from share_bridge.text.characters import normalize
from share_bridge.text.pattern import pattern

__all__ = ["collapse", "one_line", "squeeze"]

#: A title is looked at up to here; what follows is no title.
_MAX_CHARS = 20_000

_DROPPED = pattern(
    r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
# A space or a letter behind "<" tells a comparison from a tag: "a < b" stays.
_TAG = pattern(r"<[a-zA-Z/!][^<>]*>")
_ENTITY = pattern(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_SPACES = pattern("[\t\n\x0b\x0c\r \x85\xa0\u2028\u2029]+")
# Elements that stand apart where they are shown: their tags part words.
_APART = pattern(
    r"</?(?:br|p|div|li|ul|ol|h[1-6]|td|th|tr|table|blockquote|hr)\b[^<>]*>",
    re.IGNORECASE,
)


def one_line(markup: str) -> str:
    """Make one line of plain text of a title, name or tag that a feed gives.

    Untrusted text in, text out that still has to be escaped for where it goes:
    an author may well write about `&lt;b&gt;`, and then gets `<b>` as text.

    Tags go (scripts, styles and comments with their content), entities are
    unescaped, twice where escaped twice, white space is collapsed, unseen
    characters go (see `characters.strip_unseen`), the rest is NFC.
    """
    text = markup[:_MAX_CHARS]
    if "<" in text:
        text = _TAG.sub("", _APART.sub(" ", _DROPPED.sub("", text)))
    if "&" in text:
        text = html.unescape(text)
        if _ENTITY.search(text):
            text = html.unescape(text)
    return collapse(normalize(text))


def collapse(text: str) -> str:
    """`squeeze` with no space at the ends."""
    return squeeze(text).strip(" \xa0")


def squeeze(text: str) -> str:
    """Every run of white space as one space.

    A single no-break space stays, as French punctuation wants it, and so do the
    spaces that are letters of their own, such as the ideographic one.
    """
    return _SPACES.sub(_space, text)


def _space(run: re.Match[str]) -> str:
    return "\xa0" if run[0] == "\xa0" else " "
