"""Which brackets and quotation marks are open where a text is cut."""

from __future__ import annotations

import re

__all__ = ["Brackets"]

_PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    '"': '"',
    "「": "」",
    "『": "』",
    "（": "）",
    "【": "】",
    "《": "》",
    "〈": "〉",
}
_EITHER = frozenset('"»«')
_SIGN = re.compile('[()\\[\\]{}“”„«»"「」『』（）【】《》〈〉]|\n\n')
_MAX_DEPTH = 16


class Brackets:
    """The matched pairs of a text; an unmatched sign is a sign like any other."""

    def __init__(self, text: str) -> None:
        edges: list[tuple[int, str, bool]] = []
        open_signs: list[tuple[int, str]] = []
        for sign in _SIGN.finditer(text):
            at, character = sign.start(), sign[0]
            depth = _match(open_signs, character)
            if character == "\n\n":
                open_signs.clear()
            elif depth is not None:
                start, opening = open_signs[depth]
                close = character if opening in _EITHER else _PAIRS[opening][-1]
                close = character if character in _PAIRS[opening] else close
                edges += [(start, close, True), (at, close, False)]
                del open_signs[depth:]
            elif _opens(text, at) and len(open_signs) < _MAX_DEPTH:
                open_signs.append((at, character))
        self._edges = sorted(edges, reverse=True)
        self._open: list[str] = []

    def closers(self, end: int) -> str:
        """What closes all that is open at `end`; ask in ascending order."""
        while self._edges and self._edges[-1][0] < end:
            _, close, opening = self._edges.pop()
            if opening:
                self._open.append(close)
            elif close in self._open:
                del self._open[len(self._open) - 1 - self._open[::-1].index(close)]
        return "".join(reversed(self._open))


def _match(open_signs: list[tuple[int, str]], character: str) -> int | None:
    for depth in range(len(open_signs) - 1, -1, -1):
        if character in _PAIRS[open_signs[depth][1]]:
            return depth
    return None


def _opens(text: str, at: int) -> bool:
    character = text[at]
    if character not in _PAIRS:
        return False
    if character not in _EITHER:
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    return not before.isalnum() and bool(after) and not after.isspace()
