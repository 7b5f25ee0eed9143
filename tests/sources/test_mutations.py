"""However a feed is broken, it is read or refused: nothing else comes out."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from share_bridge.errors import SourceError
from share_bridge.sources.document import read_document
from sources_support import ORIGIN, atom, check_message, item, rss

RSS = rss(
    item(
        title="One &amp; only",
        guid="1",
        link="https://example.org/1",
        pubDate="Mon, 01 Jun 2026 10:00:00 CEST",
        description="<![CDATA[<p>Text <img src='a.png'></p>]]>",
        category="a, b",
        enclosure="",
        media__content="",
        image="<width>1</width>",
        textinput="<name>x</name>",
    ),
    item(title="Two", link="https://example.org/2", content__encoded="&lt;p&gt;x"),
    attributes='xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xml:base="https://x.y/"',
)
ATOM = atom(
    '<id>u:1</id><title type="html">T &lt;b&gt;</title><link href="/a"/>'
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x</div></content>',
    "<id>u:2</id><updated>2026-06-01T10:00:00Z</updated><summary>s</summary>",
)
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": '
    '[{"id": "1", "title": "T", "content_html": "<p>x</p>", "tags": ["a"]}]}'
)

PIECES = st.sampled_from(
    [
        *(b"<", b">", b"&", b"\0", b"\xff", b'"', b"/", b"\\", b"]]>", b"<![CDATA["),
        *(b"<item>", b"</item>", b"<entry/>", b"<guid>", b"</channel>", b"<!--"),
        *(b"&#55357;&#56832;", b"&#x110000;", b"&#99999999999;", b"&nbsp;", b"&a;"),
        *(b'<!DOCTYPE x [<!ENTITY a "b">]>', b'encoding="utf-16"', b"\xef\xbb\xbf"),
        *(b'xml:base="http://["', b"xmlns:x='y'", b"<media:content/>", b"{", b"}"),
    ]
) | st.binary(max_size=4)
EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=6
)


def _mutated(document: str, edits: list[tuple[float, int, bytes]]) -> bytes:
    body = document.encode()
    for where, cut, piece in edits:
        start = int(where * len(body))
        body = body[:start] + piece + body[start + cut :]
    return body


@settings(max_examples=400)
@given(st.sampled_from([RSS, ATOM, JSON]), EDITS)
@example(RSS, [(0.0, 10_000, b"<?xml version='1.0'?>")])
@example(RSS, [(0.5, 0, b"<item>"), (0.9, 0, b"&")])
def test_a_broken_feed_is_read_or_refused(
    document: str, edits: list[tuple[float, int, bytes]]
) -> None:
    body = _mutated(document, edits)
    try:
        parsed = read_document(body, known={}, origin=ORIGIN)
        read_document(body, known=parsed.known, origin=ORIGIN)
    except SourceError as error:
        check_message(error)
    else:
        assert all(post.identity for post in parsed.posts)


@given(st.binary(max_size=400), st.text(max_size=10))
def test_any_bytes_are_read_or_refused(body: bytes, charset: str) -> None:
    for start in (b"", b"<rss><channel><item>", b'{"version": '):
        try:
            read_document(start + body, known={}, origin=ORIGIN, charset=charset)
        except SourceError as error:
            check_message(error)
