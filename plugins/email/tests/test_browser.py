"""The letter in a real browser: it fits, can be read, and loads one picture at most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from browser_support import chromium, contrast
from email_support import composed, part, read
from publisher_support import make_message
from share_bridge.plugin import Image, Message, clean

pytestmark = pytest.mark.real_server

PICTURE = "https://pictures.invalid/hill.png"
BODY = """<p>Some <code>code</code> and a <a href="https://x.example">link</a>.
<ul><li>one</li><li>two</li></ul><blockquote><p>Said.</p></blockquote>
<pre><code>a_long_line_of_code_without_any_break(and, and, and, and)</code></pre>"""
HOSTILE = (
    "<p style='background:url(https://example.org/y.png)'>Innocent words.</p>"
    "<script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    "<style>*{display:none}</style><iframe src='https://example.org'></iframe>"
)
TEXTS = "h1, p, li, code, a, blockquote, td.quiet"


def message(html: str = BODY, **changes: Any) -> Message:
    safe = clean(html, base="https://learning.example/")
    return replace(make_message(1, html=safe), **changes)


SHOWN = Image(PICTURE, "A hill", data=b"x", media_type="image/png")
LETTERS = {
    "usual": message(),
    "wide": message(
        "<p>" + "unbroken" * 40 + "<table><tr>" + "<td>a_cell</td>" * 12 + "</table>",
        title="W" * 120,
        language="de",
    ),
    "picture": message(images=(SHOWN,)),
    "hostile": message(HOSTILE, title="</h1><script>document.title='owned'</script>"),
    "leftward": message("<p>זה פוסט קצר.</p>", title="שלום עולם", language="he"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Callable[..., Any]:
    """Opens a letter; pictures are answered by the test, and all requests noted."""

    def open_letter(name: str, *, width: int = 375, scheme: str = "light") -> Any:
        file = tmp_path / f"{name}.html"
        file.write_text(part(read(composed(LETTERS[name])), "html"), encoding="utf-8")
        page = browser.new_page(
            viewport={"width": width, "height": 700}, color_scheme=scheme
        )
        page.requested = []

        def answer(route: Any) -> None:
            page.requested.append(route.request.url)
            svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"/>'
            route.fulfill(body=svg, content_type="image/svg+xml")

        page.route(re.compile("^https:"), answer)
        page.goto(file.as_uri(), wait_until="load")
        return page

    return open_letter


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("name", list(LETTERS))
def test_nothing_is_wider_than_the_window(
    opened: Callable[..., Any], name: str, width: int
) -> None:
    page = opened(name, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    rights = "[...document.querySelectorAll('td, h1, p, pre, img, a')].map(e => "
    rights += "e.getBoundingClientRect().right)"
    assert page.evaluate(f"Math.max(...{rights})") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(opened: Callable[..., Any], scheme: str) -> None:
    """At least 4.5 : 1, by day and by night; and the night is dark."""
    page = opened("usual", scheme=scheme)

    assert contrast(page, TEXTS) >= 4.5
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(20, 22, 26)") == (scheme == "dark")


@pytest.mark.parametrize("name", list(LETTERS))
def test_only_the_post_s_own_picture_is_loaded(
    opened: Callable[..., Any], name: str
) -> None:
    page = opened(name)

    assert page.requested == ([PICTURE] if name == "picture" else [])


def test_a_picture_has_words_and_fits(opened: Callable[..., Any]) -> None:
    page = opened("picture")

    shown = page.get_by_role("img", name="A hill")
    box = shown.bounding_box()
    assert 250 < box["width"] < 375
    assert box["height"] == pytest.approx(box["width"] * 9 / 16, abs=2)


def test_a_hostile_post_runs_nothing(opened: Callable[..., Any]) -> None:
    page = opened("hostile")

    assert page.title() != "owned"
    assert page.locator("script, iframe, link, img").count() == 0
    assert page.get_by_text("Innocent words.").is_visible()


def test_what_is_written_leftward_begins_at_the_right(
    opened: Callable[..., Any],
) -> None:
    page = opened("leftward", width=1280)

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("td.ink").evaluate("e => getComputedStyle(e).textAlign") == (
        "right"
    )


def test_the_line_behind_the_subject_is_not_seen_in_the_letter(
    opened: Callable[..., Any],
) -> None:
    page = opened("usual")

    first = page.locator("body > div").first
    assert first.text_content() == "A teaser of one sentence."
    assert not first.is_visible()


def test_one_tap_leads_on_and_one_leads_away(opened: Callable[..., Any]) -> None:
    """Fingers need 44 pixels for the first."""
    page = opened("usual")

    button = page.get_by_role("link", name="Read more")
    assert button.bounding_box()["height"] >= 44
    assert page.get_by_role("link", name="Unsubscribe").count() == 1
