"""Which brackets and quotation marks are open where a text is cut."""

from __future__ import annotations

from bisect import bisect_left

from share_bridge.text.pattern import pattern

__all__ = ["Brackets"]

_PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    '"': '"',
    "「": "」",
    "『": "』",
    "（": "）",
    "【": "】",
    "《": "》",
    "〈": "〉",
    "\u2066": "\u2069",
}
_EITHER = frozenset('"»«')
_SIGN = pattern('[()\\[\\]{}“”„«»‹›"「」『』（）【】《》〈〉\u2066\u2069]|\n\n')
_SPACES = frozenset({" ", "\xa0", "\u202f"})
_MAX_DEPTH = 16


class Brackets:
    """The matched pairs of a text; an unmatched sign is a sign like any other."""

    def __init__(self, text: str) -> None:
        edges = sorted(_edges(text))
        self._at = [at for at, _, _ in edges]
        #: What closes all that is open before the edge of the same index.
        self._closers = [""]
        open_now: list[str] = []
        for _, close, opening in edges:
            if opening:
                open_now.append(close)
            elif close in open_now:
                del open_now[len(open_now) - 1 - open_now[::-1].index(close)]
            self._closers.append("".join(reversed(open_now)))

    def closers(self, end: int) -> str:
        """What closes all that is open behind the first `end` characters."""
        return self._closers[bisect_left(self._at, end)]


def _edges(text: str) -> list[tuple[int, str, bool]]:
    edges: list[tuple[int, str, bool]] = []
    open_signs: list[tuple[int, str]] = []
    for sign in _SIGN.finditer(text):
        at, character = sign.start(), sign[0]
        depth = _match(open_signs, character)
        if character == "\n\n":
            open_signs.clear()
        elif depth is not None:
            start, _ = open_signs[depth]
            close = f"\xa0{character}" if _stands_apart(text, at) else character
            edges += [(start, close, True), (at, close, False)]
            del open_signs[depth:]
        elif _opens(text, at) and len(open_signs) < _MAX_DEPTH:
            open_signs.append((at, character))
    return edges


def _match(open_signs: list[tuple[int, str]], character: str) -> int | None:
    for depth in range(len(open_signs) - 1, -1, -1):
        if character in _PAIRS[open_signs[depth][1]]:
            return depth
    return None


def _stands_apart(text: str, at: int) -> bool:
    """Whether a closing sign has a space before it, as French has."""
    return text[at] == "»" and text[at - 1 : at] in _SPACES


def _opens(text: str, at: int) -> bool:
    character = text[at]
    if character not in _PAIRS:
        return False
    if character not in _EITHER:
        return True
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    # French sets a space inside its guillemets.
    spaced = character == "«" and after in _SPACES
    return not before.isalnum() and bool(after) and (spaced or not after.isspace())
