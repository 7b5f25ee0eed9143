"""The address of a local post is what it says, or what the pattern makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from share_bridge.errors import SourceError
from share_bridge.sources.metadata import Metadata
from share_bridge.sources.permalink import Place, address, check_pattern

SITE = "https://example.org/{slug}/"
PLACE = Place(
    path="notes/2026/one",
    name="one",
    section="notes",
    date=datetime(2026, 1, 2, tzinfo=UTC),
    language="en",
)


@pytest.mark.parametrize(
    "pattern, expected",
    [
        (SITE, "https://example.org/one/"),
        ("https://e.org/{year}/{month}/{day}/{name}", "https://e.org/2026/01/02/one"),
        ("https://e.org/{path}/", "https://e.org/notes/2026/one/"),
        (
            "https://e.org/{section}/{title}",
            "https://e.org/notes/a-title-ä".replace("ä", "%C3%A4"),
        ),
        ("https://e.org/{category}/{slug}", "https://e.org/one"),
        ("https://e.org/{language}/{slug}", "https://e.org/en/one"),
        ("https://e.org/post.html?p={slug}", "https://e.org/post.html?p=one"),
    ],
)
def test_patterns(pattern: str, expected: str) -> None:
    check_pattern(pattern)

    assert (
        address(PLACE, Metadata({"title": "A Title: Ä"}), pattern=pattern) == expected
    )


@pytest.mark.parametrize(
    "values, expected",
    [
        ({"slug": "two words"}, "https://example.org/two%20words/"),
        ({"url": "/x/y/"}, "https://example.org/x/y/"),
        ({"url": "https://other.example/z"}, "https://other.example/z"),
        ({"canonicalurl": "https://o.example/c", "url": "/x/"}, "https://o.example/c"),
        ({"permalink": "category/post.html"}, "https://example.org/category/post.html"),
        ({"permalink": "/:year/:month/:title/"}, "https://example.org/2026/01/one/"),
        ({"permalink": "/:title"}, "https://example.org/one"),
        ({"permalink": "pretty"}, "https://example.org/one/"),
        ({"permalink": "/{{ page.fileSlug }}/"}, "https://example.org/one/"),
        ({"permalink": "false"}, "https://example.org/one/"),
        ({"path": "/zola/"}, "https://example.org/zola/"),
        ({"saveas": "pelican/x.html"}, "https://example.org/pelican/x.html"),
        ({"link": "https://example.org/own/"}, "https://example.org/own/"),
        ({"link": "https://elsewhere.example/about"}, "https://example.org/one/"),
        ({"url": "javascript:alert(1)//"}, "https://example.org/one/"),
    ],
)
def test_front_matter_wins(values: dict[str, str], expected: str) -> None:
    try:
        found = address(PLACE, Metadata(values), pattern=SITE)
    except SourceError:
        found = "https://example.org/one/" if "javascript" in str(values) else "refused"

    assert found == expected


def test_the_author_s_own_zone_makes_the_date() -> None:
    east = timezone(timedelta(hours=2))
    place = Place("one", "one", "", datetime(2026, 1, 1, 0, 30, tzinfo=east), "")

    url = address(place, Metadata({}), pattern="https://e.org/{year}/{slug}")

    assert url == "https://e.org/2026/one"


@pytest.mark.parametrize(
    "pattern, values, message",
    [
        ("", {}, 'give the source a permalink = "https'),
        ("", {"url": "/relative/"}, 'give the source a permalink = "https'),
        ("https://e.org/{year}/", {}, "it has no date, which"),
        ("https://e.org/{title}/", {}, "it has no title, which"),
        ("https://e.org/", {}, "a front page"),
    ],
)
def test_a_post_without_an_address_says_the_fix(
    pattern: str, values: dict[str, str], message: str
) -> None:
    place = Place("one", "one", "", None, "")

    with pytest.raises(SourceError) as caught:
        address(place, Metadata(values), pattern=pattern)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "pattern, message",
    [
        ("https://e.org/{slog}/", r"there is no \{slog\}; there are \{year\}"),
        ("https://e.org/{}/", r"there is no \{\}"),
        ("/{slug}/", "must be a whole address"),
        ("ftp://e.org/{slug}/", "must be a whole address"),
    ],
)
def test_a_pattern_that_makes_no_address_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        check_pattern(pattern)
