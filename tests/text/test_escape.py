"""Text is shown wherever it goes, and obeyed nowhere."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.text.escape import for_html, for_line, for_markdown, for_terminal
from share_bridge.text.markdown import to_html
from text_support import Checker


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;https://e.example\x1b\\b", "ab"),
        ("a\x9b2Jb", "ab"),
        ("a\x1bPq#0\x1b\\b", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b", "a"),
        ("a\x1b]0;never closed\nnext", "a\nnext"),
        ("a\u202eb\u2066c", "abc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\tb\x08c", "a bc"),
        ("👩\u200d👧 می\u200cخواهم", "👩\u200d👧 می\u200cخواهم"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",) * 2,
        ("smuggled\U000e0041\U000e0042", "smuggled"),
    ],
)
def test_a_terminal_gets_nothing_to_obey(text: str, expected: str) -> None:
    assert expected == for_terminal(text)


@given(st.text())
def test_no_control_reaches_a_terminal(text: str) -> None:
    shown = for_terminal(text)

    assert not [
        c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} and c != "\n"
    ]
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(for_line(text).splitlines()) <= 1


def test_a_line_keeps_its_words_apart() -> None:
    assert for_line(" a\n\n b\tc ") == "a b c"


_NASTY = st.text(alphabet="ab1 .)-+*_`~#>[]()!<&;\\|$:=\n\t", max_size=40)


@given(_NASTY)
def test_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    """What CommonMark makes of it has no element but paragraphs, and the same text."""
    rendered = to_html(for_markdown(text))
    shown = Checker(rendered)

    assert not re.search(r"<(?!/?p>|br />)", rendered)
    assert "".join(text.split()) == "".join(shown.text.split())


@given(st.text())
def test_html_shows_no_markup(text: str) -> None:
    assert not set(for_html(text)) & set("<>\"'")
