"""A feed is asked seldom, read where it changed, and never takes a run down."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from share_bridge.config.model import SourceConfig
from share_bridge.errors import ConfigurationError, SourceError
from share_bridge.plugin.source import Previous, ReadingState
from share_bridge.sources.open import open_source
from sources_support import (
    NOW,
    ScriptedContext,
    atom,
    item,
    only,
    read_feed,
    rss,
    write,
)


def test_posts_without_a_date_stand_as_the_feed_has_them() -> None:
    """Newest first, as feeds are: so the oldest is known, and goes out first."""
    items = [item(title=f"T{number}", guid=number) for number in "321"]

    reading = read_feed(rss(*items))

    assert [post.title for post in reading.posts] == ["T3", "T2", "T1"]


def test_the_same_bytes_are_not_read_again() -> None:
    first = read_feed(rss(item(title="T", guid="1")))

    second = read_feed(rss(item(title="T", guid="1")), previous=first)

    assert second.state is ReadingState.UNCHANGED
    assert second.posts == ()
    assert second.present == frozenset()
    assert dict(second.validators) == dict(first.validators)


def test_only_new_and_changed_entries_are_read() -> None:
    one, two = item(title="One", guid="1"), item(title="Two", guid="2")
    first = read_feed(rss(one, two))

    second = read_feed(
        rss(item(title="Three", guid="3"), one, item(title="2", guid="2")),
        previous=first,
    )

    assert {post.title for post in second.posts} == {"Three", "2"}
    assert second.present == {"guid:blog:1", "guid:blog:2", "guid:blog:3"}
    assert second.total == 3


def test_a_new_date_on_the_feed_makes_no_entry_new() -> None:
    channel = "<title>B</title><lastBuildDate>{}</lastBuildDate>"
    first = read_feed(rss(item(title="T", guid="1"), channel=channel.format("x")))

    second = read_feed(
        rss(item(title="T", guid="1"), channel=channel.format("y")), previous=first
    )

    assert second.state is ReadingState.READ
    assert second.posts == ()


def test_validators_are_json() -> None:
    document = rss(item(title="T", guid="1"))
    first = read_feed(document)

    stored = replace(first, validators=json.loads(json.dumps(first.validators)))

    assert read_feed(document, previous=stored).state is ReadingState.UNCHANGED


@pytest.mark.parametrize("change", [{"language": "de"}, {"feed": "other.xml"}])
def test_another_configuration_remembers_nothing(
    change: dict[str, str], tmp_path: Path
) -> None:
    document = rss(item(title="T", guid="1"))
    write(tmp_path, "feed.xml", document)
    write(tmp_path, "other.xml", document)

    def read(validators: Previous, **settings: str) -> int:
        config = SourceConfig(
            name="blog", kind="feed", **{"feed": "feed.xml", **settings}
        )
        context = ScriptedContext(config, folder=tmp_path)
        reading = asyncio.run(open_source(config).read(validators, context))
        states.append(Previous(reading.validators))
        return len(reading.posts)

    states = [Previous()]

    assert read(states[-1]) == 1
    assert read(states[-1]) == 0
    assert read(states[-1], **change) == 1


@pytest.mark.parametrize(
    "document, message",
    [
        ("", "it is empty"),
        ("  \n", "it is empty"),
        ("hello", "this is no RSS, Atom or JSON Feed"),
        ("<opml><body/></opml>", "this is no RSS, Atom or JSON Feed"),
        ('<?xml version="1.0"?>', "this is no RSS, Atom or JSON Feed"),
        (
            "<!DOCTYPE html><p>Hi",
            "this is a web page, not a feed, and it links to none",
        ),
        (
            (
                "<html><head><link rel=alternate type=application/atom+xml "
                'href="https://example.org/atom.xml">'
            ),
            "put one of its feeds there: https://example.org/atom.xml",
        ),
        ("{}", "no JSON Feed"),
        ("{", "no JSON that can be read"),
        ("[" * 100_000, "nested too deeply"),
        (
            '<!DOCTYPE rss [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss/>',
            "entities that grow",
        ),
    ],
)
def test_what_is_no_feed_is_said_in_one_line(document: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_feed(document)

    assert str(caught.value).startswith("blog: -: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_feed_without_entries_is_one() -> None:
    reading = read_feed(rss())

    assert (reading.state, reading.total) == (ReadingState.READ, 0)


def test_a_feed_has_a_largest_size() -> None:
    document = rss(item(title="T", guid="1", description="x" * 500))

    assert read_feed(document, max_bytes=10_000).posts
    with pytest.raises(SourceError, match="more than 300 bytes"):
        read_feed(document, max_bytes=300)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    config = SourceConfig(name="blog", kind="feed", feed="nowhere.xml")
    context = ScriptedContext(config, folder=tmp_path)

    with pytest.raises(SourceError, match=r"^blog: nowhere\.xml: No such file"):
        asyncio.run(open_source(config).read(Previous(), context))


def test_a_bare_ampersand_costs_nothing_but_a_warning() -> None:
    reading = read_feed(rss(item(title="Q & A", guid="1", link="https://x.example/1")))

    assert only(reading).title == "Q & A"
    assert "not well-formed" in reading.warnings[0]
    assert read_feed(rss(item(title="Q & A", guid="1")), previous=reading).state


def test_a_broken_feed_is_compared_entry_by_entry_as_well() -> None:
    first = read_feed(rss(item(title="Q & A", guid="1")))

    second = read_feed(
        rss(item(title="New", guid="2"), item(title="Q & A", guid="1")), previous=first
    )

    assert only(second).title == "New"


def test_the_last_entry_of_a_cut_feed_waits() -> None:
    whole = rss(
        item(title="One", guid="1", description="1"),
        item(title="Two", guid="2", description="a long story"),
    )
    cut = whole[: whole.index("story")]

    first = read_feed(cut)
    again = read_feed(cut, previous=first)
    then = read_feed(whole, previous=again)

    assert only(first).title == "One"
    assert "cut off" in first.warnings[0]
    assert again.state is ReadingState.READ
    assert "Two" in {post.title for post in then.posts}


def test_a_feed_cut_between_entries_is_read_again() -> None:
    whole = rss(
        item(title="One", guid="1", description="1"),
        item(title="Two", guid="2", description="2"),
    )

    cut = whole[: whole.index("</item>") + len("</item>")]

    first = read_feed(cut)
    again = read_feed(cut, previous=first)

    assert only(first).title == "One"
    assert "cut off" in first.warnings[0]
    assert again.state is ReadingState.READ


@pytest.mark.parametrize("cut", ["<rss><chann", "<rss><channel><title>Blog</title>"])
def test_a_feed_cut_before_its_first_entry_is_an_error(cut: str) -> None:
    with pytest.raises(SourceError, match="cut off"):
        read_feed(cut)


def test_surrogate_references_are_joined_where_feedparser_would_crash() -> None:
    reading = read_feed(rss(item(title="&#55357;&#56832; & more", guid="1")))

    assert only(reading).title == "😀 & more"


#: Something that feedparser raises a TypeError for.
POISON = (
    '<item><title>P</title><georss:where xmlns:georss="http://www.georss.org/georss" '
    'xmlns:gml="http://www.opengis.net/gml"><gml:Polygon><gml:exterior><gml:LinearRing>'
    "<gml:posList>1 2 x</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
    "</georss:where></item>"
)


def test_an_entry_that_breaks_the_parser_loses_no_other() -> None:
    document = rss(
        item(title="One", guid="1"), POISON, item(title="Two", guid="2"), POISON
    )

    first = read_feed(document)
    again = read_feed(document, previous=first)

    assert {post.title for post in first.posts} == {"One", "Two"}
    assert "an entry could not be parsed and is left out" in first.warnings[0]
    assert again.posts == ()
    assert again.warnings == first.warnings


def test_a_feed_full_of_them_fails() -> None:
    with pytest.raises(SourceError, match="more than 10 entries could not be parsed"):
        read_feed(rss(*[POISON.replace("1 2", f"{n} 2") for n in range(50)]))


def test_external_entities_are_not_fetched(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.txt", "hunter2")
    document = (
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file://{secret}">]>'
        + rss(item(title="a&x;b", guid="1")).partition("?>\n")[2]
    )

    assert "hunter2" not in repr(read_feed(document))


def test_cp1252_declared_as_utf8_is_read_right() -> None:
    document = rss(item(title="Größe “x”", guid="1")).encode("cp1252")

    assert only(read_feed(document)).title == "Größe “x”"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_understood(encoding: str) -> None:
    document = "\n" + rss(item(title="Größe", guid="1"))

    assert only(read_feed(document.encode(encoding))).title == "Größe"


def test_prefixed_entries_are_entries() -> None:
    document = (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>B</a:title>'
        "<a:entry><a:id>u:1</a:id><a:title>T</a:title></a:entry></a:feed>"
    )

    assert only(read_feed(document)).identity == "guid:blog:u:1"


def test_order_is_no_matter() -> None:
    one, two = "<id>u:1</id><title>1</title>", "<id>u:2</id><title>2</title>"
    first = read_feed(atom(one, two))

    assert read_feed(atom(two, one), previous=first).posts == ()


def test_two_waiting_posts_come_one_after_the_other() -> None:
    document = rss(
        item(title="A", guid="1", pubDate="Mon, 23 Nov 2026 00:00:00 GMT"),
        item(title="B", guid="2", pubDate="Wed, 25 Nov 2026 00:00:00 GMT"),
    )
    first = read_feed(document)

    second = read_feed(document, previous=first, now=NOW + timedelta(days=1))
    third = read_feed(document, previous=second, now=NOW + timedelta(days=4))

    assert {post.title: bool(post.skip_reason) for post in second.posts} == {
        "A": False,
        "B": True,
    }
    assert only(third).title == "B"


def test_no_other_kind_is_opened_here() -> None:
    with pytest.raises(ConfigurationError, match="none of feed, files"):
        open_source(SourceConfig(name="x", kind="outbox"))


def test_standard_input_is_the_process_s_own_by_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = write(tmp_path, "in.xml", rss(item(title="T", guid="1")))
    config = SourceConfig(name="blog", kind="feed", feed="-")
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        reading = asyncio.run(
            open_source(config).read(Previous(), ScriptedContext(config))
        )

    assert only(reading).title == "T"
