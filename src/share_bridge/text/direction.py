"""Text that runs from right to left, and the words in it that do not.

Where a line begins with such a word, every program that guesses would turn the whole
line around; and signs behind one ("C++") would jump to its other side. Isolates
(Unicode Standard Annex 9) keep both where the author had them.
"""

from __future__ import annotations

from collections.abc import Sequence

from share_bridge.text.pattern import pattern

__all__ = ["ISOLATES", "is_right_to_left", "to_isolate"]

#: What is put around a word: left-to-right isolate, pop directional isolate.
ISOLATES = ("\u2066", "\u2069")

_RIGHT = pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+")
_LEFT = pattern("[A-Za-z\u00c0-\u058f\u1e00-\u1fff]+")
_ADDRESS = pattern(r"https?://\S+")
_WORD = "[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f.’'-]*"
_LEADING = pattern(
    rf"[(“„\"]?({_WORD}[+#]*(?:[ ](?:{_WORD}[+#]*|\d[\d.]*))*)(?![\w:/@.])"
)

_SIGNED = pattern(rf"(?<![\w/@#])({_WORD}[+#]+)(?!\w)")


def is_right_to_left(text: str) -> bool:
    """Whether most words of a text run from right to left."""
    if text.isascii():
        return False
    right = len(_RIGHT.findall(text))
    return right > 0 and right > len(_LEFT.findall(_ADDRESS.sub("", text)))


def to_isolate(text: str) -> Sequence[tuple[int, int]]:
    """The words of a right-to-left text that have to be isolated, in their order."""
    if not is_right_to_left(text):
        return ()
    leading = _LEADING.match(text)
    spans = [leading.span(1)] if leading else []
    end = spans[0][1] if spans else 0
    return [*spans, *(found.span(1) for found in _SIGNED.finditer(text, end))]
