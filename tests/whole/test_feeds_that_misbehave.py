"""Whatever a feed does, nothing is sent, edited or deleted that was not written.

Through the command line, at a blog and a Mastodon server on this machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli_support import run
from fediverse_support import TOKEN, Fediverse
from share_bridge.testing.faults import Answer, Lost
from share_bridge.testing.server import StatefulServer
from share_bridge.testing.service import ScriptedService

CONFIG = """
[[sources]]
name = "blog"
feed = "{blog}/feed.xml"
first_run = "all"

[targets.home]
publisher = "mastodon"
server = "{server}"
token = "{token}"
delete = "send"
max_per_run = 50

[network]
allow = ["127.0.0.0/8", "::1/128"]
"""
DAYS = ("Thu, 01", "Fri, 02", "Sat, 03", "Sun, 04", "Mon, 05", "Tue, 06")


@dataclass(frozen=True)
class Entry:
    """One entry of the feed; empty fields are left out."""

    number: int
    title: str
    link: str
    guid: str
    date: str
    body: str


class Blog(ScriptedService):
    """A site of five posts, whose feed is what `show` makes of its entries."""

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.numbers = [1, 2, 3, 4, 5]
        self.show: Show = plain
        self.moved_to = ""

    def entries(self) -> list[Entry]:
        """Newest first."""
        return [
            Entry(
                number,
                f"Post {number}",
                f"{self.url}/{number}",
                f"tag:blog,2026:{number}",
                f"{DAYS[number - 1]} Oct 2026 10:00:00 GMT",
                f"The words of post {number}, as they were written.",
            )
            for number in reversed(self.numbers)
        ]

    def answer(self, request: httpx.Request) -> Answer | Lost:
        path = request.url.path
        if path == "/feed.xml":
            return self.show(self)
        if path == "/new.xml":
            return rss(self.entries())
        if path[1:].isdigit() and self.moved_to and request.url.host == "127.0.0.1":
            return redirect(f"{self.moved_to}{path}", 301)
        return Answer(200, text="<html><head><title>A page</title></head></html>")


Show = Callable[[Blog], Answer | Lost]


def rss(entries: list[Entry]) -> Answer:
    items = "".join(
        "<item>"
        + "".join(
            f"<{tag}>{value}</{tag}>"
            for tag, value in (
                ("title", entry.title),
                ("link", entry.link.replace("&", "&amp;")),
                ("description", entry.body),
                ("pubDate", entry.date),
            )
            if value
        )
        + (f'<guid isPermaLink="false">{entry.guid}</guid>' if entry.guid else "")
        + "</item>"
        for entry in entries
    )
    channel = f"<channel><title>Blog</title>{items}</channel>"
    return xml(f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>')


def xml(text: str) -> Answer:
    return Answer(200, text=text, headers={"Content-Type": "application/xml"})


def plain(blog: Blog) -> Answer:
    return rss(blog.entries())


def each(**changes: Callable[[Blog, Entry], str]) -> Show:
    """The feed with some fields of every entry changed."""

    def show(blog: Blog) -> Answer:
        return rss(
            [
                replace(entry, **{key: to(blog, entry) for key, to in changes.items()})
                for entry in blog.entries()
            ]
        )

    return show


def listing(change: Callable[[list[Entry]], list[Entry]]) -> Show:
    """The feed with other entries, or in another order."""
    return lambda blog: rss(change(blog.entries()))


def redirect(to: str, status: int) -> Answer:
    return Answer(status, headers={"Location": to})


def always(answer: Answer | Lost) -> Show:
    return lambda _: answer


def atom(blog: Blog) -> Answer:
    entries = "".join(
        f"<entry><id>{entry.guid}</id><title>{entry.title}</title>"
        f'<link href="{entry.link}"/>'
        f"<updated>2026-10-0{entry.number}T10:00:00Z</updated>"
        f"<summary>{entry.body}</summary></entry>"
        for entry in blog.entries()
    )
    head = "<id>tag:blog</id><title>Blog</title><updated>2026-10-05T10:00:00Z</updated>"
    return xml(f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{entries}</feed>')


def json_feed(blog: Blog) -> Answer:
    items = [
        {
            "id": entry.guid,
            "url": entry.link,
            "title": entry.title,
            "content_text": entry.body,
            "date_published": f"2026-10-0{entry.number}T10:00:00Z",
        }
        for entry in blog.entries()
    ]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "Blog"}
    text = json.dumps(document | {"items": items})
    headers = {"Content-Type": "application/feed+json"}
    return Answer(200, text=text, headers=headers)


def other_host(blog: Blog) -> str:
    return blog.url.replace("127.0.0.1", "localhost")


def moves_house(blog: Blog) -> Answer:
    """Another host, and ids made of it; the old links lead to the new ones."""
    blog.moved_to = other_host(blog)
    return each(
        link=lambda blog, it: f"{other_host(blog)}/{it.number}",
        guid=lambda blog, it: f"{other_host(blog)}/{it.number}",
    )(blog)


def tracked(_: Blog, entry: Entry) -> str:
    return f"{entry.link}?utm_source=feed&utm_medium=rss&fbclid={entry.number}"


#: What it does, and how; it still has every post, under names that mean the same.
CHANGES: dict[str, Show] = {
    "moves for good": lambda blog: redirect(f"{blog.url}/new.xml", 301),
    "moves for now": lambda blog: redirect(f"{blog.url}/new.xml", 302),
    "reorders": listing(lambda entries: entries[::-1]),
    "reorders by chance": listing(
        lambda e: sorted(e, key=lambda it: it.number * 3 % 7)
    ),
    "repeats entries": listing(lambda entries: entries * 2),
    "repeats entries under other ids": listing(
        lambda e: e + [replace(it, guid=f"{it.guid}-again") for it in e]
    ),
    "changes all ids": each(guid=lambda _, it: f"urn:new:{it.number}"),
    "loses all ids": each(guid=lambda _, it: ""),
    "makes ids of links": each(guid=lambda _, it: it.link),
    "switches to https": each(link=lambda _, it: it.link.replace("http:", "https:")),
    "adds a slash": each(link=lambda _, it: f"{it.link}/"),
    "adds tracking parameters": each(link=tracked),
    "adds tracking parameters to ids": each(link=tracked, guid=tracked),
    "shares one link": each(link=lambda blog, it: f"{blog.url}/all"),
    "links to the front alone": each(link=lambda blog, it: f"{blog.url}/"),
    "loses all links": each(link=lambda _, it: ""),
    "loses all dates": each(date=lambda _, it: ""),
    "dates all to today": each(date=lambda _, it: "Tue, 24 Nov 2026 10:00:00 GMT"),
    "becomes Atom": atom,
    "becomes a JSON feed": json_feed,
    "moves house": moves_house,
}

#: It fails: the run says so, and the next good reading goes on.
FAILURES: dict[str, tuple[Show, int]] = {
    "not found": (always(Answer(404, text="no")), 3),
    "forbidden": (always(Answer(403, text="no")), 3),
    "unauthorized": (always(Answer(401, text="no")), 3),
    "too many requests": (always(Answer(429, headers={"Retry-After": "0"})), 3),
    "server error": (always(Answer(500, text="no")), 3),
    "unavailable": (always(Answer(503, headers={"Retry-After": "0"})), 3),
    "reset": (always(Lost.RESET), 3),
    "cut off": (always(Lost.HALF), 3),
    "empty": (always(xml("")), 3),
    "garbage": (always(Answer(200, text="\x00\x13garbage" * 99)), 3),
    "a web page": (always(Answer(200, text="<html><body>Log in</body></html>")), 3),
    "half of it": (lambda blog: xml(rss(blog.entries()).text[:700]), 0),
    "leads to a web page": (lambda blog: redirect(f"{blog.url}/1", 302), 3),
    "leads in a circle": (lambda blog: redirect(f"{blog.url}/feed.xml", 302), 3),
    "shrinks": (listing(lambda entries: entries[:1]), 0),
    "shrinks from the other end": (listing(lambda entries: entries[-2:]), 0),
    "empties": (listing(lambda entries: []), 0),
}


@dataclass
class Place:
    folder: Path
    blog: Blog
    service: Fediverse

    def publish(self) -> dict[str, Any]:
        """One run; the report, with the exit code beside."""
        result = run(self.folder, "publish", "--json", "--max-seconds", "5")
        assert result.stdout, result.stderr
        return json.loads(result.stdout) | {"exit": result.exit_code}

    def titles(self) -> list[str]:
        return [text.partition("\n")[0] for text in self.service.texts()]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Five posts of the blog stand at the server."""
    blog, service = Blog(), Fediverse()
    with StatefulServer(blog) as site, StatefulServer(service) as server:
        blog.url = site.url
        text = CONFIG.format(blog=site.url, server=server.url, token=TOKEN)
        (tmp_path / "share-bridge.toml").write_text(text)
        place = Place(tmp_path, blog, service)
        assert place.publish()["totals"]["delivered"] == 5
        service.requests.clear()
        yield place


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_there_by_another_name_is_not_sent_again(
    place: Place, change: str
) -> None:
    """Nor edited, nor deleted; and the next post, named in the new way, goes out."""
    place.blog.show = CHANGES[change]

    reports = [place.publish(), place.publish()]
    before = [request.method for request in place.service.writes]
    place.blog.numbers.append(6)
    last = place.publish()

    assert before == []
    assert [report["exit"] for report in reports] == [0, 0], reports
    assert place.titles() == [f"Post {number}" for number in range(1, 7)]
    assert place.service.edits == []
    assert last["exit"] == 0


@pytest.mark.parametrize("failure", FAILURES)
def test_a_feed_that_fails_changes_nothing(place: Place, failure: str) -> None:
    """However often; what was written meanwhile goes out once it can be read."""
    place.blog.show, code = FAILURES[failure]

    reports = [place.publish(), place.publish()]
    before = [request.method for request in place.service.writes]
    place.blog.show = plain
    place.blog.numbers.append(6)
    last = place.publish()

    assert before == []
    assert [report["exit"] for report in reports] == [code, code], reports
    if code:
        assert [report["sources"][0]["state"] for report in reports] == ["failed"] * 2
    assert place.titles() == [f"Post {number}" for number in range(1, 7)]
    assert place.service.edits == []
    assert last["exit"] == 0


def test_a_site_that_loses_its_memory_is_a_question(place: Place) -> None:
    """All ids and links are new, and nothing leads from the old to the new ones."""
    place.blog.show = each(
        link=lambda blog, it: f"{blog.url}/archive/{it.number + 100}",
        guid=lambda _, it: f"urn:new:{it.number}",
    )

    report, again = place.publish(), place.publish()

    assert place.service.writes == []
    assert (report["exit"], again["exit"]) == (1, 0)
    assert {question["kind"] for question in again["questions"]} == {"same-post"}
    assert again["totals"]["held"] == 5


def test_a_feed_that_is_cut_off_says_so(place: Place) -> None:
    """What came whole is read; a silent success would hide the rest."""
    place.blog.show = FAILURES["half of it"][0]

    report = place.publish()

    assert any("cut off" in warning for warning in report["warnings"])
