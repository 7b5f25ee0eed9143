"""The characters that no post may carry to where people read: unseen and dangerous."""

from __future__ import annotations

import unicodedata

from share_bridge.text.pattern import pattern

__all__ = ["normalize", "strip_unseen"]

# C0 and C1 controls but tab and the line ends; soft hyphen; Mongolian vowel
# separator; zero-width space (not ZWNJ and ZWJ, which scripts and emoji need);
# embeddings, overrides, word joiner, invisible operators, isolates, deprecated
# format characters; lone surrogates; BOM; interlinear annotations; non-characters;
# language tags.
_CLASS = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u180e\u200b\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
_DECEIVING = pattern(f"[{_CLASS}]")
# The Arabic letter mark and the left-to-right and right-to-left marks, too.
_UNSEEN = pattern(f"[{_CLASS}\u061c\u200e\u200f]")
_FLAG = pattern("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
_PLAIN = pattern(r"[\t\n\r\x20-\x7e]*")


def strip_unseen(text: str, *, keep_marks: bool = False) -> str:
    """The text without what cannot be seen and may deceive; line ends stay.

    Gone are controls, bidi marks, embeddings, overrides and isolates, zero-width
    characters but ZWJ and ZWNJ, soft hyphens, lone surrogates and non-characters.
    Tag characters stay only where they spell the flag of a region.

    Args:
        text: Anything.
        keep_marks: Keep the three bidi marks, which only nudge what is beside them:
            authors of right-to-left text need them.

    """
    if _PLAIN.fullmatch(text):
        return text
    unseen = _DECEIVING if keep_marks else _UNSEEN
    if "\U000e007f" not in text:
        return unseen.sub("", text)
    pieces, start = [], 0
    for flag in _FLAG.finditer(text):
        pieces += [unseen.sub("", text[start : flag.start()]), flag[0]]
        start = flag.end()
    return "".join([*pieces, unseen.sub("", text[start:])])


def normalize(text: str, *, keep_marks: bool = False) -> str:
    """`strip_unseen` in Unicode's composed form (NFC), the one that networks count."""
    seen = strip_unseen(text, keep_marks=keep_marks)
    return seen if seen.isascii() else unicodedata.normalize("NFC", seen)
