"""The mark that says "cut here", as each language writes it."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["ELLIPSIS", "CutMark", "cut_mark"]

ELLIPSIS = "…"


class CutMark(Struct, frozen=True):
    """The sign, and what parts it from a whole word before it."""

    sign: str = ELLIPSIS
    gap: str = ""


#: Where whole words are left out, these languages set a space; in a word none does.
_SPACED = frozenset({"da", "de", "fi", "nb", "nn", "no", "sv"})
_PLAIN, _WITH_SPACE, _CHINESE = CutMark(), CutMark(gap="\xa0"), CutMark(sign="……")


def cut_mark(language: str) -> CutMark:
    """The mark of a BCP 47 tag: `word…`, in German `word …`, in Chinese `……`."""
    main = language.lower().replace("_", "-").partition("-")[0]
    if main in _SPACED:
        return _WITH_SPACE
    return _CHINESE if main == "zh" else _PLAIN
