"""The web component in a real browser: more comfort, no visitor counted, no harm."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from browser_support import chromium
from needs import requires_node_module
from share_bridge.conversation.told import export
from share_bridge.model.interaction import Interaction, InteractionKind, Moderation

pytestmark = pytest.mark.real_server

SITE = "https://blog.example"
OWN = "document.title='owned'"
HOSTILE = (
    f"<p onclick={OWN}>Innocent words.</p><script>{OWN}</script>"
    f"<img src=https://evil.example/1.png onerror={OWN}><svg onload={OWN}></svg>"
    f"<a href='javascript:{OWN}'>x</a><iframe srcdoc='<script>{OWN}</script>'></iframe>"
    f"<style>*{{display:none}}</style><math><mtext><script>{OWN}</script></math>"
    f"<form action=https://evil.example><button formaction='javascript:{OWN}'>b</form>"
    f"</div></article><link rel=stylesheet href=https://evil.example/x.css>"
    f"<details open ontoggle={OWN}><summary>More</summary>Folded words.</details>"
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'self'">
<link rel="stylesheet" href="/site.css"><title>A post</title></head>
<body><main><h1>A post</h1>{part}</main>
<script src="/c/conversation.js" defer></script></body></html>"""
CSS = ":root{color-scheme:light dark}body{background:Canvas;color:CanvasText}"


def _replies(count: int) -> list[Interaction]:
    return [
        Interaction(
            id=f"https://social.example/{number}",
            post="p1",
            kind=InteractionKind.REPLY,
            actor="https://social.example/users/bob",
            name=f"Bob {number}",
            handle="@bob@social.example",
            page="https://social.example/@bob",
            url=f"https://social.example/@bob/{number}",
            html=f"<p>Reply {number}. <a href='https://x.example/'>a link</a></p>",
            published=f"2026-11-22T12:{number // 60:02}:{number % 60:02}+00:00",
            parent="https://social.example/1" if number == 2 else "",
            moderation=Moderation.APPROVED,
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


class Site:
    """A site of files, and everything that is asked of it or of others."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self.browser = browser
        self.folder = folder
        self.asked: list[str] = []
        self.errors: list[str] = []

    def write(self, replies: list[Interaction], *, at: str = "") -> None:
        """Export them, and put them into a page."""
        export(self.folder / "c", {"p1": (f"{SITE}/1/", replies)}, at=at)
        part = (self.folder / "c" / "p1.html").read_text()
        (self.folder / "index.html").write_text(PAGE.replace("{part}", part))
        (self.folder / "site.css").write_text(CSS)

    def open(
        self, *, scripts: bool = True, width: int = 768, scheme: str = "light"
    ) -> Any:
        """The page, when it has come to rest."""
        page = self.browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
        )
        page.route("**/*", self._answer)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{SITE}/index.html", wait_until="networkidle")
        return page

    def _answer(self, route: Any) -> None:
        url = route.request.url
        self.asked.append(url)
        file = self.folder / url.removeprefix(f"{SITE}/")
        if url.startswith(f"{SITE}/") and file.is_file():
            route.fulfill(path=str(file))
        else:
            route.fulfill(status=404)


@pytest.fixture
def site(browser: Any, tmp_path: Path) -> Site:
    return Site(browser, tmp_path)


def _texts(page: Any) -> list[str]:
    found: list[str] = page.locator(
        "ol.replies > li > article .said > p"
    ).all_inner_texts()
    return [text.partition(".")[0] for text in found]


def test_without_a_script_all_of_it_is_there(site: Site) -> None:
    site.write(_replies(15), at="/c")
    page = site.open(scripts=False)
    assert page.locator("article").count() == 15
    assert page.locator("article:visible").count() == 15
    page.close()


def test_a_long_conversation_folds_and_opens_by_the_keyboard(site: Site) -> None:
    """The first of what was hidden has the focus then."""
    site.write(_replies(15))
    page = site.open()
    assert page.locator("article:visible").count() == 11  # ten, and an answer
    more = page.get_by_role("button", name="Show 4 more threads")
    more.focus()
    page.keyboard.press("Enter")
    assert page.locator("article:visible").count() == 15
    assert "Reply 12" in page.evaluate("document.activeElement.textContent")
    assert not more.is_visible()
    page.close()


def test_every_link_to_an_original_says_whose_it_is(site: Site) -> None:
    """With the script and without: "original" ten times is no list of links."""
    site.write(_replies(3), at="/c")
    for scripts in (True, False):
        page = site.open(scripts=scripts)
        link = page.get_by_role("link", name="original by Bob 3")
        assert link.get_attribute("href") == "https://social.example/@bob/3"
        page.close()


def test_a_short_one_has_no_button(site: Site) -> None:
    site.write(_replies(1))
    page = site.open()
    assert page.get_by_role("button").count() == 0
    page.close()


def test_the_newest_come_first_where_that_is_wanted(site: Site) -> None:
    site.write(_replies(12))
    page = site.open()
    order = page.get_by_role("button", name="Newest first")
    order.focus()
    page.keyboard.press("Space")
    assert order.get_attribute("aria-pressed") == "true"
    assert _texts(page)[0] == "Reply 12"
    assert page.locator("ol.replies").first.locator("> li:visible").count() == 10
    page.keyboard.press("Space")
    assert _texts(page)[0] == "Reply 1"
    page.close()


def test_it_becomes_current_without_a_build(site: Site) -> None:
    """In the same threads as the HTML that it replaces."""
    site.write(_replies(3), at="/c")
    before = (site.folder / "index.html").read_text()
    site.write(_replies(5), at="/c")
    (site.folder / "index.html").write_text(before)
    page = site.open()
    assert page.locator("article").count() == 5
    assert page.locator("ol.replies ol.replies article").count() == 1
    assert page.locator(".counts").inner_text() == "5 replies"
    page.close()


@pytest.mark.parametrize("answer", ["not json", '{"replies": 7}', "null"])
def test_what_is_no_conversation_leaves_what_is_there(site: Site, answer: str) -> None:
    site.write(_replies(3), at="/c")
    (site.folder / "c" / "p1.json").write_text(answer)
    page = site.open()
    assert page.locator("article").count() == 3
    assert site.errors == []
    page.close()


def test_nothing_is_asked_of_anybody_else(site: Site) -> None:
    """Neither by what strangers wrote, nor by an address of another site."""
    site.write(_replies(3), at="https://evil.example/c")
    page = site.open()
    assert sorted(site.asked) == [
        f"{SITE}/{name}" for name in ("c/conversation.js", "index.html", "site.css")
    ]
    assert page.evaluate("document.cookie + localStorage.length") == "0"
    page.close()


def test_a_hostile_answer_does_nothing(site: Site) -> None:
    """Even where the JSON is not what was exported: the script trusts nobody."""
    site.write(_replies(1), at="/c")
    evil = f'"><script>{OWN}</script><img src=x onerror={OWN}>'
    reply = {
        "id": evil,
        "url": f"javascript:{OWN}",
        "in_reply_to": "constructor",
        "author": {"name": evil, "handle": evil, "url": f"javascript:{OWN}"},
        "published": evil,
        "html": HOSTILE,
    }
    told = {"likes": evil, "boosts": 1e400, "replies": [reply, {"id": "__proto__"}, 7]}
    text = json.dumps(told).replace("Infinity", "1e400")
    (site.folder / "c" / "p1.json").write_text(text)
    page = site.open()
    page.get_by_text("Innocent words.").click()
    page.get_by_text("More", exact=True).click()
    assert page.title() == "A post"
    assert page.get_by_text("Innocent words.").is_visible()
    dangerous = (
        "article script, article img, article iframe, svg, form, style, main link"
    )
    assert page.locator(dangerous).count() == 0
    assert page.locator("[onclick], [onload], [href^=javascript]").count() == 0
    assert all(url.startswith(f"{SITE}/") for url in site.asked)
    assert site.errors == []
    page.close()


def test_a_light_page_stays_light_at_night(site: Site) -> None:
    """A page that has no dark side gets no pale words on its white ground."""
    site.write(_replies(2))
    (site.folder / "site.css").write_text("body{background:#fff;color:#000}")
    page = site.open(scheme="dark")
    color = "getComputedStyle(document.querySelector('time')).color"
    assert page.evaluate(color) == "rgb(87, 94, 105)"
    page.close()


def test_a_policy_without_inline_styles_is_enough(site: Site) -> None:
    """The page forbids them, and the conversation is dressed all the same."""
    site.write(_replies(2))
    page = site.open()
    style = "getComputedStyle(document.querySelector('ol.replies')).listStyleType"
    assert page.evaluate(style) == "none"
    page.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_window(site: Site, width: int) -> None:
    wide = [
        replace(
            it,
            parent=f"https://social.example/{number}",
            html=f"<pre>{'w' * 300}</pre>",
        )
        for number, it in enumerate(_replies(9))
    ]
    site.write(wide, at="/c")
    page = site.open(width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with", "without"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(site: Site, scheme: str, *, scripts: bool) -> None:
    packages = requires_node_module("axe-core")
    site.write(_replies(12), at="/c")
    if not scripts:
        (site.folder / "c" / "conversation.js").write_text("")
    page = site.open(scheme=scheme)
    page.evaluate((packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"]
    assert [(it["id"], it["nodes"][0]["html"]) for it in found["violations"]] == []
    page.close()
