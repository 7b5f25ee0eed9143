"""How LinkedIn reads a `commentary`: by its documented grammar, without mercy."""

from __future__ import annotations

import re

__all__ = ["read_little"]

_RESERVED = frozenset("\\|{}@[]()<>#*_~")
_HASHTAG = re.compile(r"\{hashtag\|(?:\\#|＃)\|((?:\\.|[^\\|{}@\[\]()<>#*_~])+)\}")
_MENTION = re.compile(r"@\[((?:\\.|[^\\\]])+)\]\((urn:li:\w+:\w+)\)")
_PLAIN_TAG = re.compile(r"#\w+")


def read_little(commentary: str) -> tuple[str, tuple[str, ...]]:
    """What readers see, and the hashtags among it.

    The post ends, without a word of warning, at the first reserved character that is
    neither escaped nor part of an element.
    """
    shown, tags, at = [], [], 0
    while at < len(commentary):
        sign = commentary[at]
        if sign not in _RESERVED:
            shown.append(sign)
            at += 1
        elif sign == "\\" and commentary[at + 1 : at + 2] in _RESERVED:
            shown.append(commentary[at + 1])
            at += 2
        elif found := _HASHTAG.match(commentary, at):
            name, inner = read_little(found[1])
            assert not inner
            tags.append(name)
            shown.append(f"{'＃' if '＃' in found[0][:11] else '#'}{name}")
            at = found.end()
        elif found := _MENTION.match(commentary, at):
            shown.append(found[1])
            at = found.end()
        elif found := _PLAIN_TAG.match(commentary, at):
            tags.append(found[0][1:])
            shown.append(found[0])
            at = found.end()
        else:
            break
    return "".join(shown), tuple(tags)
