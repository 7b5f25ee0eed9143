"""Feeds of a real site generator from a real web server, and its very files."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from share_bridge.errors import SourceError
from share_bridge.plugin.source import ReadingState
from site_support import build_site, pelican, serve_site, write_post
from sources_support import NOW, fetch_feed, only, read_files

pytestmark = [pytest.mark.real_server, pytest.mark.slow]

LONG = "A paragraph that is long enough to be worth compressing. " * 20


@pytest.fixture(scope="module")
def generator(
    tmp_path_factory: pytest.TempPathFactory, requires: Callable[[str], str]
) -> str:
    requires("nginx")
    return pelican(tmp_path_factory.mktemp("pelican"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, generator: str) -> Path:
    folder = tmp_path_factory.mktemp("blog")
    write_post(
        folder,
        "first-post",
        title="First: Grüße & more",
        date="2026-06-01 10:00",
        text=f"Hello *world*.\n\n![A cat](/cat.png)\n\n{LONG}",
    )
    write_post(folder, "second", title="Second", date="2026-06-02", text=LONG)
    build_site(folder, program=generator)
    return folder


@pytest.fixture
def blog(tmp_path: Path, built: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "blog"))


@pytest.fixture
def url(blog: Path, tmp_path: Path, requires: Callable[[str], str]) -> Iterator[str]:
    with serve_site(blog / "output", tmp_path, program=requires("nginx")) as url:
        yield url


@pytest.mark.parametrize("feed", ["all.atom.xml", "all.rss.xml"])
def test_both_feeds_hold_the_posts(feed: str, url: str) -> None:
    reading = fetch_feed(f"{url}/feeds/{feed}")

    posts = {post.url: post for post in reading.posts}
    first = posts["https://blog.example/first-post.html"]
    assert reading.total == 2
    assert first.title == "First: Grüße & more"
    assert "<em>world</em>" in first.content + first.summary
    assert f"{first.published}" == "2026-06-01 08:00:00+00:00"
    assert {"real", "site"} <= set(first.tags)
    assert first.aliases == ("link:https://blog.example/first-post.html",)


def test_an_unchanged_feed_is_304_and_a_new_post_comes_alone(
    url: str, blog: Path, tmp_path: Path, generator: str
) -> None:
    address = f"{url}/feeds/all.atom.xml"
    first = fetch_feed(address)
    second = fetch_feed(address, previous=first)
    write_post(blog, "third", title="Third", date="2026-06-03", text=LONG)
    build_site(blog, program=generator)
    third = fetch_feed(address, previous=second)

    log = (tmp_path / "access.log").read_text().splitlines()
    assert second.state is ReadingState.UNCHANGED
    assert [line.split('" ')[1].split()[0] for line in log][-3:] == [
        "200",
        "304",
        "200",
    ]
    assert only(third).title == "Third"
    assert third.total == 3


def test_nginx_compresses_and_its_weak_etag_works(url: str) -> None:
    first = fetch_feed(f"{url}/feeds/all.rss.xml")

    assert str(first.validators["etag"]).startswith('W/"')
    assert fetch_feed(f"{url}/feeds/all.rss.xml", previous=first).posts == ()


def test_a_moved_feed_is_followed_and_said(url: str) -> None:
    reading = fetch_feed(f"{url}/moved/all.atom.xml")

    assert reading.moved == f"{url}/feeds/all.atom.xml"
    assert len(reading.posts) == 2


def test_gone_ends_it(url: str) -> None:
    first = fetch_feed(f"{url}/gone")

    assert first.state is ReadingState.ENDED
    assert fetch_feed(f"{url}/gone", previous=first).state is ReadingState.ENDED


def test_too_many_requests_is_an_error_and_then_is_not(url: str) -> None:
    first = fetch_feed(f"{url}/busy/all.atom.xml")
    with pytest.raises(SourceError, match="429 Too Many Requests"):
        fetch_feed(f"{url}/busy/all.atom.xml", previous=first)

    assert len(first.posts) == 2


def test_unavailable_is_waited_for_as_long_as_it_asks(url: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="503 Service Unavailable") as caught:
        fetch_feed(f"{url}/down")
    waits = fetch_feed(
        f"{url}/down", previous=caught.value.validators, now=NOW + timedelta(seconds=5)
    )

    assert waits.state is ReadingState.UNCHANGED
    assert "12:00:30 UTC" in waits.warnings[0]
    assert (tmp_path / "access.log").read_text().count("GET /down") == 1


@pytest.mark.parametrize(
    "path, message",
    [
        ("private", "401 Unauthorized"),
        ("nowhere.xml", "404 Not Found; check the address"),
        ("index.html", "this is a web page, not a feed; put one of its feeds there: "),
    ],
)
def test_other_answers_are_clear(path: str, message: str, url: str) -> None:
    with pytest.raises(SourceError) as caught:
        fetch_feed(f"{url}/{path}")

    assert message in str(caught.value)


def test_the_files_are_the_same_posts_as_the_feed(url: str, blog: Path) -> None:
    """Their links tell: whichever comes first, the other adds nothing."""
    feed = fetch_feed(f"{url}/feeds/all.atom.xml")

    files = read_files(blog / "content", permalink="https://blog.example/{slug}.html")

    assert {post.aliases for post in files.posts} == {
        post.aliases for post in feed.posts
    }
    assert {post.title for post in files.posts} == {post.title for post in feed.posts}
