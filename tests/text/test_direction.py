"""Words that run against their text stay where the author had them."""

from __future__ import annotations

import pytest

from share_bridge.text.blocks import blocks
from share_bridge.text.direction import is_right_to_left
from share_bridge.text.render import as_html, as_text

OPEN, CLOSE = "\u2066", "\u2069"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("שלום עולם", True),
        ("Python היא שפה נחמדה", True),
        ("The word שלום means peace", False),
        ("plain", False),
        ("", False),
    ],
)
def test_the_direction_of_a_text(text: str, expected: bool) -> None:
    assert is_right_to_left(text) is expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Python היא שפה", f"{OPEN}Python{CLOSE} היא שפה"),
        ("“Vim” הוא עורך טוב", f"“{OPEN}Vim{CLOSE}” הוא עורך טוב"),
        ("יש כאן C++ וגם לחם", f"יש כאן {OPEN}C++{CLOSE} וגם לחם"),
        ("Go 1.25 יצאה היום סוף סוף", f"{OPEN}Go 1.25{CLOSE} יצאה היום סוף סוף"),
        ("https://example.org הוא אתר לדוגמה", "https://example.org הוא אתר לדוגמה"),
        ("C++ is fun", "C++ is fun"),
    ],
)
def test_words_are_isolated(text: str, expected: str) -> None:
    assert expected == as_text(blocks(f"<p>{text}</p>"))


def test_isolates_are_whole_across_what_is_marked() -> None:
    made = blocks("<p><strong>Python</strong> היא שפה</p>")

    assert as_text(made) == f"{OPEN}Python{CLOSE} היא שפה"
    assert as_html(made) == '<p dir="rtl"><strong>Python</strong> היא שפה</p>'
