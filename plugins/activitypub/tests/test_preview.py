"""What `preview` shows of an object: as each kind of server reads it, and harmless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from browser_support import chromium
from needs import requires_node_module
from share_bridge.config.settings import read_settings
from share_bridge.plugin import Image, Message, Post, replace
from share_bridge.text.compose import Rules, compose
from share_bridge_activitypub.preview.readers import READERS
from share_bridge_activitypub.publisher import CAPABILITIES, FediversePublisher
from share_bridge_activitypub.settings import FediverseSettings

_POST = Post(
    source="blog",
    identity="guid:blog:1",
    url="https://blog.example/1/",
    title="Five people & one question",
    content="<p>A small circle meets @ada@social.example.</p><h2>Then</h2>"
    "<ul><li>one</li><li>two</li></ul>" + "<p>Many more words.</p>" * 60,
    images=(Image(url="https://blog.example/a.png", alt="A circle of chairs"),),
    language="en",
)
_OWN = "document.title='owned'"
_HOSTILE = replace(
    _POST,
    title=f"</h1></title><script>{_OWN}</script>",
    content=f"<p onclick={_OWN}>Innocent words.</p><script>{_OWN}</script>"
    f"<img src=https://evil.example/1.png onerror={_OWN}><p>&lt;script&gt;{_OWN}</p>",
    images=(Image(url="https://blog.example/a.png", alt=f"<script>{_OWN}</script>"),),
    content_warning=f"<script>{_OWN}</script>",
)


def _message(post: Post = _POST, **change: Any) -> Message:
    return compose(
        replace(post, **change), Rules(target="t", capabilities=CAPABILITIES)
    )


def _settings(**keys: Any) -> FediverseSettings:
    settings = read_settings(FediverseSettings, {"handle": "blog@blog.example"} | keys)
    assert isinstance(settings, FediverseSettings)
    return settings


def _shown(name: str, message: Message | None = None, **keys: Any) -> str:
    found = FediversePublisher().preview(message or _message(), _settings(**keys))
    (html,) = (it.html for it in found if it.title == f"At {name}")
    return html


def test_there_is_a_page_for_each_kind_of_server() -> None:
    """With the source of its rules, and their date."""
    found = FediversePublisher().preview(_message(), _settings())
    assert [it.title.removeprefix("At ") for it in found] == [
        "Mastodon",
        "GoToSocial",
        "Misskey",
        "Lemmy",
        "Pixelfed",
        "Threads",
    ]
    for reader, form in zip(READERS, found, strict=True):
        assert reader.source in form.html
        assert f"read on {reader.date}" in form.html


@pytest.mark.parametrize(
    "name, kind, says, hides",
    [
        ("Mastodon", "note", "A small circle meets", "<h2>"),
        ("Mastodon", "article", "<h1>Five people &amp; one question</h1>", "<h2>"),
        ("GoToSocial", "article", "<h2>Then</h2>", "<h1>"),
        (
            "Misskey",
            "article",
            "<p><strong>Then</strong></p>one<br>two<br>",
            "<ul><li>o",
        ),
        ("Pixelfed", "note", "A circle of chairs", "Not shown"),
        ("Pixelfed", "article", "Articles are not taken", "A circle of chairs"),
        ("Threads", "article", "Articles are hardly shown", "A small circle"),
        ("Lemmy", "note", "follow communities only", "A small circle"),
    ],
)
def test_each_shows_what_it_can(name: str, kind: str, says: str, hides: str) -> None:
    html = _shown(name, object_type=kind)
    assert says in html
    assert hides not in html


def test_a_forum_has_titles_and_needs_them() -> None:
    group = {"kind": "Group", "object_type": "article"}
    assert "<h1>Five people &amp; one question</h1>" in _shown("Lemmy", **group)
    untitled = _message(title="")
    assert "needs a title" in _shown("Lemmy", untitled, **group)


def test_what_is_folded_is_behind_its_warning() -> None:
    warned = _message(content_warning="Spiders")
    for name in ("Mastodon", "GoToSocial", "Misskey", "Pixelfed", "Threads"):
        assert "<summary>Spiders</summary>" in _shown(name, warned)


def test_pictures_beyond_what_is_shown_are_told() -> None:
    image = Image(url="https://blog.example/a.png", alt="")
    html = _shown(
        "Lemmy", _message(images=(image,) * 4), kind="Group", object_type="article"
    )
    assert "3 of 4 pictures: 1 are shown" in html
    assert "A picture without words" in html


def test_a_post_without_a_picture_is_not_at_pixelfed() -> None:
    assert "without a picture are not taken" in _shown("Pixelfed", _message(images=()))


def test_a_long_note_is_cut_at_threads() -> None:
    capabilities = replace(CAPABILITIES, text=())
    message = compose(_POST, Rules(target="t", capabilities=capabilities))
    assert "beyond about 500 characters" in _shown("Threads", message)
    assert "beyond about 500" not in _shown("Threads")


def test_mentions_are_looked_up_later() -> None:
    assert "@ada@social.example means is looked up when it is sent" in _shown(
        "Mastodon"
    )


# In a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


def _opened(browser: Any, folder: Path, html: str, **options: Any) -> Any:
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    page = browser.new_page(**options)
    page.requested = []
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(file.as_uri(), wait_until="load")
    return page


@pytest.mark.real_server
@pytest.mark.parametrize(
    "width, scheme", [(320, "dark"), (768, "light"), (1280, "dark")]
)
def test_it_fits_and_can_be_read(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    packages = requires_node_module("axe-core")
    script = (packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    wide = _message(title="W" * 120, content=f"<p>{'unbroken' * 40}</p>" * 2)
    group = {"kind": "Group", "object_type": "article"}
    for html in (
        _shown("Mastodon"),
        _shown("Lemmy", wide, **group),
        _shown("Misskey", _message(content_warning="Spiders")),
    ):
        window = {"width": width, "height": 700}
        page = _opened(browser, tmp_path, html, viewport=window, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(script)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            (it["id"], it["nodes"][0]["html"])
            for it in found["violations"]
            if it["impact"] in {"serious", "critical"}
        ]
        assert serious == []
        page.close()


@pytest.mark.real_server
def test_nothing_runs_and_nothing_is_loaded(browser: Any, tmp_path: Path) -> None:
    for reader in READERS:
        for kind in ("note", "article"):
            html = _shown(reader.name, _message(_HOSTILE), object_type=kind)
            page = _opened(browser, tmp_path, html)
            assert page.title() == f"blog at {reader.name}"
            assert [url for url in page.requested if not url.startswith("file:")] == []
            assert page.locator("script, img, [onclick]").count() == 0
            page.close()
