"""What feeds and files both have to make right: languages, tags, names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from share_bridge.text.pattern import pattern
from share_bridge.text.plain import one_line

__all__ = ["language_tag", "names", "plain_to_html", "tags", "unique"]

_LANGUAGE = pattern(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8}){0,4})")
# The tag that a blog gives when its author gave none, and the name that
# static site generators give to the list of all posts.
_NO_TAGS = frozenset({"uncategorized", "uncategorised", "posts", "post", "all", "nav"})
_MAX_TAG_CHARS = 100


def language_tag(*candidates: object) -> str:
    """The first that is a BCP 47 tag, written as usual (`pt-BR`), or empty."""
    for candidate in candidates:
        match = _LANGUAGE.fullmatch(str(candidate or "").strip())
        if match:
            rest = match[2].replace("_", "-").split("-")[1:]
            return "-".join([match[1].lower(), *(_subtag(part) for part in rest)])
    return ""


def tags(words: Iterable[str]) -> tuple[str, ...]:
    """Tags as plain text, in order, once each: lists split on their commas."""
    plain = (
        one_line(part).lstrip("#")
        for word in words
        if "://" not in word
        for part in word.split(",")
    )
    return unique(
        word
        for word in plain
        if word.casefold() not in _NO_TAGS and len(word) <= _MAX_TAG_CHARS
    )


def names(authors: Iterable[str]) -> tuple[str, ...]:
    """People by name, once each; a bare mail address is nobody's name."""
    plain = (one_line(author) for author in authors)
    return unique(name for name in plain if "@" not in name.strip("@"))


def unique(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, whatever its case, as first written; empty ones dropped."""
    seen: dict[str, str] = {}
    for word in words:
        if word:
            seen.setdefault(word.casefold(), word)
    return tuple(seen.values())


def plain_to_html(text: str) -> str:
    """Plain text as HTML: a blank line parts paragraphs, a line end stays one."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blocks = [block.strip() for block in re.split(r"\n\s*\n", escaped)]
    return "".join(
        f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks if block
    )


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():  # noqa: PLR2004 - a script, `Latn`
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()  # noqa: PLR2004 - a region
