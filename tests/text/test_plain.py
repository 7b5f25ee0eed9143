"""Titles and names become one line of plain text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.text.plain import one_line


@pytest.mark.parametrize(
    "markup, expected",
    [
        ("Plain", "Plain"),
        ("a < b and c > d", "a < b and c > d"),
        ("1 <2", "1 <2"),
        ("<b>bold</b> and <em>it</em>", "bold and it"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("Tom&#8217;s &amp;#8217; &hellip;", "Tom’s ’ …"),
        ("All about &lt;b&gt;", "All about <b>"),
        ("x<script>alert(1)</script>y<!-- no -->z", "xyz"),
        ("one<br>two<p>three</p>", "one two three"),
        (" a\n\t b\xa0 c\u2028d ", "a b c d"),
        ("Bonjour\xa0!", "Bonjour\xa0!"),
        ("a\x00b\x0bc\x1bd", "ab cd"),
        ("a\u200bb\u202ec\u2066d\ufeffe\xadf", "abcdef"),
        ("e\u0301", "é"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("\ud83d lone", "lone"),
        ("全角\u3000空白", "全角\u3000空白"),
        ("R&D & co", "R&D & co"),
        ("", ""),
    ],
)
def test_one_line(markup: str, expected: str) -> None:
    assert expected == one_line(markup)


@given(st.text())
def test_one_line_is_normal_and_one_line(markup: str) -> None:
    line = one_line(markup)

    assert len(line.splitlines()) <= 1
    assert line == line.strip() == unicodedata.normalize("NFC", line)


def test_a_title_of_megabytes_is_cut_in_time() -> None:
    """What is no title is not read to its end."""
    assert len(one_line("<script>" * 500_000)) <= 20_000
