"""The same entry is the same post the next time, and no two are one."""

from __future__ import annotations

from sources_support import atom, item, only, read_feed, rss

LINK = "https://example.org/a"


def test_a_guid_names_a_post_within_its_source() -> None:
    post = only(read_feed(rss(item(title="T", guid="1", link=f"{LINK}/?utm_source=x"))))

    assert post.identity == "guid:blog:1"
    assert post.aliases == ("link:https://example.org/a",)


def test_without_a_guid_the_link_names_it() -> None:
    post = only(read_feed(rss(item(title="T", link=LINK))))

    assert post.identity == "link:https://example.org/a"
    assert post.aliases == ()


def test_a_link_that_several_entries_have_names_none() -> None:
    reading = read_feed(
        rss(
            item(title="A", guid="1", link=LINK),
            item(title="B", guid="2", link=f"{LINK}#x"),
            item(title="C", link=LINK),
        )
    )

    assert {post.aliases for post in reading.posts} == {()}
    assert len(reading.present) == 3


def test_a_front_page_names_no_post() -> None:
    reading = read_feed(
        rss(
            item(title="A", guid="1", link="https://example.org/"),
            item(title="B", link="https://example.org"),
        )
    )

    assert {post.aliases for post in reading.posts} == {()}
    assert "link:https://example.org" not in reading.present


def test_with_neither_a_typo_in_the_body_makes_no_new_post() -> None:
    date = "Mon, 01 Jun 2026 10:00:00 GMT"
    first = read_feed(rss(item(title="T", pubDate=date, description="teh")))

    second = read_feed(
        rss(item(title="T", pubDate=date, description="the")), previous=first
    )

    assert only(first).identity == only(second).identity


def test_of_entries_with_one_guid_the_newest_is_read() -> None:
    old = item(title="Old", guid="1", pubDate="Mon, 01 Jun 2026 10:00:00 GMT")
    new = item(title="New", guid="1", pubDate="Tue, 02 Jun 2026 10:00:00 GMT")

    for document in (rss(old, new), rss(new, old)):
        reading = read_feed(document)

        assert only(reading).title == "New"
        assert "blog:1" in reading.warnings[-1]
        assert read_feed(document + " ", previous=reading).posts == ()


def test_an_older_twin_that_changes_does_not_win() -> None:
    new = item(title="New", guid="1", pubDate="Tue, 02 Jun 2026 10:00:00 GMT")
    old = "Mon, 01 Jun 2026 10:00:00 GMT"
    first = read_feed(rss(new, item(title="Old", guid="1", pubDate=old)))

    second = read_feed(
        rss(new, item(title="Older", guid="1", pubDate=old)), previous=first
    )

    assert only(second).title == "New"


def test_an_rdf_item_is_called_by_what_it_is_about() -> None:
    document = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://example.org/">'
        f'<title>B</title></channel><item rdf:about="{LINK}"><title>T</title>'
        f"<link>{LINK}</link></item></rdf:RDF>"
    )

    assert only(read_feed(document)).identity == f"guid:blog:{LINK}"


def test_a_broken_document_changes_no_identity() -> None:
    """A bare & in a later post sends everything through the loose parser."""
    entry = item(title="T", guid="opaque-1", link=LINK)
    sound = read_feed(rss(entry))

    broken = read_feed(rss(item(title="A & B", guid="2"), entry), previous=sound)

    assert sound.present < broken.present


def test_a_tombstone_says_that_a_post_is_gone() -> None:
    document = atom("<id>u:1</id><title>T</title>").replace(
        "<entry>",
        '<at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" '
        'ref="u:2" when="2026-06-01T00:00:00Z"/><entry>',
    )

    reading = read_feed(document)

    assert reading.gone == {"guid:blog:u:2"}
    assert reading.present == {"guid:blog:u:1"}
