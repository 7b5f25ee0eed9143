"""A digest as readers see it: every post that fits, its words, its own link."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from share_bridge.model.capabilities import (
    Capabilities,
    Counting,
    Format,
    TextLimit,
    Unit,
)
from share_bridge.model.post import Override, Post
from share_bridge.text.compose import DoesNotFitError, Rules, compose
from share_bridge.text.digest import shorten
from share_bridge.text.digest_words import and_more, new_posts
from share_bridge.text.networks import network
from share_bridge.text.read_more import _WORDS as READ_MORE
from share_bridge.text.sanitize import clean
from share_bridge.text.template import BadTemplateError

_WORDS = "Some words that a reader may like, and some more behind them. "


def entry(number: int, *, text: str = _WORDS, **values: Any) -> Post:
    return Post(
        "blog",
        f"guid:blog:{number}",
        **{
            "url": f"https://example.org/{number}",
            "title": f"Post {number}",
            "content": f"<p>{text}</p>",
            "language": "en",
            **values,
        },
    )


def digest(*posts: Post, language: str = "en", **values: Any) -> Post:
    return Post(
        "digest/home",
        "digest/home/2026-11-23",
        title=new_posts(language, "Example blog"),
        base="https://example.org/",
        language=language,
        posts=tuple(shorten(post, post.identity, language=language) for post in posts),
        **values,
    )


def limited(maximum: int, **values: Any) -> Capabilities:
    return Capabilities(text=(TextLimit(maximum, Counting(Unit.GRAPHEMES)),), **values)


def text(post: Post, capabilities: Capabilities, **rules: Any) -> str:
    return compose(post, Rules("home", capabilities, **rules)).text


def test_it_has_title_words_and_a_link_of_each() -> None:
    post = digest(entry(2, text="Two."), entry(1, text="One."))

    assert text(post, limited(500)) == (
        "Example blog: new posts\n\n"
        "Post 2\nTwo.\nRead more: https://example.org/2\n\n"
        "Post 1\nOne.\nRead more: https://example.org/1"
    )


def test_all_posts_come_before_the_words_of_one() -> None:
    """With room for links alone, there are links alone, and no words about them."""
    post = digest(*(entry(number, text=_WORDS * 9) for number in range(5)))

    shown = text(post, limited(200))

    assert shown.count("https://example.org/") == 5
    assert "Read more" not in shown
    assert _WORDS[:10] not in shown


def test_what_does_not_fit_is_counted() -> None:
    post = digest(*(entry(number) for number in range(30)))

    shown = text(post, network("mastodon").capabilities)

    told = shown.count("Post ")
    assert shown.endswith(f"and {30 - told} more: https://example.org/")
    assert 5 < told < 20


@pytest.mark.parametrize(
    "maximum, shown",
    [
        (
            60,
            "Example blog: new posts\n\nPost…\nhttps://example.org/1",
        ),
        (31, "Post…\nhttps://example.org/1"),
        (21, "https://example.org/1"),
    ],
)
def test_one_post_is_shown_however_little_room_there_is(
    maximum: int, shown: str
) -> None:
    one = entry(1, title="Post " + "and its very long title " * 9)

    found = text(digest(one, entry(2)), limited(maximum))

    assert found.endswith("https://example.org/1")
    assert len(found) <= maximum
    assert found[:4] == shown[:4]


def test_not_even_a_link_fits() -> None:
    with pytest.raises(DoesNotFitError, match=r"https://example\.org/1 alone is"):
        text(digest(entry(1)), limited(20))


def test_a_title_of_its_own_is_not_in_the_text() -> None:
    message = compose(
        digest(entry(1, text="One.")), Rules("home", limited(500, has_title=True))
    )

    assert message.title == "Example blog: new posts"
    assert message.text.startswith("Post 1\n")


def test_as_html_every_title_is_a_link() -> None:
    """Balanced, and with nothing of a post that acts as markup."""
    formats = frozenset({Format.HTML, Format.MARKDOWN})
    post = digest(entry(1, title="<b>One</b> & two", text="Some <em>words</em>."))

    message = compose(post, Rules("home", limited(500, formats=formats)))

    assert message.html == (
        "<p><strong>Example blog: new posts</strong></p>\n"
        '<p><strong><a href="https://example.org/1">'
        "&lt;b&gt;One&lt;/b&gt; &amp; two</a></strong></p>\n"
        "<p>Some <em>words</em>.</p>\n"
        '<p><a href="https://example.org/1" '
        'aria-label="Read more: &lt;b&gt;One&lt;/b&gt; &amp; two">Read more</a></p>'
    )
    assert "**[&lt;b&gt;One&lt;/b&gt; &amp; two](https://example.org/1)**" in (
        message.markdown
    )


def test_what_is_behind_a_warning_stays_behind_it() -> None:
    own = Override(content_warning="the end of the film")
    warned = entry(1, text="The butler did it.", override=own)

    shown = text(digest(warned, entry(2)), limited(500))

    assert "CW: the end of the film" in shown
    assert "butler" not in shown


def test_a_heading_is_no_teaser() -> None:
    post = entry(1, content="<p>One.</p><h2>Next</h2><p>Two.</p>")

    assert "Post 1\nOne.\nTwo.\nRead" in text(digest(post), limited(500))


def test_a_post_without_a_title_shows_its_words() -> None:
    shown = text(digest(entry(1, title="", text=_WORDS * 9), entry(2)), limited(160))

    assert "Some words that a reader" in shown


def test_each_link_is_in_the_language_of_its_post() -> None:
    post = digest(entry(1, language="de", text="Eins."), entry(2, language="fr"))

    shown = text(post, limited(500))

    assert "Weiterlesen: https://example.org/1" in shown
    assert "Lire la suite\xa0: https://example.org/2" in shown


def test_a_target_s_own_limit_for_digests_counts() -> None:
    capabilities = Capabilities(text=(TextLimit(100),), digest=(TextLimit(1_000),))
    post = digest(*(entry(number) for number in range(6)))

    assert text(post, capabilities).count("Read more") == 6


@pytest.mark.parametrize("language", ["de", "ja", "ar", "pt-BR", "zh-Hant", "xx"])
def test_it_speaks_the_language_of_its_posts(language: str) -> None:
    assert new_posts(language, "Blog").startswith("Blog: ")
    assert "7" in and_more(language, 7)


def test_it_speaks_as_many_languages_as_a_reader_may_hope() -> None:
    spoken = {new_posts(language, "") for language in READ_MORE}

    assert len(spoken) >= 40
    assert new_posts("en", "") == "New posts"


def test_a_template_lays_it_out() -> None:
    """As many posts as it leaves room for."""
    template = (
        "{{ site }}, {{ date }}\n"
        "{% for post in posts %}{{ loop.index }}. {{ post.title }} {{ post.link }}\n"
        "{% endfor %}{{ link_line }}"
    )
    post = digest(*(entry(number) for number in range(9)))

    shown = text(post, limited(120), template=template, site="My blog")

    assert shown == (
        "My blog,\n"
        "1. Post 0 https://example.org/0\n"
        "2. Post 1 https://example.org/1\n"
        "and 7 more: https://example.org/"
    )


def test_a_template_for_one_post_works_too() -> None:
    template = "{{ title }}!\n\n{{ teaser }}\n\n{{ link_line }}\n{{ hashtags }}"

    shown = text(digest(entry(1, text="One.")), limited(500), template=template)

    assert shown == (
        "Example blog: new posts!\n\nPost 1\nOne.\nRead more: https://example.org/1"
    )


@pytest.mark.parametrize(
    "template, problem",
    [
        ("{% for it in posts %}{{ it.body }}{% endfor %}", "nothing has a .body here"),
        ("{% for it in tags %}{{ it.title }}{% endfor %}", "nothing has a .title here"),
        ("{{ posts.title }}", "nothing has a .title here"),
        ("{% if hashtags %}x{% endif %}", "it makes nothing of this digest"),
        ("x" * 600, "with no post at all it is 100 over the limit"),
    ],
)
def test_what_is_wrong_with_a_template_is_said(template: str, problem: str) -> None:
    with pytest.raises((BadTemplateError, DoesNotFitError), match=problem):
        text(digest(entry(1)), limited(500), template=template)


_ENTRIES = st.lists(
    st.builds(
        lambda number, title, words: entry(number, title=title, text=words),
        st.integers(1, 10_000),
        st.text(max_size=60).map(lambda it: " ".join(it.split())),
        st.text(max_size=300).map(lambda it: it.replace("<", "(")),
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda it: it.identity,
)


@settings(deadline=None)
@given(
    entries=_ENTRIES,
    maximum=st.integers(60, 900),
    wide=st.booleans(),
)
def test_every_link_is_whole_and_every_post_is_shown_or_counted(
    entries: list[Post], maximum: int, wide: bool
) -> None:
    """Within the limit, newest first, the same every time, and balanced as HTML."""
    made = digest(*entries)
    formats = frozenset({Format.HTML}) if wide else frozenset({Format.PLAIN})
    rules = Rules("home", limited(maximum, formats=formats))

    message = compose(made, rules)

    lines = message.text.split("\n")
    assert len(regex.findall(r"\X", message.text)) <= maximum
    told = [it for it in made.posts if any(line.endswith(it.url) for line in lines)]
    rest = len(made.posts) - len(told)
    assert told == list(made.posts[: len(told)])
    assert told
    assert not rest or len(told) == 1 or f"and {rest} more" in message.text
    assert compose(made, rules) == message
    plain = re.sub(' aria-label="[^"]*"', "", message.html)
    cleaned = clean(plain, base="https://example.org/")
    assert html.unescape(cleaned) == html.unescape(plain)
