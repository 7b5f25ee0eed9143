"""Helps with a word that nothing is called by: most are typed wrong by a letter."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["closest", "suggestion"]


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    from difflib import get_close_matches  # noqa: PLC0415 - only on a mistake

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?`, or the words there are when none comes close."""
    words = sorted(known)
    if close := closest(word, words):
        return f"; did you mean {close}?"
    return f"; there are: {', '.join(words)}" if words else ""
