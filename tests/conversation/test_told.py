"""A conversation as files: what was approved, threaded, and harmless."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from share_bridge.conversation.told import as_html, as_json, export
from share_bridge.model.interaction import Interaction, InteractionKind, Moderation

_REPLY = Interaction(
    id="https://social.example/1",
    post="p1",
    kind=InteractionKind.REPLY,
    actor="https://social.example/users/bob",
    name="Bob",
    handle="@bob@social.example",
    page="https://social.example/@bob",
    url="https://social.example/@bob/1",
    html='<p>Well said! <a href="https://x.example/">x</a></p>',
    published="2026-11-22T12:00:00+00:00",
    moderation=Moderation.APPROVED,
)
_LINK = "https://blog.example/1/"


def _reply(number: int, parent: int = 0, **change: Any) -> Interaction:
    above = f"https://social.example/{parent}" if parent else ""
    name = f"https://social.example/{number}"
    return replace(
        _REPLY, id=name, parent=above, html=f"<p>No. {number}.</p>", **change
    )


def _many(kind: InteractionKind, count: int) -> list[Interaction]:
    return [
        replace(_REPLY, kind=kind, id=f"{kind}{number}", actor=f"a{number}", html="")
        for number in range(count)
    ]


def test_only_what_was_approved_is_written(tmp_path: Path) -> None:
    waiting = replace(_REPLY, moderation=Moderation.PENDING)
    hidden = replace(_REPLY, moderation=Moderation.HIDDEN)
    posts = {
        "p1": (_LINK, [_REPLY]),
        "p2": (_LINK, [waiting, hidden]),
        "p3": (_LINK, []),
    }
    assert export(tmp_path, posts) == 1
    assert "Well said!" in (tmp_path / "p1.html").read_text()
    assert (tmp_path / "p2.html").read_text() == ""
    assert json.loads((tmp_path / "p3.json").read_text())["replies"] == []


def test_a_template_finds_the_files_of_a_page_by_its_address(tmp_path: Path) -> None:
    export(tmp_path, {"p1": (_LINK, [_REPLY]), "p2": ("", [_REPLY])})
    assert json.loads((tmp_path / "index.json").read_text()) == {_LINK: "p1"}


def test_what_came_by_two_targets_is_told_once(tmp_path: Path) -> None:
    export(tmp_path, {"p1": (_LINK, [_REPLY, _REPLY])})
    assert len(json.loads((tmp_path / "p1.json").read_text())["replies"]) == 1


def test_counts_are_told_in_words() -> None:
    found = [*_many(InteractionKind.LIKE, 3), *_many(InteractionKind.BOOST, 1), _REPLY]
    told = as_json(_LINK, found)
    assert (told["likes"], told["boosts"], told["quotes"]) == (3, 1, 0)
    assert "3 likes, 1 boost, 1 reply" in as_html(found)


def test_an_answer_stands_under_what_it_answers() -> None:
    html = as_html([_reply(1), _reply(2, 1), _reply(3), _reply(4, 2)])
    shape = "".join(re.findall(r"</?(?:ol|li)|No\. \d", html))
    assert shape == (
        "<ol<liNo. 1<ol<liNo. 2<ol<liNo. 4</li</ol</li</ol</li<liNo. 3</li</ol"
    )


def test_an_answer_to_what_is_not_shown_stands_by_itself() -> None:
    assert "No. 2." in as_html([_reply(2, 1)])


def test_very_deep_threads_go_on_side_by_side() -> None:
    html = as_html([_reply(number, number - 1) for number in range(1, 500)])
    assert html.count("<ol") == 6
    assert html.count("<article") == 499


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), max_size=12))
def test_however_they_answer_each_other_the_html_is_whole(
    pairs: list[tuple[int, int]],
) -> None:
    """Also where one answers itself, or what is not there."""
    unique = {number: parent for number, parent in pairs if parent < number}
    html = as_html([_reply(number, parent) for number, parent in unique.items()])
    assert html.count("<article") == len(unique)
    for name in ("ol", "li", "article", "section"):
        assert html.count(f"<{name}") == html.count(f"</{name}>")


def test_links_of_strangers_gain_nothing() -> None:
    links = re.findall(r"<a [^>]*>", as_html([_REPLY]))
    assert len(links) == 3
    assert all('rel="nofollow ugc"' in link for link in links)


@pytest.mark.parametrize("field", ["name", "handle", "url", "page", "published"])
def test_a_stranger_s_text_is_text(field: str) -> None:
    evil = '"><script>alert(1)</script>'
    assert "<script" not in as_html([replace(_REPLY, **{field: evil})])


def test_the_script_is_beside_them_and_knows_where_to_ask(tmp_path: Path) -> None:
    export(tmp_path, {"p1": (_LINK, [_REPLY])}, at="/conversation/")
    page = (tmp_path / "p1.html").read_text()
    assert page.startswith(
        '<share-bridge-conversation src="/conversation/p1.json">\n<section'
    )
    script = (tmp_path / "conversation.js").read_text()
    assert re.findall(r"https?://[^\s`\"']+", script) == []
