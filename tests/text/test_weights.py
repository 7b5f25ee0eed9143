"""X, Threads, LinkedIn and Slack count in ways of their own."""

from __future__ import annotations

import time

import pytest

from share_bridge.text.little_text import little_text
from share_bridge.text.weights import (
    after_little_text,
    emoji_as_bytes,
    escaped_for_slack,
    weighted,
)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain text", 10),
        ("“Größe” — …", 12),
        ("今日は", 6),
        ("नमस्ते", 6),
        ("https://example.org/a/long/path/of/a/post?with=a#fragment", 23),
        ("http://a.co", 23),
        ("(https://example.org/a).", 26),
        ("example.org is a link", 23 + len(" is a link")),
        ("example.txt is none", 23 + len(" is none")),
        ("https://blog.example/a/path/that/is/long", 40),
        ("e.g. 3.5", 8),
        ("@ada@example.org", 16),
        ("👩‍👩‍👧", 2),
        ("👍🏽", 2),
        ("🏳️‍🌈", 2),
        ("🇩🇪", 2),
        ("#️⃣", 2),
        ("🧑‍🤝‍🧑", 8),
        ("e\u0301", 1),
        ("", 0),
    ],
)
def test_x(text: str, expected: int) -> None:
    assert weighted(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("plain", 5),
        ("今日", 2),
        ("नमस्ते", 3),
        ("a 👍", 6),
        ("👩‍👩‍👧", 18),
        ("©", 1),
        ("🇩🇪 1", 10),
    ],
)
def test_threads(text: str, expected: int) -> None:
    assert emoji_as_bytes(text) == expected


@pytest.mark.parametrize(
    "text, sent",
    [
        ("plain", "plain"),
        ("(so_so)", r"\(so\_so\)"),
        ("a #tag!", r"a {hashtag|\#|tag}!"),
        ("#हिन्दी", r"{hashtag|\#|हिन्दी}"),
        ("https://example.org/#a", r"https://example.org/\#a"),
        ("#1 is none", r"\#1 is none"),
        ("👍", "👍"),
    ],
)
def test_linkedin(text: str, sent: str) -> None:
    assert little_text(text) == sent
    assert after_little_text(text) == len(sent.encode("utf-16-le")) // 2


def test_slack() -> None:
    assert escaped_for_slack("a & b <c>") == len("a &amp; b &lt;c&gt;")


@pytest.mark.parametrize(
    "piece", ["a.", "a", "https://", "a.co/", "#", "👍", "a_", "-."]
)
def test_counting_is_linear(piece: str) -> None:
    """Sixteen times the text takes far less than 256 times as long."""

    def cpu(size: int) -> float:
        text, start = piece * size, time.process_time()
        weighted(text)
        after_little_text(text)
        return time.process_time() - start

    assert cpu(8_000) < 100 * max(cpu(500), 0.002)
