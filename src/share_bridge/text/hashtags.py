"""Hashtags from the tags that an author gave a post."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from share_bridge.text.characters import normalize
from share_bridge.text.pattern import pattern

__all__ = ["HASHTAG", "MAX_HASHTAG", "hashtag", "hashtags"]

# What belongs to a word beside letters and digits: the marks of scripts whose vowels
# are marks, joiners, and what twitter-text and Mastodon let stand in a hashtag.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u05f3\u05f4\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u0711\u0730-\u074a\u0900-\u0903\u093a-\u0963\u0971-\u0dff\u0e31-\u0e3a"
    "\u0e47-\u0e4e\u0eb1-\u0ebc\u0ec8-\u0ece\u0f0b\u0f18-\u0fbc\u102b-\u103e\u1056-\u1060"
    "\u17b4-\u17d3\u17dd\u200c\u200d\xb7\u3003\u301c\u30a0\u30fb\uff5e\ufe0f"
)
#: A hashtag in running text: letters of any script, not digits alone.
HASHTAG = pattern(rf"(?<![\w&/#＃])[#＃](?=[\w{_MARKS}]*[^\W\d_])([\w{_MARKS}]+)")

# What parts the words of a tag; what stands inside a word and is left out; and what
# a tag cannot be without: "C++" and "C#" are not "C".
_PARTS = pattern(r"[\s\-‐‑–—/\\.,:;&|·•・_]+")
_WITHIN = frozenset("'’‘`\"“”„«»()[]{}!?¡¿")
# Scripts that part words and have no capitals: Hebrew, Arabic, those of India.
_PARTED = pattern("[\u0590-\u08ff\u0900-\u0dff]")
#: Bluesky: 64 graphemes (lexicon app.bsky.richtext.facet, 2026-11-22); none takes more.
MAX_HASHTAG = 64
# What WordPress and others file a post under when its author says nothing.
_NOTHING_SAID = frozenset(
    """
    uncategorized uncategorised allgemein nonclassé sincategoría senzacategoria
    semcategoria geencategorie bezkategorii okategoriserade ukategoriseret ukategorisert
    nezařazené 未分类 未分類 미분류
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def hashtags(tags: Iterable[str], text: str) -> tuple[str, ...]:
    """The hashtags, without `#`, that an author's tags make beside a text.

    In the author's order, each once, without those that the text has already.
    """
    shown = HASHTAG.finditer(text) if "#" in text or "＃" in text else ()
    taken = {found[1].casefold() for found in shown}
    made = []
    for tag in tags:
        name = hashtag(tag)
        if name and name.casefold() not in taken:
            taken.add(name.casefold())
            made.append(name)
    return tuple(made)


def hashtag(tag: str) -> str:
    """One tag as networks take it, or "" where they would read another word.

    Several words become one in CamelCase, which screen readers tell apart; where there
    are no capitals, as in Arabic or Hindi, `_` parts them. The author's own capitals
    stay. Digits alone are no hashtag.
    """
    words = _PARTS.split(normalize(tag).strip().lstrip("#＃").strip())
    if any(not _is_kept(each) and each not in _WITHIN for each in "".join(words)):
        return ""
    kept = ["".join(filter(_is_kept, word)) for word in words]
    kept = [word for word in kept if word]
    name = _joined(kept)
    if not name or len(name) > MAX_HASHTAG or name.casefold() in _NOTHING_SAID:
        return ""
    return name if any(each.isalpha() for each in name) else ""


def _joined(words: list[str]) -> str:
    if len(words) <= 1:
        return "".join(words)
    if _PARTED.match("".join(words)):
        return "_".join(words)
    return "".join(map(_capitalized, words))


def _is_kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _capitalized(word: str) -> str:
    return word[0].upper() + word[1:] if word.islower() else word
