"""A feed over HTTP: conditional, obedient, and honest about what happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from http_support import Handler, Wire, gzip_bomb, redirect, reply, routes, serve
from share_bridge.errors import SourceError
from share_bridge.plugin.source import Reading, ReadingState
from sources_support import NOW, fetch_feed, item, only, rss

FEED = rss(item(title="Größe", guid="1", link="/one")).encode()
TYPE = {"Content-Type": "application/rss+xml"}


def _conditional(wire: Wire) -> None:
    tag, date = '"v1"', "Sat, 21 Nov 2026 00:00:00 GMT"
    asked = wire.request.headers
    if asked.get("if-none-match") == tag and asked.get("if-modified-since") == date:
        wire.respond(304, headers={"ETag": tag})
    else:
        wire.respond(200, FEED, {**TYPE, "ETag": tag, "Last-Modified": date})


def _in_turn(answers: Iterator[Handler]) -> Handler:
    def handle(wire: Wire) -> None:
        next(answers)(wire)

    return handle


def _failure(
    handler: Handler, previous: Mapping[str, Any] | None = None, **options: Any
) -> SourceError:
    with serve(handler) as server, pytest.raises(SourceError) as caught:
        fetch_feed(f"{server.url}/feed", previous=previous, **options)
    assert str(caught.value).startswith("blog: http://127.0.0.1:")
    assert "\n" not in str(caught.value)
    return caught.value


def test_what_has_not_changed_is_not_sent_again() -> None:
    with serve(_conditional) as server:
        first = fetch_feed(f"{server.url}/feed")
        second = fetch_feed(f"{server.url}/feed", previous=first)
        third = fetch_feed(f"{server.url}/feed", previous=second)

    assert only(first).url == f"{server.url}/one"
    assert second.state is third.state is ReadingState.UNCHANGED
    assert dict(third.validators) == dict(first.validators)


def test_another_address_is_asked_without_conditions() -> None:
    with serve(_conditional) as server:
        first = fetch_feed(f"{server.url}/feed")
        second = fetch_feed(f"{server.url}/other", previous=first)

    assert second.state is ReadingState.READ


def test_a_304_that_nobody_asked_for_is_an_error() -> None:
    assert "304 Not Modified" in str(_failure(reply(304)))


def test_a_server_without_validators_is_compared_by_its_bytes() -> None:
    with serve(reply(200, FEED)) as server:
        first = fetch_feed(server.url)
        second = fetch_feed(server.url, previous=first)

    assert second.state is ReadingState.UNCHANGED


def test_a_permanent_move_is_reported_and_followed() -> None:
    handlers = {"/old": redirect("/feed"), "/feed": reply(200, FEED)}
    with serve(routes(handlers)) as server:
        reading = fetch_feed(f"{server.url}/old")

    assert reading.moved == f"{server.url}/feed"
    assert f'write feed = "{server.url}/feed"' in reading.warnings[0]
    assert reading.posts


def test_a_detour_is_followed_and_not_reported() -> None:
    handlers = {"/old": redirect("/feed", 302), "/feed": reply(200, FEED)}
    with serve(routes(handlers)) as server:
        reading = fetch_feed(f"{server.url}/old")

    assert reading.moved == ""
    assert reading.posts


def test_a_feed_that_is_gone_is_never_asked_again() -> None:
    with serve(reply(410)) as server:
        first = fetch_feed(f"{server.url}/feed")
        second = fetch_feed(f"{server.url}/feed", previous=first)
        other = fetch_feed(f"{server.url}/feed2", previous=second)
        asked = [request.path for request in server.requests]

    assert first.state is second.state is other.state is ReadingState.ENDED
    assert "gone for good (410)" in first.warnings[0]
    assert asked == ["/feed", "/feed2"]


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    "value", ["60", format_datetime(NOW + timedelta(seconds=60), usegmt=True)]
)
def test_a_server_that_asks_for_patience_gets_it(status: int, value: str) -> None:
    busy = reply(status, headers={"Retry-After": value})
    with serve(_in_turn(iter((busy, reply(200, FEED))))) as server:
        with pytest.raises(SourceError, match="asked again after") as caught:
            fetch_feed(server.url)
        kept = caught.value.validators
        soon = fetch_feed(server.url, previous=kept, now=NOW + timedelta(seconds=30))
        asked = len(server.requests)
        later = fetch_feed(server.url, previous=soon, now=NOW + timedelta(seconds=61))

    assert soon.state is ReadingState.UNCHANGED
    assert "asked not to be asked before 2026-11-22 12:01:00 UTC" in soon.warnings[0]
    assert asked == 1
    assert later.state is ReadingState.READ


@pytest.mark.parametrize(
    "value, seconds",
    [("999999999999", 86_400), ("0", None), ("soon", None), ("", None)],
)
def test_no_server_silences_a_source_for_ever(value: str, seconds: int | None) -> None:
    error = _failure(reply(503, headers={"Retry-After": value}))

    until = (error.validators or {}).get("not_before")
    expected = seconds and NOW + timedelta(seconds=seconds)
    assert (until and datetime.fromisoformat(until)) == expected


def test_patience_keeps_what_was_known() -> None:
    answers = iter((_conditional, reply(503, headers={"Retry-After": "9"})))
    with serve(_in_turn(answers)) as server:
        first = fetch_feed(server.url)
        with pytest.raises(SourceError) as caught:
            fetch_feed(server.url, previous=first)

    kept = {**(caught.value.validators or {})}
    assert kept.pop("not_before") == "2026-11-22T12:00:09Z"
    assert kept == first.validators


@pytest.mark.parametrize(
    "status, message",
    [
        (401, "it answered 401 Unauthorized; name a feed that anyone can read"),
        (403, "it answered 403 Forbidden; name a feed"),
        (404, "it answered 404 Not Found; check the address"),
        (500, "it answered 500 Internal Server Error; try again later"),
        (204, "it answered 204 No Content"),
    ],
)
def test_other_answers_are_said(status: int, message: str) -> None:
    assert message in str(_failure(reply(status)))


def test_a_web_page_names_its_feeds_in_full() -> None:
    page = b'<!doctype html><link rel=alternate type="application/rss+xml" href="/rss">'

    error = str(_failure(reply(200, page, {"Content-Type": "text/html"})))

    assert (
        "this is a web page, not a feed; put one of its feeds there: http://" in error
    )
    assert error.endswith("/rss")


def test_an_empty_answer_is_none() -> None:
    assert "it is empty" in str(_failure(reply(200, b"")))


def test_too_much_is_refused() -> None:
    bomb = reply(200, gzip_bomb(20_000_000), {"Content-Encoding": "gzip"})

    assert "raise max_bytes" in str(_failure(bomb, max_bytes=100_000))


def test_a_slow_answer_ends_with_the_timeout() -> None:
    error = _failure(
        lambda wire: wire.drip(b"x" * 100, every=0.1),
        timeout=timedelta(milliseconds=300),
    )

    assert "timeout" in str(error)


def test_plain_http_is_warned_about() -> None:
    with serve(reply(200, FEED)) as server:
        reading = fetch_feed(server.url)

    assert "comes over plain http" in reading.warnings[0]


def test_the_server_s_charset_is_heard() -> None:
    body = rss(item(title="Привет", guid="1")).partition("?>")[2].encode("koi8-r")
    kind = {"Content-Type": 'text/xml; charset="koi8-r"'}
    with serve(reply(200, body, kind)) as server:
        reading = fetch_feed(server.url)

    assert only(reading).title == "Привет"


def test_passwords_in_an_address_are_not_shown() -> None:
    with serve(reply(404)) as server, pytest.raises(SourceError) as caught:
        fetch_feed(server.url.replace("//", "//me:hunter2@"))

    assert "hunter2" not in str(caught.value)


def test_other_addresses_than_web_ones_are_refused() -> None:
    with pytest.raises(SourceError, match="is not an address"):
        fetch_feed("ftp://example.org/feed")


def test_a_feed_cut_on_its_way_is_asked_for_whole() -> None:
    """Its validators would say that nothing changed, for ever."""
    whole = rss(item(title="One", guid="1"), item(title="Two", guid="2")).encode()
    readings: list[Reading] = []
    for body in (whole[:-40], whole):
        handler = reply(200, body, {"ETag": '"same"'})
        with serve(handler) as server:
            previous = dict(readings[-1].validators) if readings else {}
            previous["of"] = f"1\nblog\n{server.url}\n"
            readings.append(fetch_feed(server.url, previous=previous))
            assert "if-none-match" not in server.requests[0].headers

    assert "Two" in {post.title for post in readings[-1].posts}
