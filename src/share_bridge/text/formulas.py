"""Formulas that a page would have set, and a teaser shows as they were typed."""

from __future__ import annotations

import re

from share_bridge.text.pattern import pattern

__all__ = ["is_formula", "without_delimiters"]

_DISPLAYED = pattern(
    r"\s*(?:\$\$.+\$\$|\\\[.+\\\]|\\begin\{.+\\end\{[^}]+\})\s*", re.DOTALL
)
_INLINE = pattern(r"\\\((.{1,200}?)\\\)")


def is_formula(text: str) -> bool:
    """Whether a block is one formula of TeX, set apart: no prose."""
    return bool(_DISPLAYED.fullmatch(text))


def without_delimiters(text: str) -> str:
    r"""The text with short formulas as they are typed: `\(a^2\)` is `a^2`."""
    return _INLINE.sub(r"\1", text) if "\\(" in text else text
