"""Two networks' own packages count a set of strings as we do.

npm's `twitter-text` and `@atproto/api`, installed by `.ci/run` into `.venv/node`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path

import pytest

from needs import requires, requires_node_module
from share_bridge.model.capabilities import Unit
from share_bridge.text.measure import length
from share_bridge.text.weights import weighted

_COUNT = Path(__file__).with_name("counts") / "count.js"

#: What all of them agree on.
PLAIN = (
    *("the", "quick", "Größe", "naïve", "e\u0301te\u0301", "слово", "Ελλάδα", "今日は"),
    *("天気です。", "한국어", "שלום", "مرحبا", "नमस्ते", "क्षेत्र", "தமிழ்", "สวัสดี", "ພາສາ"),
    *(
        "ខ្មែរ",
        "ქართული",
        "“quoted”",
        "—",
        "…",
        "’",
        "© ™ ®",
        "½",
        "€24.90",
        "3.5",
        "e.g.",
    ),
    *(
        "@ann",
        "#tag",
        "#東京",
        "$AAPL",
        "(so)",
        "❤",
        "☺️",
        "👍🏽",
        "👩‍👩‍👧‍👦",
        "👩🏽‍🌾",
        "🏳️‍🌈",
        "🏴‍☠️",
    ),
    *("🇩🇪", "#️⃣", "🤷‍♀️", "🐈", "https://example.org/a/b?c=d#e", "http://a.co"),
    *(
        "https://example.org/",
        "(https://example.net)",
        "https://bücher.de/x",
        "example.com",
    ),
    "https://sub.example.co.uk:8080/x.html?y=z.",
)
#: X knows Emoji 11 and a list of hosts of 2021; we count what it may not know for more.
HEAVIER_AT_X = (
    *(
        "🧑‍🤝‍🧑",
        "🫶🏽",
        "🐈‍⬛",
        "👨🏿‍🦼",
        "🧔‍♂️",
        "🏳️‍⚧️",
        "https://blog.example/p/42",
        "readme.txt",
    ),
    *("x_http://a.co", "https://example.org/(x)", "http://x.com/日本", "www.한국.kr"),
)
#: Marks of Unicode 16 and later, of which each package knows as much as it is old.
NEWER_UNICODE = ("a\u1ade", "b\u1adf", "c\U00011f03")

_LINES = (" ", " ", " ", "\n", "\n\n")


def _texts(pieces: tuple[str, ...], count: int) -> list[str]:
    chance = random.Random(2_026)
    return [
        "".join(
            chance.choice(pieces) + chance.choice(_LINES)
            for _ in range(chance.randint(1, 12))
        ).strip()
        for _ in range(count)
    ]


def _counted(texts: list[str]) -> list[tuple[int, int, int]]:
    node, packages = requires("node"), requires_node_module("twitter-text")
    done = subprocess.run(
        [node, str(_COUNT)],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NODE_PATH": str(packages)},
    )
    return [tuple(counts) for counts in json.loads(done.stdout)]


@pytest.fixture(scope="module")
def known() -> list[tuple[str, tuple[int, int, int]]]:
    texts = _texts(PLAIN, 2_000)
    return list(zip(texts, _counted(texts), strict=True))


def test_x_counts_two_thousand_texts_as_we_do(
    known: list[tuple[str, tuple[int, int, int]]],
) -> None:
    assert [text for text, (weight, _, _) in known if weighted(text) != weight] == []


def test_bluesky_counts_two_thousand_texts_as_we_do(
    known: list[tuple[str, tuple[int, int, int]]],
) -> None:
    assert [
        text
        for text, (_, graphemes, size) in known
        if (length(text, Unit.GRAPHEMES), length(text, Unit.BYTES)) != (graphemes, size)
    ] == []


def test_for_x_we_never_count_less() -> None:
    texts = _texts(PLAIN + HEAVIER_AT_X + NEWER_UNICODE, 2_000)
    lighter = [
        text
        for text, (weight, _, _) in zip(texts, _counted(texts), strict=True)
        if weighted(text) < weight
    ]

    assert lighter == []


def test_bluesky_counts_newer_emoji_as_we_do() -> None:
    texts = _texts(PLAIN + HEAVIER_AT_X, 1_000)

    for text, (_, graphemes, size) in zip(texts, _counted(texts), strict=True):
        assert length(text, Unit.GRAPHEMES) == graphemes
        assert length(text, Unit.BYTES) == size
