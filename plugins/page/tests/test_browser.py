"""The page in a real browser: it fits, it can be read, and it does nothing else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser_support import chromium, contrast
from publisher_support import FakeContext, make_message
from share_bridge.plugin import clean
from share_bridge_page.publisher import PagePublisher, PageSettings

pytestmark = pytest.mark.real_server

HOSTILE = (
    "<p style='background:url(https://example.org/y.png)'>Innocent words.</p>"
    "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    "<svg onload=document.title='owned'><a href='javascript:document.title=1'>x</a>"
    "<style>*{display:none}</style><iframe src='https://example.org'></iframe>"
    "<link rel=stylesheet href='https://example.org/x.css'>"
)
BODIES = (
    "<p>Some words with <code>code</code> and a <a href='https://x.example'>link</a>.",
    "<pre><code>" + "a_very_long_line_of_code " * 12 + "</code></pre>",
    "<ul><li>one</li><li>two</li></ul><blockquote><p>Said.</p></blockquote>",
    "<table><tr>" + "<td>cell_without_a_break</td>" * 9 + "</tr></table>",
    HOSTILE,
)
TEXTS = "h1, h2 a, time, p, li, code, .more a, summary"


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    """Started after the page was made: Playwright keeps an event loop running."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with long words, wide content and a hostile post."""
    folder = tmp_path_factory.mktemp("page")
    context = FakeContext(folder, PageSettings(file="index.html", title="Latest"))
    for number, body in enumerate(BODIES):
        title = "W" * 120 if number == 1 else f"Post {number}"
        if number == 4:
            title = "</h2><script>document.title='owned'</script>"
        warning = "Long code" if number == 2 else ""
        html = clean(body, base="https://learning.example/")
        message = make_message(number, title=title, html=html, content_warning=warning)
        asyncio.run(PagePublisher().publish(message, context))
    return (folder / "index.html").as_uri()


def opened(browser: Any, address: str, *, width: int, scheme: str = "light") -> Any:
    """The page, and every address beyond itself that it asked for."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(address, wait_until="load")
    page.wait_for_timeout(100)
    return page


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_window(
    browser: Any, address: str, width: int
) -> None:
    """What is wide scrolls within itself."""
    page = opened(browser, address, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert (
        page.evaluate(
            "Math.max(...[...document.querySelectorAll('article, h1, h2, pre, table')]"
            ".map(e => e.getBoundingClientRect().right))"
        )
        <= width
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(browser: Any, address: str, scheme: str) -> None:
    """At least 4.5 : 1, by day and by night; and the night is dark."""
    page = opened(browser, address, width=768, scheme=scheme)

    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = int(re.findall(r"\d+", ground)[0])
    assert (brightness < 64) == (scheme == "dark")
    assert contrast(page, TEXTS) >= 4.5


def test_a_hostile_post_runs_nothing(browser: Any, address: str) -> None:
    page = opened(browser, address, width=768)

    assert page.title() == "Latest"
    assert page.locator("script, iframe, link, img, svg").count() == 0
    assert page.get_by_text("Innocent words.").is_visible()


def test_nothing_is_asked_of_anybody(browser: Any, address: str) -> None:
    page = opened(browser, address, width=768)

    assert page.requested == [address]


def test_it_can_be_walked_by_headings_and_names(browser: Any, address: str) -> None:
    """One h1, an h2 for each entry, and links that say where they lead."""
    page = opened(browser, address, width=768)

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("main h1").count() == 1
    assert page.locator("article > h2").count() == len(BODIES)
    assert page.get_by_role("link", name="Read more: Post 0").count() == 1


def test_a_warning_opens_on_request(browser: Any, address: str) -> None:
    page = opened(browser, address, width=768)
    hidden = page.get_by_text("Said.")
    assert not hidden.is_visible()

    page.get_by_text("Long code").click()

    assert hidden.is_visible()


def test_the_file_is_the_whole_page(address: str) -> None:
    """It can be sent, moved and opened from anywhere."""
    content = Path(address.removeprefix("file://")).read_text(encoding="utf-8")

    assert not re.search(r"<(script|link|img|iframe)|@import|url\(", content)
