"""An entry becomes a post: every odd thing that feeds do has its rule."""

from __future__ import annotations

from typing import Any

import pytest

from share_bridge.model.post import Post
from sources_support import NOW, atom, item, only, read_feed, rss

MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
ITUNES = 'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'


def _rss(attributes: str = "", **children: str) -> Post:
    return only(read_feed(rss(item(**children), attributes=attributes)))


def _atom(entry: str, **options: Any) -> Post:
    return only(read_feed(atom(entry, **options)))


@pytest.mark.parametrize(
    "written, expected",
    [
        ("AT&amp;amp;T", "AT&T"),
        ("<![CDATA[It&#8217;s <b>bold</b>]]>", "It’s bold"),
        ("<![CDATA[<script>alert(1)</script>Hi]]>", "Hi"),
        ("a &lt; b and c &gt; d", "a < b and c > d"),
        ("  two\n lines ", "two lines"),
        ("bell&#7; and <![CDATA[\x0b]]>tab", "bell and tab"),
    ],
)
def test_an_rss_title_is_one_plain_line(written: str, expected: str) -> None:
    assert _rss(title=written, guid="1").title == expected


@pytest.mark.parametrize(
    "kind, written, expected",
    [
        ("text", "Use &lt;b&gt; well", "Use <b> well"),
        ("html", "Use &lt;b&gt;well&lt;/b&gt;", "Use well"),
        ("text", "AT&amp;amp;T", "AT&T"),
    ],
)
def test_atom_says_what_its_title_is(kind: str, written: str, expected: str) -> None:
    post = _atom(f'<id>u:1</id><title type="{kind}">{written}</title>')

    assert post.title == expected


@pytest.mark.parametrize(
    "children, expected",
    [
        ({"link": "https://example.org/a"}, "https://example.org/a"),
        (
            {"link": "https://example.org/a?b=1&amp;c=2"},
            "https://example.org/a?b=1&c=2",
        ),
        ({"guid": "https://example.org/b"}, "https://example.org/b"),
        ({"guid": "abc-1"}, ""),
        ({"link": "javascript:alert(1)"}, ""),
        ({"link": ""}, ""),
    ],
    ids=["link", "query", "permanent guid", "opaque guid", "script", "empty"],
)
def test_the_link_is_a_web_page(children: dict[str, str], expected: str) -> None:
    assert _rss(title="T", **children).url == expected


def test_a_guid_that_says_it_is_no_link_is_none() -> None:
    document = rss(
        '<item><title>T</title><guid isPermaLink="false">https://example.org/?p=1</guid>'
        "</item>"
    )

    assert only(read_feed(document)).url == ""


def test_feedburner_names_the_original_page() -> None:
    post = _rss(
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
        title="T",
        link="https://feeds.example.net/~r/1",
        feedburner__origLink="https://example.org/a",
    )

    assert post.url == "https://example.org/a"


@pytest.mark.parametrize(
    "links, expected",
    [
        ('<link rel="self" href="https://example.org/a.atom"/>', ""),
        (
            (
                '<link rel="alternate" hreflang="de" href="https://example.org/de"/>'
                '<link rel="alternate" href="https://example.org/a"/>'
                '<link rel="alternate" hreflang="fr" href="https://example.org/fr"/>'
            ),
            "https://example.org/a",
        ),
        (
            (
                '<link rel="alternate" hreflang="fr" href="https://example.org/fr"/>'
                '<link rel="alternate" hreflang="en" href="https://example.org/en"/>'
            ),
            "https://example.org/en",
        ),
        (
            (
                '<link rel="alternate" type="application/json" href="https://x.example/j"/>'
                '<link href="https://example.org/a"/>'
            ),
            "https://example.org/a",
        ),
        ("", ""),
    ],
    ids=["only self", "no hreflang", "the feed's language", "a page", "none"],
)
def test_of_several_links_the_page_is_chosen(links: str, expected: str) -> None:
    post = _atom(
        f"<id>urn:1</id><title>T</title>{links}", attributes='xml:lang="en-us"'
    )

    assert post.url == expected


def test_relative_links_start_at_their_base() -> None:
    post = _atom(
        '<id>u:1</id><title>T</title><link href="a/"/>'
        '<content type="html">&lt;img src="p.png"&gt;</content>',
        attributes='xml:base="https://example.org/blog/"',
    )

    assert post.url == "https://example.org/blog/a/"
    assert post.base == "https://example.org/blog/"
    assert post.images[0].url == "https://example.org/blog/p.png"


def test_without_a_base_the_post_itself_is_one() -> None:
    post = _rss(title="T", link="https://example.org/a/", description="x")

    assert post.base == "https://example.org/a/"


@pytest.mark.parametrize(
    "children, summary, content",
    [
        ({"description": "<![CDATA[<p>All</p>]]>"}, "", "<p>All</p>"),
        ({"content__encoded": "<![CDATA[<p>All</p>]]>"}, "", "<p>All</p>"),
        (
            {"description": "Short", "content__encoded": "<![CDATA[<p>Long</p>]]>"},
            "Short",
            "<p>Long</p>",
        ),
        (
            {"content__encoded": "<![CDATA[<p>Long</p>]]>", "description": "Short"},
            "Short",
            "<p>Long</p>",
        ),
        (
            {"description": "<![CDATA[<p>x</p>]]>", "itunes__summary": "plain x"},
            "",
            "<p>x</p>",
        ),
        ({"description": "&amp;lt;p&amp;gt;x&amp;lt;/p&amp;gt;"}, "", "<p>x</p>"),
        ({"description": "a &lt; b and c &gt; d"}, "", "a < b and c > d"),
    ],
    ids=[
        "a description is the body",
        "content alone is no summary",
        "both",
        "both, the other way round",
        "itunes repeats it",
        "escaped twice",
        "a comparison",
    ],
)
def test_bodies(children: dict[str, str], summary: str, content: str) -> None:
    post = _rss(f"{CONTENT} {ITUNES}", title="T", guid="1", **children)

    assert (post.summary, post.content) == (summary, content)


@pytest.mark.parametrize(
    "body, summary, content",
    [
        ('<summary type="html">&lt;p&gt;S</summary>', "<p>S", ""),
        ('<content type="text">1 &lt; 2</content>', "", "<p>1 &lt; 2</p>"),
        (
            (
                '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
                "<p>x <em>y</em></p></div></content>"
            ),
            "",
            "<p>x <em>y</em></p>",
        ),
        (
            (
                '<content src="https://x.example/v.mp4" type="video/mp4"/>'
                "<summary>S</summary>"
            ),
            "<p>S</p>",
            "",
        ),
    ],
    ids=["a summary is one", "text is text", "xhtml", "content elsewhere"],
)
def test_atom_bodies(body: str, summary: str, content: str) -> None:
    post = _atom(f"<id>u:1</id><title>T</title>{body}")

    assert (post.summary, post.content) == (summary, content)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("Mon, 01 Jun 2026 10:00:00 CEST", "2026-06-01T08:00:00+00:00"),
        ("1780308000", "2026-06-01T10:00:00+00:00"),
        ("0000-00-00", None),
        ("2026-W23-1", None),
        ("2026-06-31", None),
        ("Sun, 01 Jan 1980 00:00:00 GMT", None),
        ("Thu, 01 Jan 2099 00:00:00 GMT", None),
    ],
)
def test_a_date_is_right_or_absent(written: str, expected: str | None) -> None:
    published = _rss(title="T", guid="1", pubDate=written).published

    assert (published.isoformat() if published else None) == expected


def test_updated_stands_in_for_published() -> None:
    post = _atom("<id>u:1</id><title>T</title><updated>2026-06-01T10:00:00Z</updated>")

    assert post.published == post.updated
    assert post.published is not None


def test_a_post_dated_in_the_future_waits_for_its_date() -> None:
    document = rss(
        item(title="Later", guid="1", pubDate="Tue, 24 Nov 2026 09:00:00 GMT")
    )

    first = read_feed(document)
    again = read_feed(document, previous=first)
    due = read_feed(document, previous=again, now=NOW.replace(day=25))

    assert only(first).skip_reason == "dated in the future: 2026-11-24 09:00 UTC"
    assert again.posts == ()
    assert only(due).skip_reason == ""


@pytest.mark.parametrize(
    "children, expected",
    [
        ({"dc__creator": "Alice"}, ("Alice",)),
        ({"author": "bob@example.org (Bob)"}, ("Bob",)),
        ({"author": "bob@example.org"}, ()),
        ({"author": "Bob", "dc__creator": "Alice"}, ("Bob", "Alice")),
        ({"dc__creator": "<![CDATA[<b>A &amp; B</b>]]>"}, ("A & B",)),
    ],
)
def test_authors_are_names(children: dict[str, str], expected: tuple[str, ...]) -> None:
    assert set(_rss(DC, title="T", guid="1", **children).authors) == set(expected)


def test_the_feed_s_author_wrote_what_names_none() -> None:
    head = "<title>B</title><author><name>Ann</name></author>"

    assert _atom("<id>u:1</id><title>T</title>", head=head).authors == ("Ann",)


def test_tags_are_plain_and_once() -> None:
    post = _rss(
        f"{DC} {ITUNES}",
        title="T",
        guid="1",
        category="Self &amp;amp; Care",
        dc__subject="one, two, ONE",
        itunes__keywords="Uncategorized,three",
    )

    assert post.tags == ("Self & Care", "one", "two", "three")


def test_a_category_s_label_is_what_people_read() -> None:
    post = _atom(
        '<id>u:1</id><title>T</title><category term="t1" label="Tag one"/>'
        '<category term="x" scheme="http://schemas.google.com/g/2005#kind"/>'
    )

    assert post.tags == ("Tag one",)


@pytest.mark.parametrize(
    "channel, expected",
    [
        ("<language>en_us</language>", "en-US"),
        ("", "de"),
        ("<language>?</language>", "de"),
    ],
)
def test_language(channel: str, expected: str) -> None:
    document = rss(item(title="T", guid="1"), channel=f"<title>B</title>{channel}")

    assert only(read_feed(document, language="de")).language == expected


def test_an_entry_s_language_is_its_own() -> None:
    entry = (
        '<id>u:1</id><title xml:lang="fr">T</title><content xml:lang="fr">x</content>'
    )

    assert _atom(entry, attributes='xml:lang="en"').language == "fr"


@pytest.mark.parametrize(
    "inside, expected",
    [
        (
            '<enclosure url="/a.png" type="image/png" length=""/>',
            [("https://example.org/a.png", "")],
        ),
        (
            (
                '<media:content url="https://x.example/1.jpg" medium="image">'
                "<media:description>A cat</media:description></media:content>"
            ),
            [("https://x.example/1.jpg", "A cat")],
        ),
        (
            (
                '<media:content url="https://x.org/s.jpg" medium="image" width="100"/>'
                '<media:content url="https://x.org/l.jpg" medium="image" width="900"/>'
            ),
            [("https://x.org/l.jpg", ""), ("https://x.org/s.jpg", "")],
        ),
        (
            '<description>&lt;img src="b.png" alt="B &amp;amp; C"&gt;</description>',
            [("https://example.org/p/b.png", "B & C")],
        ),
        (
            (
                '<media:content url="https://0.gravatar.com/avatar/x" medium="image"/>'
                '<description>&lt;img width="1" height="1" src="https://x.example/t"&gt;'
                "</description>"
            ),
            [],
        ),
        ('<enclosure url="https://x.example/a.mp3" type="audio/mpeg"/>', []),
        (
            '<media:thumbnail url="https://x.example/t.jpg"/>',
            [("https://x.example/t.jpg", "")],
        ),
    ],
    ids=[
        "enclosure",
        "alt",
        "largest",
        "body",
        "not of the post",
        "sound",
        "thumbnail",
    ],
)
def test_images(inside: str, expected: list[tuple[str, str]]) -> None:
    document = rss(
        f"<item><title>T</title><link>https://example.org/p/</link>{inside}</item>",
        attributes=MEDIA,
    )

    images = only(read_feed(document)).images

    assert [(image.url, image.alt) for image in images] == expected


def test_entries_that_say_nothing_are_no_posts() -> None:
    reading = read_feed(rss("<item/>", item(guid="1"), item(title="T")))

    assert [post.title for post in reading.posts] == ["T"]
    assert reading.total == 3


def test_the_source_names_its_posts() -> None:
    assert only(read_feed(rss(item(title="T", guid="1")))).source == "blog"
