"""The page in a real browser: it fits, it can be read and walked, and is harmless."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser_support import chromium, comes_true
from cli_support import run
from golden_set import FILES, read
from needs import requires_node_module

pytestmark = pytest.mark.real_server

CONFIG = """
[site]
url = "https://example.org"
title = "Letters from the harbour"
language = "en"

[[sources]]
name = "blog"
feed = "feed.json"
first_run = "all"

[[sources]]
name = "notes"
files = "posts/*.md"
permalink = "https://example.org/{slug}"

[targets.home]
publisher = "mastodon"
server = "https://mastodon.example"

[targets.work]
publisher = "linkedin"

[targets.readers]
publisher = "email"
from = "Letters from the harbour <blog@example.org>"
to = ["ada@example.org"]
folder = "out"
"""
NOTE = """---
title: The harbour before six
date: 2026-11-20
image: harbour.png
image_alt: A harbour, and the first ferry
---
Ropes knock, gulls argue, and the coffee machine hisses like a small train.
"""
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
OWN = "document.title='owned'"
HOSTILE = {
    "id": "hostile",
    "url": 'https://example.org/hostile"onclick="' + OWN,
    "title": f"</h2></title><script>{OWN}</script><img src=x onerror={OWN}>",
    "content_html": f"<p onclick={OWN}>Innocent words, and more of them.</p>"
    f"<script>{OWN}</script><svg onload={OWN}></svg><style>*{{display:none}}</style>"
    f"<iframe src='https://example.org'></iframe><a href='javascript:{OWN}'>x</a>"
    f'<p>&lt;/iframe&gt;&lt;script&gt;{OWN}&lt;/script&gt; " onload="{OWN}</p>',
    "tags": [f"<script>{OWN}</script>", '"><b>'],
    "image": f'https://example.org/a.png"><script>{OWN}</script>',
    "date_published": "2026-11-22T08:00:00Z",
}
WIDE = {
    "id": "wide",
    "url": "https://example.org/" + "long-" * 40,
    "title": "W" * 120,
    "content_html": f"<p>{'unbroken' * 40}</p><pre>{'code_' * 60}</pre>",
    "image": "https://example.org/wide.jpg",
    "date_published": "2026-11-21T08:00:00Z",
}
SCRIPTS = (
    "arabic",
    "chinese",
    "german",
    "hebrew",
    "hindi",
    "japanese",
    "korean",
    "thai",
)


def _items() -> list[dict[str, Any]]:
    posts = [(path, read(path)) for path in FILES if path.stem in SCRIPTS]
    return [
        {
            "id": path.stem,
            "url": post.url,
            "title": post.title,
            "content_html": post.content,
            "language": post.language,
            "tags": list(post.tags),
            "date_published": f"2026-11-{day:02}T08:00:00Z",
        }
        for day, (path, post) in enumerate(posts, 1)
    ]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Posts in eight scripts, one with a picture, a wide one, and a hostile one."""
    folder = tmp_path_factory.mktemp("preview")
    (folder / "share-bridge.toml").write_text(CONFIG)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Letters",
        "items": [*_items(), WIDE, HOSTILE],
    }
    (folder / "feed.json").write_text(json.dumps(feed))
    (folder / "posts").mkdir()
    (folder / "posts/harbour.md").write_text(NOTE)
    (folder / "posts/harbour.png").write_bytes(PIXEL)
    file = folder / "preview.html"
    arguments = ["--html", str(file), "--as", "bluesky", "--as", "instagram"]
    result = run(folder, "preview", *arguments)
    assert result.exit_code == 0, result.output
    dry = run(folder, "publish", "--dry-run", "--json", "--target", "home")
    (folder / "dry.json").write_text(dry.stdout)
    return file


@pytest.fixture(scope="module")
def browser(page_file: Path) -> Iterator[Any]:
    with chromium() as started:
        yield started


def opened(
    browser: Any, file: Path, *, width: int = 1280, scheme: str = "light"
) -> Any:
    """The page with everything laid out, what it loaded, and what it failed at."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page.loaded, page.failed, page.errors = [], [], []
    page.on("requestfinished", lambda request: page.loaded.append(request.url))
    page.on("requestfailed", lambda request: page.failed.append(request.failure))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(file.as_uri(), wait_until="load")
    page.add_style_tag(content="article { content-visibility: visible !important }")
    return page


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    page = opened(browser, page_file)
    yield page
    page.close()


def visible(page: Any, selector: str) -> int:
    """How many of them are shown."""
    return int(page.locator(f"{selector}:visible").count())


# Layout and colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_window(
    browser: Any, page_file: Path, width: int, scheme: str
) -> None:
    page = opened(browser, page_file, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    over = page.evaluate(
        "[...document.body.querySelectorAll('*:not(.unseen, .skip)')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)"
        ".map(e => e.outerHTML.slice(0, 90))"
    )
    assert over == []
    page.close()


def test_cards_stand_side_by_side_where_there_is_room(
    browser: Any, page_file: Path
) -> None:
    """One below the other on a telephone."""
    columns = {}
    for width in (320, 768, 1280):
        page = opened(browser, page_file, width=width)
        columns[width] = page.evaluate(
            "getComputedStyle(document.querySelector('.cards'))"
            ".gridTemplateColumns.split(' ').length"
        )
        page.close()

    assert columns == {320: 1, 768: 2, 1280: 4}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_ground_follows_day_and_night(
    browser: Any, page_file: Path, scheme: str
) -> None:
    """In the page, and in the mail that it shows."""
    page = opened(browser, page_file, scheme=scheme)
    frame = page.locator("iframe").first
    frame.scroll_into_view_if_needed()
    mail = frame.content_frame.locator(".card").first

    grounds = [
        element.evaluate("e => getComputedStyle(e).backgroundColor")
        for element in (page.locator("body"), mail)
    ]

    for ground in grounds:
        assert (int(re.findall(r"\d+", ground)[0]) < 64) == (scheme == "dark")
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_serious(
    browser: Any, page_file: Path, width: int, scheme: str
) -> None:
    packages = requires_node_module("axe-core")
    page = opened(browser, page_file, width=width, scheme=scheme)
    page.evaluate((packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))

    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")

    serious = [
        (it["id"], [node["html"][:120] for node in it["nodes"][:3]])
        for it in found["violations"]
        if it["impact"] in {"serious", "critical"}
    ]
    assert found["passes"]
    assert serious == []
    page.close()


# What it does


def test_it_asks_nobody_for_anything(page: Any, page_file: Path) -> None:
    """Neither the page nor a mail in it, also after all of it was seen."""
    for frame in page.locator("iframe").all():
        frame.scroll_into_view_if_needed()

    # Pictures of mails: the policy stops them.
    assert comes_true(page, lambda: set(page.failed) == {"csp"})
    loaded = [it for it in page.loaded if not it.startswith(("data:", "about:"))]

    assert loaded == [page_file.as_uri()]
    assert page.errors == []


def test_a_hostile_post_runs_nothing(page: Any) -> None:
    article = page.locator("article").first
    for element in article.locator("p, h2, h3, li, .text").all():
        element.dispatch_event("click")
    page.wait_for_timeout(200)

    assert page.title() == "Preview · Letters from the harbour"
    assert page.locator("script").count() == 1
    assert article.locator("svg, style, [onclick], [onerror], [onload]").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0
    assert "Innocent words" in article.inner_text()


def test_a_hostile_mail_runs_nothing(page: Any) -> None:
    """Whatever a publisher draws: the frame has no scripts, and the policy holds."""
    frame = page.locator("iframe").first
    assert "allow-scripts" not in frame.get_attribute("sandbox")

    frame.evaluate(
        "frame => new Promise(done => { frame.addEventListener('load', done);"
        "frame.srcdoc = `<script>parent.document.title='owned'</script>"
        "<img src=x onerror=\"parent.document.title='owned'\">`; })"
    )

    assert page.title() == "Preview · Letters from the harbour"


def test_a_picture_beside_a_post_is_in_the_page(page: Any) -> None:
    picture = page.locator("article", has_text="Ropes knock").locator("img").first

    assert picture.get_attribute("alt") == "A harbour, and the first ferry"
    assert picture.evaluate("e => e.decode().then(() => e.naturalWidth)") == 1


def test_a_mail_is_as_high_as_it_is(page: Any) -> None:
    frame = page.locator("iframe").first
    frame.scroll_into_view_if_needed()
    body = frame.content_frame.locator("body")

    def as_high() -> bool:
        height = body.evaluate("b => b.getBoundingClientRect().height")
        return bool(abs(frame.evaluate("f => f.clientHeight") - height) < 20)

    assert comes_true(page, as_high)


@pytest.mark.parametrize("name", ["arabic", "hebrew"])
def test_text_runs_as_its_script_does(page: Any, name: str) -> None:
    title = read(next(it for it in FILES if it.stem == name)).title
    text = page.locator("article", has_text=title).locator(".text").first

    assert text.evaluate("e => getComputedStyle(e).unicodeBidi") == "plaintext"
    assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"


# Filter and copy, by hand and by keyboard


def test_words_find_posts(page: Any) -> None:
    page.get_by_label("Find a post").fill("HARBOUR BEFORE")

    assert visible(page, "article") == 1
    assert page.get_by_role("status").inner_text() == "1 of 11 posts shown"


def test_targets_can_be_chosen(page: Any) -> None:
    for name in ("home · Mastodon", "work · LinkedIn", "readers · E-mail", "Bluesky"):
        page.get_by_label(name).uncheck()

    assert visible(page, ".card") == visible(page, ".card[data-target=instagram]") == 11


def test_what_is_still_to_be_sent_can_be_chosen(page: Any) -> None:
    page.get_by_label("Show", exact=True).select_option("ahead")

    assert visible(page, ".card") == 3 * 11
    assert visible(page, ".card[data-target=bluesky]") == 0


def test_what_has_warnings_can_be_chosen(page: Any) -> None:
    page.get_by_label("Show", exact=True).select_option("warned")

    assert visible(page, ".card[data-warned=no]") == 0
    assert visible(page, ".card[data-target=instagram]") == 11


def test_without_a_match_it_says_so(page: Any) -> None:
    page.get_by_label("Find a post").fill("no such words")

    assert visible(page, "article") == 0
    assert page.get_by_role("status").inner_text() == "0 of 11 posts shown"


def test_the_exact_text_is_copied(page: Any, page_file: Path) -> None:
    """Without a mouse: to a button, and Enter."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card = page.locator("article", has_text="Ropes knock").locator(".card").first
    button = card.get_by_role("button", name="Copy")

    page.clock.install()
    page.clock.pause_at("2100-01-01")  # the word stays
    button.focus()
    page.keyboard.press("Enter")
    page.locator(":focus", has_text="Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    dry = json.loads((page_file.parent / "dry.json").read_text())
    texts = [delivery.get("text") for delivery in dry["deliveries"]]
    assert copied in texts
    assert "The harbour before six" in copied


def test_the_keyboard_reaches_everything_in_its_order(page: Any) -> None:
    """Skip link, filters, then the posts; each shows where it is."""
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(e => e.id || e.value || e.className || e.tagName)"
                "(document.activeElement)"
            )
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"

    targets = ["home", "work", "readers", "bluesky", "instagram"]
    assert reached[:8] == ["skip", "words", "which", *targets]
    assert "copy" in reached[8:]


def test_the_skip_link_leads_to_the_posts(page: Any) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "posts"


def test_it_can_be_walked_by_headings(page: Any) -> None:
    """One h1, an h2 for each post, an h3 for each card."""
    assert page.locator("h1").count() == 1
    assert page.locator("main h2").count() == 11
    assert page.locator("main article h3").count() == 5 * 11


def test_without_scripts_all_is_there_but_the_filters(
    browser: Any, page_file: Path
) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(page_file.as_uri())

    assert not page.locator("#filters").is_visible()
    assert page.get_by_text("Ropes knock").first.is_visible()
    page.close()


def test_the_file_is_the_whole_page(page_file: Path) -> None:
    """It can be sent, moved and opened from anywhere."""
    content = page_file.read_text(encoding="utf-8")
    outside = re.sub(r'srcdoc="[^"]*"', "", content)

    assert not re.search(r"<link\b|<script[^>]+src|@import|url\(", outside)
    assert not re.search(r'<img[^>]+src="(?!data:)', outside)
