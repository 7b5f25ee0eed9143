"""LinkedIn's "little text": the one markup in which it takes the words of a post.

A reserved character without its backslash ends the post there, without an error
(https://learn.microsoft.com/linkedin/marketing/community-management/shares/
little-text-format, 2026-11-22).
"""

from __future__ import annotations

from share_bridge.text.hashtags import HASHTAG
from share_bridge.text.links import url_spans
from share_bridge.text.pattern import pattern

__all__ = ["little_text"]

_RESERVED = pattern(r"[\\|{}@\[\]()<>#*_~]")


def little_text(text: str) -> str:
    """Plain text as little text that shows it; its hashtags are hashtags there."""
    if not _RESERVED.search(text) and "＃" not in text:
        return text
    pieces, end = [], 0
    for start, stop in url_spans(text):
        pieces += [_tagged(text[end:start]), _escaped(text[start:stop])]
        end = stop
    return "".join([*pieces, _tagged(text[end:])])


def _tagged(text: str) -> str:
    if "#" not in text and "＃" not in text:
        return _escaped(text)
    pieces, end = [], 0
    for tag in HASHTAG.finditer(text):
        pieces.append(_escaped(text[end : tag.start()]))
        pieces.append(f"{{hashtag|{_escaped(tag[0][0])}|{_escaped(tag[1])}}}")
        end = tag.end()
    return "".join([*pieces, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\g<0>", text)
