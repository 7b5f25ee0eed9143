"""Thousands of other people's feeds: each becomes posts, or one clear error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from share_bridge.errors import SourceError
from share_bridge.sources.document import read_document
from share_bridge.sources.parsed import Parsed
from sources_support import ORIGIN, check_message

pytestmark = pytest.mark.filterwarnings("error")


_NO_FEEDS = frozenset(
    {
        *("README.corpus.md", "LICENSE", "dates.json"),
        *("sanitize_html.json", "truncate_html.json"),
    }
)


def _documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    assert folder.is_dir()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in _NO_FEEDS:
            yield path.name, path.read_bytes()


def _read(body: bytes) -> Parsed | None:
    try:
        return read_document(body, known={}, origin=ORIGIN)
    except SourceError as error:
        check_message(error)
        return None


@pytest.mark.parametrize(
    "corpus, at_least",
    [("feedparser", 0.98), ("miniflux", 0.9), ("jsonfeed", 0)],
)
def test_all_feeds_are_read_or_refused(
    corpus: str, at_least: float, shared: Path
) -> None:
    """A dozen of feedparser's end before their first entry: cut off, so refused."""
    documents = list(_documents(shared / "corpora" / corpus))

    read = [parsed for _, body in documents if (parsed := _read(body))]

    assert len(read) >= at_least * len(documents)
    for parsed in read:
        for post in parsed.posts:
            json.dumps(post.to_json(), ensure_ascii=False).encode()
            assert post.identity in parsed.present
            assert not post.url or post.url.startswith(("http://", "https://"))


def test_what_crashes_the_parser_crashes_nothing_here(shared: Path) -> None:
    documents = list(_documents(shared / "corpora/feedparser-crashers"))

    results = [_read(body) for _, body in documents]

    assert len(results) == 14
    assert None in results


def test_a_spliced_entry_is_the_one_of_the_whole_feed(shared: Path) -> None:
    """Leaving out what is known changes nothing in what is read."""
    spliced = 0
    for corpus in ("feedparser", "miniflux"):
        for name, body in _documents(shared / "corpora" / corpus):
            whole = (
                _read(body) if body.count(b"</item") + body.count(b"</entry") else None
            )
            if not whole or whole.warnings or len(whole.known) < 2:
                continue
            for key, (identity, _) in whole.known.items():
                rest = {other: of for other, of in whole.known.items() if other != key}
                alone = read_document(body, known=rest, origin=ORIGIN)
                expected = [post for post in whole.posts if post.identity == identity]
                assert list(alone.posts) == expected, name
                spliced += 1

    assert spliced > 100


def test_every_feed_read_again_has_nothing_new(shared: Path) -> None:
    for name, body in _documents(shared / "corpora/feedparser"):
        if parsed := _read(body):
            again = read_document(body, known=parsed.known, origin=ORIGIN)

            assert [post for post in again.posts if not post.skip_reason] == [], name
