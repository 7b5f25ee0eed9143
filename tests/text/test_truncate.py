"""Texts are cut on whole units, at the best place that does not waste the room."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from needs import shared_folder
from share_bridge.text.links import url_spans
from share_bridge.text.truncate import Cut, at_most, truncate
from text_support import load, words


def _cut(text: str, limit: int) -> Cut:
    return truncate(text, at_most(limit))


@pytest.mark.parametrize(
    "text, limit, expected",
    [
        ("It fits.", 8, "It fits."),
        ("One sentence. Another one.", 20, "One sentence."),
        (
            "One sentence. Another one, longer than that.",
            37,
            "One sentence. Another one…",
        ),
        ("Short block\n\nAnother block here", 16, "Short block…"),
        ("Done here.\n\nAnother block", 14, "Done here."),
        ("a clause, and more words", 16, "a clause…"),
        ("the clause ends here, so it does", 24, "the clause ends here…"),
        ("on — off and on again", 9, "on — off…"),
        ("one—two three four", 9, "one—two…"),
        ("Dr. Who met Mr. Bean there", 17, "Dr. Who met…"),
        ("He is e.g. Tall or so", 12, "He is…"),
        ("It is 3.5 Metres long or so", 12, "It is 3.5…"),
        ("Am 3. Oktober war Feiertag", 12, "Am 3. …"),
        ("J. R. R. Tolkien wrote", 12, "J. R. R. …"),
        ("It costs much (as always", 16, "It costs much…"),
        ("He went (as he always does) home", 20, "He went (as he…)"),
        ("He said “all of you go home” again", 24, "He said “all of you go…”"),
        ("They said this (or that one) again", 20, "They said this…"),
        ("He said “go.” Then left us all", 18, "He said “go.”"),
        ("Wait… and see what happens", 8, "Wait…"),
        ("Wait... and see what happens", 10, "Wait..."),
        ("Why? Because it is so", 12, "Why?"),
        ("Yahoo! is a company there", 16, "Yahoo! is…"),
        ("see https://e.example/a/b now", 27, "see https://e.example/a/b …"),
        ("see https://e.example/a/ and then", 28, "see https://e.example/a/ …"),
        ("see https://e.example/a— so and so", 28, "see https://e.example/a …"),
        ("see https://e.example/a/b now", 24, "see…"),
        ("see https://e.example/a/b now and", 30, "see https://e.example/a/b now…"),
        ("hi @ann@host.example you", 20, "hi…"),
        ("go #hashtag now or", 11, "go…"),
        ("go #hashtag now or", 13, "go #hashtag …"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("今日は良い天気です。明日は雨です。", 12, "今日は良い天気です。"),
        ("今日は良い「天気」です", 7, "今日は良い…"),
        ("彼はコーヒーを飲む", 5, "彼は…"),
        ("नमस्ते दुनिया। फिर मिलेंगे", 20, "नमस्ते दुनिया।"),
        ("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 11, "👩‍👩‍👧👩‍👩‍👧…"),
        ("a bc", 0, ""),
        ("https://e.example/a/b", 20, ""),
    ],
)
def test_where_a_text_ends(text: str, limit: int, expected: str) -> None:
    assert expected == _cut(text, limit).text


@pytest.mark.parametrize(
    "language, text, limit, expected",
    [
        ("de", "Es war ein Hund im Garten dort", 21, "Es war ein Hund …"),
        ("de", "Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("fi", "Talvi tuli ja meni pois aivan", 17, "Talvi tuli …"),
        ("zh", "楼下有一个修鞋的老人家", 8, "楼下有一个修……"),
        ("zh", "他记的不是钱，是鞋，一本账。还有", 13, "他记的不是钱，是鞋……"),
        ("ja", "知らない人が傘を持っていた", 10, "知らない人が傘を…"),
        ("th", "ไม่มีป้ายชื่อ ไม่มีเมนู และไม่มีราคา", 26, "ไม่มีป้ายชื่อ ไม่มีเมนู…"),
        ("km", "ក្បែរផ្ទះខ្ញុំ", 6, "ក្បែរ…"),
        ("en", "the lamp at the end of the pier", 25, "the lamp at the end…"),
        ("en", "He met me at the pub. Then we left", 24, "He met me at the pub."),
        ("en", "He cited Fig. Three and left us", 15, "He cited…"),
        ("fr", "« Quand il y a du monde », dit-elle alors", 20, "« Quand il y a… »"),
        ("he", "יש כאן \u2066C++ ועוד\u2069 משהו", 16, "יש כאן…"),
    ],
)
def test_every_language_is_cut_as_it_is_written(
    language: str, text: str, limit: int, expected: str
) -> None:
    cut = truncate(text, at_most(limit), language=language)

    assert expected == cut.text.replace("\xa0", " ")


@given(words, st.integers(0, 300))
def test_what_is_left_fits_and_is_a_beginning(text: str, limit: int) -> None:
    cut = _cut(text, limit)

    assert len(cut.text) <= limit
    assert cut.text == text[: cut.end] + cut.suffix
    assert cut.whole is (cut.text == text and len(text) <= limit)
    assert cut.suffix.rstrip('"”’»›)]}」』）】》〉') in {"", "…", " …"}


@given(words, st.integers(0, 300))
def test_nothing_is_cut_in_two(text: str, limit: int) -> None:
    """Neither an address, a mention, a hashtag nor what readers see as a character."""
    end = _cut(text, limit).end

    assert end in {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert not [span for span in url_spans(text) if span[0] < end < span[1]]
    assert not regex.search(r"(?<![\w&/])[#@][\w.@-]*$", text[:end]) or not regex.match(
        r"\w", text[end:]
    )


@given(words)
def test_more_room_never_shows_less(text: str) -> None:
    ends = [_cut(text, limit).end for limit in range(0, len(text) + 2, 3)]

    assert ends == sorted(ends)


@given(words, st.integers(0, 200))
def test_no_ellipsis_stands_behind_a_full_stop(text: str, limit: int) -> None:
    cut = _cut(text, limit)

    assert not regex.search(r"[.!?。]…$|……$", cut.text)


def test_a_heading_is_never_the_end() -> None:
    text = "First block.\n\nHeading\n\nSecond block."
    cut = truncate(text, at_most(25), avoid=[(12, 21)])

    assert cut.text == "First block."


@pytest.mark.parametrize(
    "piece", ["a", "a ", "(", "“ ", ". ", "👩\u200d", "#a ", "a.", "https://e.example/"]
)
def test_cutting_counts_few_texts(piece: str) -> None:
    """Of sixteen times the text, not sixteen times as much is counted for each."""

    def counted(size: int) -> int:
        text, seen = piece * size, 0

        def room(part: str) -> int:
            nonlocal seen
            seen += len(part)
            return len(text) // 2 - len(part)

        truncate(text, room)
        return seen

    assert counted(16_000) < 40 * max(counted(1_000), 1)


def test_others_cases_keep_the_rules() -> None:
    """Django's and Hugo's inputs, cut by our rules: they fit and are beginnings."""
    corpora = shared_folder() / "corpora"
    cases = [
        (case["input"], case["n"])
        for case in load(corpora / "django/truncator.json")
        if isinstance(case["input"], str) and not case["html"]
    ]
    cases += [
        (case["arg2"]["text"], case["length"])
        for case in load(corpora / "hugo/truncate.json")
        if "text" in (case["arg2"] or {})
    ]

    assert cases
    for text, limit in cases:
        cut = _cut(text, int(limit))
        assert len(cut.text) <= max(0, int(limit))
        assert text.startswith(cut.text[: cut.end])


@pytest.mark.parametrize(
    "language", ["arabic", "hindi", "japanese", "korean", "mandarin", "russian"]
)
def test_every_script_is_cut_well(language: str) -> None:
    """Most of the room is used, and a cluster is never broken."""
    folder = shared_folder() / "corpora/unicode-segmentation/benches/texts"
    text = " ".join((folder / f"{language}.txt").read_text("utf-8").split())[:3_000]

    for limit in (100, 300, 500):
        cut = _cut(text, limit)
        assert cut.end >= limit // 2
        assert regex.match(r"\X*", text[: cut.end])


@pytest.mark.parametrize("size", [1, 3, 40])
def test_few_texts_are_counted_whatever_a_character_counts(size: int) -> None:
    asked: list[str] = []

    def room(shown: str) -> int:
        asked.append(shown)
        return 1_000 - size * len(shown)

    cut = truncate("今日は良い天気です" * 200, room)

    assert size * len(cut.text) <= 1_000
    assert len(asked) < 40
