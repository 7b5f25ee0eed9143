"""Posts as objects: what each kind of server asks of them (facts in comments)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.plugin import Image, Message, Post, TextLimit, replace
from share_bridge.text.compose import Rules, compose
from share_bridge_activitypub import activities
from share_bridge_activitypub.identity import Identity
from share_bridge_activitypub.objects import Shape, make_object, tombstone
from share_bridge_activitypub.publisher import CAPABILITIES
from share_bridge_activitypub.vocabulary import PUBLIC

_WHO = Identity("blog", "blog.example", "https://blog.example/ap")
_NOW = datetime(2026, 11, 24, 12, 0, 0, 987654, tzinfo=UTC)
_SHAPE = Shape(page="https://blog.example/", tag_page="https://blog.example/t/{tag}/")
_POST = Post(
    source="blog",
    identity="guid:blog:1",
    url="https://blog.example/1/",
    title="Five people & one question",
    content="<p>How a <em>small</em> circle meets.</p><p>" + "Word. " * 200 + "</p>",
    base="https://blog.example/1/",
    tags=("learning circles", "C++", "python"),
    language="en",
)


def _message(post: Post = _POST) -> Message:
    return compose(post, Rules(target="fediverse", capabilities=CAPABILITIES))


def _made(post: Post = _POST, **shape: Any) -> dict[str, Any]:
    return make_object(
        _WHO,
        _message(post),
        shape=Shape(page=_SHAPE.page, tag_page=_SHAPE.tag_page, **shape),
        published=_NOW,
    )


def _shaped(kind: str) -> Shape:
    return Shape(page=_SHAPE.page, tag_page=_SHAPE.tag_page, kind=kind)


def test_a_note_has_title_teaser_and_link() -> None:
    note = _made()
    assert note["type"] == "Note"
    assert note["content"].startswith("<p><strong>Five people &amp; one question</str")
    assert 'href="https://blog.example/1/"' in note["content"]
    assert note["url"] == "https://blog.example/1/"
    assert "name" not in note  # GoToSocial would fold the note under it


def test_an_article_has_all_of_it_and_a_preview() -> None:
    """FEP-b2b8; and the same teaser as the note for who shows short posts."""
    article = _made(kind="article")
    assert article["type"] == "Article"
    assert article["name"] == "Five people & one question"
    assert article["content"].count("Word.") == 200
    assert article["summary"].startswith("<p>How a small circle meets.")
    assert article["preview"]["content"] == _made()["content"]


@pytest.mark.parametrize(
    "change, kind",
    [
        ({}, "Article"),
        ({"content": "<p>Short.</p>"}, "Note"),
        ({"title": ""}, "Note"),
        ({"content_warning": "Spiders"}, "Note"),
    ],
)
def test_auto_chooses_by_what_there_is(change: dict[str, str], kind: str) -> None:
    assert _made(replace(_POST, **change), kind="auto")["type"] == kind


def test_a_warning_covers_the_note() -> None:
    """An Article's summary is an abstract: Mastodon would show it as no warning."""
    note = _made(replace(_POST, content_warning="Spiders"), kind="article")
    assert note["type"] == "Note"
    assert (note["sensitive"], note["summary"]) == (True, "Spiders")


@pytest.mark.parametrize(
    "visibility, to, cc",
    [
        ("public", [PUBLIC], [_WHO.followers]),
        ("unlisted", [_WHO.followers], [PUBLIC]),
        ("private", [_WHO.followers], []),
    ],
)
def test_the_audience_stands_on_activity_and_object(
    visibility: str, to: list[str], cc: list[str]
) -> None:
    """Always lists, and Public in full: Lemmy compares it to the letter."""
    document = _made(visibility=visibility)
    create = activities.create(_WHO, "1", document)
    assert (document["to"], document["cc"]) == (to, cc)
    assert (create["to"], create["cc"]) == (to, cc)


def test_hashtags_are_listed_and_linked() -> None:
    """Mastodon indexes the list, and links what is a link already."""
    note = _made()
    assert note["tag"] == [
        {
            "type": "Hashtag",
            "name": "#LearningCircles",
            "href": "https://blog.example/t/learningcircles/",
        },
        {
            "type": "Hashtag",
            "name": "#python",
            "href": "https://blog.example/t/python/",
        },
    ]
    for tag in ("LearningCircles", "python"):
        assert f'rel="tag">#<span>{tag}</span></a>' in note["content"]


def test_a_hash_in_an_address_or_in_code_is_no_tag() -> None:
    content = '<p>See <a href="https://x.example/#top">it</a> and <code>#!x</code></p>'
    note = _made(replace(_POST, content=content, tags=()))
    assert "hashtag" not in note["content"]


@pytest.mark.parametrize("kind", ["note", "article"])
def test_a_hashtag_in_the_text_is_a_tag_as_well(kind: str) -> None:
    """A link that is not listed is no hashtag to Mastodon; a number is none at all."""
    content = "<p>We are #1 in #Fediverse and #fediverse.</p>"
    note = _made(replace(_POST, content=content, tags=()), kind=kind)
    assert [tag["name"] for tag in note["tag"]] == ["#Fediverse"]
    assert "We are #1 in <a " in note["content"]
    assert note["content"].count('rel="tag"') == 2


def test_an_article_has_rows_for_a_table() -> None:
    content = (
        "<p>Days</p><table><caption>Where</caption><tr><th>Day</th><th>Town</th></tr>"
        "<tr><td><p>Mon<em>day</em></p></td><td><a href='/berlin'>Berlin</a></td></tr>"
        "</table><h2>Then</h2>"
    )
    article = _made(replace(_POST, content=content, tags=()), kind="article")
    assert article["content"] == (
        "<p>Days</p><p>Where</p><p>Day · Town</p><p>Mon<em>day</em> · "
        '<a href="https://blog.example/berlin">Berlin</a></p><h2>Then</h2>'
    )


def test_a_table_in_a_table_leaves_nothing_of_either() -> None:
    """As letters are laid out that were never meant for anything else."""
    inner = "<table><tr><td>Ada</td><td>Bob</td></tr></table>"
    content = f"<table><tr><td>Who</td><td>{inner}</td></tr></table><p>End</p>"
    article = _made(replace(_POST, content=content, tags=()), kind="article")
    assert article["content"] == "<p>Who · Ada · Bob</p><p>End</p>"


def test_times_are_what_every_server_reads() -> None:
    """To the second, in UTC; no `updated` at first; later, a later one."""
    note = _made()
    assert note["published"] == "2026-11-24T12:00:00Z"
    assert "updated" not in note
    edited = make_object(
        _WHO, _message(), shape=_SHAPE, published=_NOW, updated=_NOW - timedelta(days=1)
    )
    assert edited["updated"] == edited["published"]  # GoToSocial refuses an earlier one


def test_who_it_is_by_stands_there_as_an_address() -> None:
    """An actor that stands there whole breaks Threads and Misskey."""
    note = _made()
    assert note["attributedTo"] == _WHO.actor
    assert note["id"] == _WHO.post(note["id"].rpartition("/")[2])
    assert activities.create(_WHO, "1", note)["actor"] == _WHO.actor


def test_the_language_is_said_once() -> None:
    note = _made()
    assert note["contentMap"] == {"en": note["content"]}
    assert "contentMap" not in _made(replace(_POST, language=""))


def test_pictures_have_their_words() -> None:
    """A list also where there is one, or none: Pixelfed reads nothing else."""
    message = replace(
        _message(),
        images=(
            Image(
                url="https://blog.example/a.png",
                alt="A circle of chairs",
                focus="0.5,-0.2",
                media_type="image/png",
            ),
            Image(url="", path="local.png"),
        ),
    )
    note = make_object(_WHO, message, shape=_SHAPE, published=_NOW)
    assert note["attachment"] == [
        {
            "type": "Image",
            "url": "https://blog.example/a.png",
            "name": "A circle of chairs",
            "mediaType": "image/png",
            "focalPoint": [0.5, -0.2],
        }
    ]
    assert _made()["attachment"] == []


@pytest.mark.parametrize(
    "quotes, who",
    [
        ("everyone", [PUBLIC]),
        ("followers", [_WHO.followers]),
        ("nobody", [_WHO.actor]),
    ],
)
def test_who_may_quote_is_said(quotes: str, who: list[str]) -> None:
    """FEP-044f: an empty list would count as nothing said."""
    policy = _made(quotes=quotes)["interactionPolicy"]
    assert policy == {"canQuote": {"automaticApproval": who}}


@pytest.mark.parametrize("words", [10, 5_000, 50_000, 200_000])
@pytest.mark.parametrize("kind", ["note", "article"])
def test_no_activity_is_too_large_for_misskey(words: int, kind: str) -> None:
    post = replace(_POST, content="<p>" + "Überraschung " * words + "</p>")
    create = activities.create(_WHO, "1", _made(post, kind=kind))
    assert len(json.dumps(create).encode()) <= 60_000


@pytest.mark.parametrize(
    "word",
    [
        "#a{}",
        "@a{}@b.example",
        '<a href="https://x.example/{}">a</a>',
        "“{}”",
        "<i>{}</i>",
    ],
)
@pytest.mark.parametrize("kind", ["note", "article"])
def test_no_markup_makes_it_too_large(word: str, kind: str) -> None:
    """What the server takes of a text is more than the text: links, escapes, tags."""
    words = " ".join(word.format(f"{number:x}" * 40) for number in range(2_000))
    post = replace(_POST, content=f"<p>{words}</p>", tags=tuple(map(str, range(900))))
    most = replace(CAPABILITIES, text=(TextLimit(5_000),))
    message = compose(post, Rules(target="fediverse", capabilities=most))
    document = make_object(_WHO, message, shape=_shaped(kind), published=_NOW)
    create = activities.create(_WHO, "1", document)
    assert len(json.dumps(create).encode()) <= 60_000
    assert _POST.url in document["content"]


@given(st.text(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_whatever_is_written_the_html_stays_whole(text: str, tags: list[str]) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    note = _made(replace(_POST, content=f"<p>{escaped}</p>", tags=tuple(tags)))
    open_tags: list[str] = []
    for closing, name in re.findall(r"<(/?)([a-z]+)[^>]*?>", note["content"]):
        if name == "br":
            continue
        if closing:
            assert open_tags.pop() == name
        else:
            open_tags.append(name)
    assert open_tags == []


def test_where_a_post_was_a_tombstone_stands() -> None:
    stone = tombstone(_made(), deleted=_NOW)
    assert stone == {
        "id": _made()["id"],
        "type": "Tombstone",
        "formerType": "Note",
        "deleted": "2026-11-24T12:00:00Z",
    }
