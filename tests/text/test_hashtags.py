"""Tags become hashtags that networks take and screen readers can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.text.hashtags import HASHTAG, hashtag, hashtags


@pytest.mark.parametrize(
    "tag, expected",
    [
        ("python", "python"),
        ("open source", "OpenSource"),
        ("iOS development", "iOSDevelopment"),
        ("Self-hosting", "SelfHosting"),
        ("Node.js", "NodeJs"),
        ("C++", ""),
        ("C#", ""),
        ("2024", ""),
        ("3D printing", "3DPrinting"),
        ("#already", "already"),
        ("Rock ’n’ Roll", "RockNRoll"),
        ("R&D", "RD"),
        ("web_dev", "WebDev"),
        ("東京", "東京"),
        ("हिन्दी", "हिन्दी"),
        ("café crème", "CaféCrème"),
        ("الحي القديم", "الحي_القديم"),
        ("동네 이야기", "동네이야기"),
        ("Uncategorized", ""),
        ("🎉", ""),
        ("<b>", ""),
        ("a" * 65, ""),
        ("", ""),
    ],
)
def test_hashtag(tag: str, expected: str) -> None:
    assert expected == hashtag(tag)


def test_each_hashtag_stands_once() -> None:
    """What the text has already, in whatever case, is not said again."""
    assert hashtags(["Python", "python", "Web", "Rust"], "I like #python.") == (
        "Web",
        "Rust",
    )


@given(st.text())
def test_a_hashtag_is_read_whole(tag: str) -> None:
    name = hashtag(tag)

    assert not name or any(character.isalpha() for character in name)
    assert not set(name) & set(" #@/.,:")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a #tag, b", ["tag"]),
        ("#1 reason", []),
        ("#1a", ["1a"]),
        ("a#b &#38; /#c", []),
        ("＃東京 だ", ["東京"]),
    ],
)
def test_hashtags_in_text(text: str, expected: list[str]) -> None:
    assert expected == HASHTAG.findall(text)
