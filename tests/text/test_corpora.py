"""What the networks' own tests say of lengths, links, mentions and hashtags.

Where we differ on purpose, the cases are named, with the reason.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from needs import shared_folder
from share_bridge.model.capabilities import Unit
from share_bridge.text.facets import facets
from share_bridge.text.hashtags import HASHTAG
from share_bridge.text.links import urls_in
from share_bridge.text.measure import length
from share_bridge.text.weights import weighted
from text_support import load


def _twitter(name: str) -> dict[str, Any]:
    path = shared_folder() / f"corpora/twitter-text/conformance/{name}.yml"
    tests: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))["tests"]
    return tests


#: Counted for more than there: a link between bidi marks, whose end we do not trust,
#: and a host that is too long for DNS.
HEAVIER = ("foobar.پاکستان", "http://あいうえお")


@pytest.mark.parametrize(
    "suite",
    [
        "WeightedTweetsWithDiscountedEmojiCounterTest",
        "UnicodeDirectionalMarkerCounterTest",
    ],
)
def test_x_weighs_as_we_do(suite: str) -> None:
    for case in _twitter("validate")[suite]:
        text, expected = case["text"], case["expected"]["weightedLength"]
        assert weighted(text) >= expected, case["description"]
        heavier = any(each in text for each in HEAVIER)
        assert weighted(text) == expected or heavier, case["description"]


#: Glued to other words without a space: networks part them, we do not.
GLUED = ("これは日本語です。example.com", "$http://twitter.com", "@http://test.com")


def test_no_link_that_x_finds_is_cut() -> None:
    """Each is whole within one of ours; where none is, it is glued to a word."""
    for case in _twitter("extract")["urls"]:
        text, ours = case["text"], urls_in(case["text"])
        for url in case["expected"]:
            if url.startswith("http"):
                whole = any(url in found for found in ours)
                assert whole or any(glue in text for glue in GLUED), text


#: A Hebrew sign that stands in hashtags there, and ends them with us; and an address
#: that is none for its "#", of which we take the scheme for a hashtag.
OTHERWISE = {"#עַל־יְדֵי #וכו׳ #מ״כ", "#http://twitter.com #https://twitter.com"}


def test_hashtags_are_those_of_x() -> None:
    for case in _twitter("extract")["hashtags"]:
        if case["text"] not in OTHERWISE:
            assert HASHTAG.findall(case["text"]) == case["expected"], case["text"]


def test_bluesky_finds_the_links_and_mentions_that_we_find() -> None:
    """Of names without a scheme it makes links, too; we leave them plain words."""
    cases = load(shared_folder() / "corpora/atproto/richtext.json")["segments"]

    for case in cases:
        raw = case["input"].encode()
        found = [
            (raw[each.start : each.end].decode(), each.kind)
            for each in facets(case["input"], unit=Unit.BYTES)
        ]
        marked = [segment for segment in case["segments"] if len(segment) > 1]
        expected = [
            (text, "link" if target.startswith("http") else "mention")
            for text, target in marked
            if text.startswith(("http", "@"))
        ]
        assert found == expected, case["input"]


#: We end a hashtag at the first sign that is no letter, digit, mark or `_`.
SIGNED = (
    *("#double#rainbow", "##hashash", "#n0n3s@n5e!", "#with,punctuation", "#🦋"),
    *("#multi_trailing___", "##️⃣tag", "＃#️⃣tag"),
)


def test_bluesky_finds_the_hashtags_that_we_find() -> None:
    corpus = load(shared_folder() / "corpora/atproto/richtext.json")

    for case in corpus["detects tags inline"]:
        found = facets(case["input"], unit=Unit.BYTES)
        ours = [(tag.value, tag.start, tag.end) for tag in found if tag.kind == "tag"]
        theirs = [
            (value, index["byteStart"], index["byteEnd"])
            for value, index in zip(case["values"], case["indices"], strict=True)
        ]
        if not any(sign in case["input"] for sign in SIGNED):
            assert ours == theirs, case["input"]


def test_every_emoji_is_one_grapheme() -> None:
    path = shared_folder() / "corpora/unicode/emoji-test-15.0.txt"
    lines = [line for line in path.read_text("utf-8").splitlines() if ";" in line]
    emoji = [
        "".join(chr(int(point, 16)) for point in line.split(";")[0].split())
        for line in lines
        if not line.startswith("#")
    ]

    assert len(emoji) > 4_000
    assert {length(each, Unit.GRAPHEMES) for each in emoji} == {1}
