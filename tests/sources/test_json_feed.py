"""JSON Feed is read by ourselves, tolerantly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.errors import SourceError
from share_bridge.model.post import Post
from share_bridge.plugin.source import Reading
from share_bridge.sources.json_feed import read_json
from sources_support import ORIGIN, only, read_feed


def _feed(*items: Any, **keys: Any) -> str:
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "B", "items": items, **keys})


def _post(**keys: Any) -> Post:
    return only(read_feed(_feed({"id": "1", "title": "T", **keys})))


def test_an_item_is_a_post() -> None:
    post = _post(
        url="https://example.org/a",
        content_html="<p>x</p>",
        summary="Short & <good>",
        date_published="2026-06-01T10:00:00+02:00",
        date_modified="2026-06-02T10:00:00Z",
        authors=[{"name": "Ann"}, {"url": "https://x.example"}],
        tags=["one", "two"],
        language="de-de",
        image="https://example.org/i.png",
    )

    assert post.identity == "guid:blog:1"
    assert post.aliases == ("link:https://example.org/a",)
    assert (post.title, post.content) == ("T", "<p>x</p>")
    assert post.summary == "<p>Short &amp; &lt;good&gt;</p>"
    assert str(post.published) == "2026-06-01 08:00:00+00:00"
    assert (post.authors, post.tags, post.language) == (
        ("Ann",),
        ("one", "two"),
        "de-DE",
    )
    assert post.images[0].url == "https://example.org/i.png"


@pytest.mark.parametrize(
    "keys, attribute, expected",
    [
        ({"id": 7}, "identity", "guid:blog:7"),
        ({"id": "https://example.org/x"}, "url", "https://example.org/x"),
        ({"author": {"name": "Old"}}, "authors", ("Old",)),
        ({"content_text": "a\n\nb < c"}, "content", "<p>a</p><p>b &lt; c</p>"),
        ({"title": "Use <b> & win"}, "title", "Use <b> & win"),
        ({"url": "javascript:x"}, "url", ""),
        ({"external_url": "https://x.example"}, "url", ""),
        ({"date_published": 5}, "published", None),
        ({"title": "a\ud83d\u0000b"}, "title", "ab"),
        ({"tags": "one"}, "tags", ()),
        ({"authors": "Ann", "attachments": [3, {"url": 4}]}, "authors", ()),
    ],
)
def test_odd_items(keys: dict[str, Any], attribute: str, expected: object) -> None:
    assert getattr(_post(**keys), attribute) == expected


@pytest.mark.parametrize(
    "version",
    [
        "https://jsonfeed.org/version/1",
        "https://jsonfeed.org/version/1.1",
        "http://www.jsonfeed.org/version/1/",
    ],
)
def test_versions(version: str) -> None:
    reading = read_feed(_feed({"id": "1", "title": "T"}, version=version))

    assert only(reading).title == "T"


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/2", "1.1", 1, None])
def test_another_version_is_refused(version: object) -> None:
    with pytest.raises(SourceError, match="no JSON Feed"):
        read_feed(_feed(version=version))


def test_only_what_changed_is_read() -> None:
    one, two = {"id": "1", "title": "One"}, {"id": "2", "title": "Two"}
    first = read_feed(_feed(one, two))

    second = read_feed(_feed({**two, "title": "2"}, one), previous=first)

    assert only(second).title == "2"
    assert second.present == first.present


def test_of_twins_the_newest_is_read() -> None:
    def feed(title: str) -> Reading:
        old = {"id": "1", "title": title, "date_published": "2026-06-01"}
        new = {"id": "1", "title": "New", "date_published": "2026-06-02"}
        return read_feed(_feed(old, new), previous=first)

    first: Reading | None = None
    first = feed("Old")

    assert only(first).title == "New"
    assert only(feed("Older")).title == "New"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.text(max_size=8), inside, max_size=4)
    ),
    max_leaves=12,
)
ITEM_KEYS = st.sampled_from(
    [
        *("id", "url", "title", "content_html", "content_text", "summary", "image"),
        *("date_published", "authors", "author", "tags", "language", "attachments"),
    ]
)


@given(JSON | st.lists(JSON | st.dictionaries(ITEM_KEYS, JSON), max_size=3), JSON)
def test_any_json_is_read_or_refused(items: object, authors: object) -> None:
    text = _feed().replace('"items": []', f'"items": {json.dumps(items)}')

    parsed = read_json(
        text[:-1] + f', "authors": {json.dumps(authors)}}}', {}, origin=ORIGIN
    )

    assert json.dumps([post.to_json() for post in parsed.posts])
