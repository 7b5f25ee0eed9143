"""Networks count what readers never see: each in its own unit."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from needs import shared_folder
from share_bridge.model.capabilities import Counting, Unit
from share_bridge.text.measure import cluster_ends, counter
from text_support import load

FAMILY = "👩‍👩‍👧"
MASTODON = Counting(url_length=23, remote_mentions=True)
URL = "https://blog.example/2026/a-long-address-of-a-post"


@pytest.mark.parametrize(
    "unit, expected",
    [
        (Unit.GRAPHEMES, 3),
        (Unit.CODE_POINTS, 8),
        (Unit.UTF16, 11),
        (Unit.BYTES, 22),
    ],
)
def test_units(unit: Unit, expected: int) -> None:
    assert expected == counter(Counting(unit))(f"a{FAMILY}e\u0301")


@pytest.mark.parametrize(
    "text, expected",
    [
        (URL, 23),
        (f"see {URL}.", 28),
        (f"a\n{URL}\nb", 27),
        ("https://e.co", 23),
        (f"x{URL}", len(URL) + 1),
        (f"({URL})", len(URL) + 2),
        ("(https://e.co)", 25),
        ("http://localhost/a", 18),
        ("https://127.0.0.1/a", 19),
        ("https://e.co/" + "a" * 5_000, 5_013),
        ("hi @ann@host.example!", 8),
        ("hi @ann", 7),
        ("mail ann@host.example", 21),
        ("@ann@" + "h" * 300 + ".example", 313),
    ],
)
def test_addresses_and_mentions_count_as_the_network_shows_them(
    text: str, expected: int
) -> None:
    assert expected == counter(MASTODON)(text)


def test_a_network_may_count_by_itself() -> None:
    assert counter(Counting(weigh=lambda text: 2 * len(text)))("abc") == 6


@given(st.text())
def test_ascii_counts_the_same_on_the_fast_path(text: str) -> None:
    """One grapheme per cluster, whichever way it is counted."""
    assert counter(Counting())(text) == len(list(cluster_ends(text)))


def test_what_is_not_looked_up_is_a_cluster_of_its_own() -> None:
    """Every character, beside a letter and beside its like, as the library has it."""
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    apart = [each for each in every if len(list(cluster_ends(f"a{each}{each}"))) == 3]
    shown = regex.findall(r"\X", "".join(f"a{each}{each}" for each in apart))

    assert len(apart) > 100_000
    assert len(shown) == 3 * len(apart)


def test_graphemes_break_where_unicode_says() -> None:
    lines = (shared_folder() / "corpora/unicode/GraphemeBreakTest.txt").read_text(
        "utf-8"
    )
    cases = [line.partition("#")[0].strip() for line in lines.splitlines()]
    cases = [case for case in cases if case]

    assert len(cases) > 800
    for case in cases:
        clusters = [
            "".join(chr(int(point, 16)) for point in cluster.split("×"))
            for cluster in case.strip("÷ ").split("÷")
        ]
        text = "".join(clusters)
        ends = [len("".join(clusters[: count + 1])) for count in range(len(clusters))]
        assert ends == list(cluster_ends(text)), case


def test_mastodon_counts_as_we_do() -> None:
    corpus = load(shared_folder() / "corpora/mastodon/status_length.json")
    count = counter(MASTODON)

    for case in corpus["cases"]:
        total = count(case["text"]) + count(case["spoiler"])
        assert case["over"] is (total > corpus["limit"]), case["name"]


def test_bluesky_counts_as_we_do() -> None:
    corpus = load(shared_folder() / "corpora/atproto/richtext.json")

    for case in corpus["lengths"]:
        assert case["graphemes"] == counter(Counting())(case["text"])
        if "bytes" in case:
            assert case["bytes"] == counter(Counting(Unit.BYTES))(case["text"])
