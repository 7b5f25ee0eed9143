"""A pattern is compiled when it is first used, and is then what `re` makes of it."""

from __future__ import annotations

import re

import pytest

from share_bridge.text.pattern import pattern


def test_a_pattern_does_what_re_does() -> None:
    made = pattern("A(.)", re.IGNORECASE)

    assert made.sub(r"\1", "ab AC") == "b C"
    assert made.pattern == "A(.)"
    assert pattern(b"a").fullmatch(b"a")


def test_a_mistake_in_it_shows_when_it_is_used() -> None:
    """So every pattern of the house has to be used by a test."""
    broken = pattern("(")

    with pytest.raises(re.error):
        broken.match("")
