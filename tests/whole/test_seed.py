"""Coming from another tool: what it sent is not sent again, what is newer is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from blog_support import account, configure, serving, titles
from cli_support import run
from fediverse_support import Fediverse

FEED = '[[sources]]\nname = "blog"\nfeed = "feed.xml"\n'
PAGE = """[targets.page]
publisher = "page"
file = "page.html"
max_per_run = 50
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Fediverse]:
    """An account and a blog of five posts, whose ledger is new."""
    service = Fediverse()
    with serving(service, tmp_path) as server:
        configure(tmp_path, account(server, 'delete = "send"'), PAGE, sources=FEED)
        yield service


def sown(folder: Path, *arguments: str) -> str:
    result = run(folder, "ledger", "seed", *arguments)
    assert result.exit_code == 0, result.stderr
    run(folder, "publish")
    return result.stdout


def test_all_of_it(tmp_path: Path, service: Fediverse) -> None:
    sown(tmp_path, "--all")

    assert service.standing == []


def test_what_was_published_before_a_day(tmp_path: Path, service: Fediverse) -> None:
    """The rest is new, whatever a first run would hold back."""
    said = sown(tmp_path, "--before", "2026-11-02T13:00:00Z")

    assert "2 posts" in said
    assert titles(service) == ["Post 3", "Post 4", "Post 5"]


FEEDIVERSE = """access_token: secret-of-feediverse
feeds:
- template: '{title} {url}'
  url: https://example.org/feed.xml
updated: '2026-11-02T13:00:00+00:00'
url: https://mastodon.example
"""
IDS = "https://example.org/2\nhttps://example.org/4\nhttps://gone.example/0\n"


@pytest.mark.parametrize(
    "content, left",
    [
        (IDS, ["Post 5"]),
        (json.dumps(["http://example.org/4/?utm_source=x"]), ["Post 5"]),
        (json.dumps({"https://example.org/3": []}), ["Post 4", "Post 5"]),
        (FEEDIVERSE, ["Post 3", "Post 4", "Post 5"]),
    ],
    ids=["ids", "a list in JSON", "an object in JSON", "feediverse"],
)
def test_what_a_file_says(
    tmp_path: Path, service: Fediverse, content: str, left: list[str]
) -> None:
    """What is older than the newest that was sent counts as well."""
    (tmp_path / "state").write_text(content)

    sown(tmp_path, "--from", str(tmp_path / "state"))

    assert titles(service) == left


def test_what_feed2toot_and_feediverse_keep_at_home(
    tmp_path: Path, service: Fediverse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they keep it by themselves."""
    home = tmp_path / "home"
    (home / ".config").mkdir(parents=True)
    (home / ".config/feed2toot.ini").write_text("[cache]\ncachefile = ~/rss.db\n")
    (home / "rss.db").write_text("https://example.org/3\n")
    (home / ".feediverse").write_text(FEEDIVERSE)
    monkeypatch.setenv("HOME", str(home))

    first = run(tmp_path, "ledger", "seed", "--from", "feediverse", "--target", "page")
    sown(tmp_path, "--from", "feed2toot", "--target", "home")

    assert first.exit_code == 0
    assert "secret-of-feediverse" not in first.stdout + first.stderr
    assert titles(service) == ["Post 4", "Post 5"]


def test_copies_are_known_by_their_addresses(
    tmp_path: Path, service: Fediverse
) -> None:
    """At the right target, so that they can be taken back."""
    status = service.add("Written by the tool before: https://example.org/4")
    server = (tmp_path / "share-bridge.toml").read_text().split('server = "')[1]
    url = f"{server.partition(chr(34))[0]}/@alice/{status.id}"
    state = {"https://example.org/4": [url, "https://elsewhere.example/1"]}
    (tmp_path / "syndication.json").write_text(json.dumps(state))

    said = sown(tmp_path, "--from", str(tmp_path / "syndication.json"))
    before = titles(service)
    run(tmp_path, "retract", "https://example.org/4", "--target", "home")

    assert "1 copies are known" in said
    assert before[1:] == ["Post 5"]
    assert titles(service) == ["Post 5"]


def test_an_author_who_says_where_it_stands_is_believed(
    tmp_path: Path, service: Fediverse
) -> None:
    """`syndication` in front matter, as the IndieWeb has it."""
    config = tmp_path / "share-bridge.toml"
    server = config.read_text().split('server = "')[1].partition('"')[0]
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts/a.md").write_text(
        f"---\ntitle: A\ndate: 2026-11-01\nsyndication:\n  - {server}/@alice/1\n---\nA."
    )
    (tmp_path / "posts/b.md").write_text("---\ntitle: B\ndate: 2026-11-02\n---\nB.")
    files = 'files = "posts"\npermalink = "https://example.org/{slug}"\n'
    config.write_text(
        config.read_text().replace(
            'feed = "feed.xml"', files + 'first_run = "all"\nwait_until_live = 0'
        )
    )

    run(tmp_path, "publish")

    assert titles(service) == ["B"]
    assert "A" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    "arguments, complaint, code",
    [
        ((), "name one", 2),
        (("--all", "--held"), "name one", 2),
        (("--before", "soon"), "--before: write a date", 2),
        (("--from", "none.txt"), "No such file", 3),
        (("--from", "rss.db"), "this is no text", 3),
        (("--from", "empty"), "it names no post", 2),
        (("--from", "strangers"), "none of the 1 posts", 2),
        (("--from", "list.json"), "write a list of links", 3),
    ],
)
def test_what_cannot_be_meant_is_said(
    tmp_path: Path,
    service: Fediverse,
    arguments: tuple[str, ...],
    complaint: str,
    code: int,
) -> None:
    """And nothing changes."""
    (tmp_path / "rss.db").write_bytes(b"\x13\x57\x9a\xce\0\0pickle")
    (tmp_path / "empty").write_text("# nothing\n")
    (tmp_path / "strangers").write_text("https://elsewhere.example/1\n")
    (tmp_path / "list.json").write_text("[1, 2]")
    files = {it.name: str(it) for it in tmp_path.iterdir()}

    result = run(tmp_path, "ledger", "seed", *(files.get(it, it) for it in arguments))
    run(tmp_path, "publish")

    assert (result.exit_code, complaint in result.stderr) == (code, True)
    assert titles(service) == ["Post 5"]
