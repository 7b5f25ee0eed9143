"""Which links are the same, which may be followed, which stand in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.text.links import (
    absolute,
    canonical,
    is_home_page,
    same_link,
    urls_in,
)

BASE = "https://blog.example/2026/post"


@pytest.mark.parametrize(
    "other",
    [
        "http://blog.example/a?b=1",
        "HTTPS://BLOG.example/a?b=1",
        "https://blog.example:443/a?b=1",
        "http://blog.example:80/a/?b=1",
        "https://blog.example/a?b=1#part",
        "https://blog.example/a/?utm_source=x&b=1&fbclid=y&utm_Medium=z",
        "https://blog.example/x/../a?b=1",
        "https://blog.example/%61?b=1",
        " https://blog.example/a?b=1\n",
    ],
)
def test_one_page_has_one_link(other: str) -> None:
    """Scheme, case, port, slash, fragment and tracking parameters do not matter."""
    assert same_link("https://blog.example/a?b=1", other)


@pytest.mark.parametrize(
    "other",
    [
        "https://www.blog.example/a?b=1",
        "https://blog.example/A?b=1",
        "https://blog.example/a?b=2",
        "https://blog.example/a?b=1&c=2",
        "https://blog.example/a",
        "https://blog.example:8443/a?b=1",
        "https://blog.example/a?b=1&utm=2",
        "https://blog.example/a%2Fb?b=1",
        "mailto:a@blog.example",
        "",
    ],
)
def test_other_pages_have_other_links(other: str) -> None:
    """www., path, query and port make a difference."""
    assert not same_link("https://blog.example/a?b=1", other)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://e.example/ä", "https://e.example/%C3%A4"),
        ("https://e.example/%c3%a4%7e", "https://e.example/%C3%A4~"),
        ("https://e.example?b=2&a=1", "https://e.example?b=2&a=1"),
        ("https://[2001:DB8::1]:8080/x", "https://[2001:db8::1]:8080/x"),
        ("urn:uuid:1", "urn:uuid:1"),
        ("https://[broken", "https://[broken"),
        ("https://e.example:port/", "https://e.example:port/"),
    ],
)
def test_canonical_form(written: str, expected: str) -> None:
    assert expected == canonical(written)


@given(st.text())
def test_canonical_takes_anything_and_changes_nothing_twice(text: str) -> None:
    once = canonical(f"https://e.example/{text}")

    assert once == canonical(once)


def test_no_link_is_not_the_same_as_no_link() -> None:
    """Posts without a link are not all one post."""
    assert not same_link("", "")


@pytest.mark.parametrize(
    "url, expected",
    [
        ("https://blog.example", True),
        ("http://blog.example/?utm_source=feed#top", True),
        ("https://blog.example/index.html", True),
        ("https://blog.example/post", False),
        ("https://blog.example/?p=12", False),
    ],
)
def test_home_page(url: str, expected: bool) -> None:
    assert expected is is_home_page(url)


@pytest.mark.parametrize(
    "written, expected",
    [
        ("/a", "https://blog.example/a"),
        ("b", "https://blog.example/2026/b"),
        ("?c", "https://blog.example/2026/post?c"),
        ("#d", "https://blog.example/2026/post#d"),
        ("//cdn.example/e", "https://cdn.example/e"),
        (" https://e.example/x y \n", "https://e.example/x%20y"),
        ("HTTP://e.example/<x>", "http://e.example/%3Cx%3E"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("mailto:ann@blog.example?subject=hi", "mailto:ann@blog.example?subject=hi"),
        ("https://e.example:8080/", "https://e.example:8080/"),
    ],
)
def test_absolute(written: str, expected: str) -> None:
    assert expected == absolute(written, BASE)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:1",
        "javascript:alert(1)",
        " JaVaScRiPt:1",
        "\x01java\x03script:1",
        "java\nscript:1",
        "\u2028javascript:1",
        "data:text/html,x",
        "data:1",
        "vbscript:1",
        "file:///etc/passwd",
        "callto:123",
        "example.com:80/x",
        "https:e.example",
        "https:///e.example",
        "https://",
        "https://ann@evil.example/",
        "https://blog.example\\@evil.example/",
        "https://e.example:99999/",
        "https://e.example/\u202egpj.exe",
        "https://e\u200b.example/",
        "mailto:ann",
        "mailto:a@b.example\r\nBcc:c@d.example",
        "",
        "https://e.example/" + "a" * 5_000,
    ],
)
def test_what_may_not_be_followed_is_dropped(url: str) -> None:
    assert not absolute(url, BASE)


@pytest.mark.parametrize("base", ["", "javascript:1", "ftp://x.example/", "blog"])
def test_a_relative_link_needs_an_absolute_base(base: str) -> None:
    assert not absolute("/a", base)


@given(st.text(), st.text())
def test_absolute_gives_http_https_mailto_or_nothing(url: str, base: str) -> None:
    found = absolute(url, base)

    assert not found or found.startswith(("http://", "https://", "mailto:"))
    assert found == absolute(found, "")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("see https://e.example/a.", ("https://e.example/a",)),
        ("(https://e.example/a)", ("https://e.example/a",)),
        ("https://e.example/a_(b), c", ("https://e.example/a_(b)",)),
        ("“https://e.example/a”", ("https://e.example/a",)),
        ("見て、https://e.example/あ。次", ("https://e.example/あ",)),
        (
            "https://e.example/a,http://f.example",
            ("https://e.example/a,http://f.example",),
        ),
        ("xhttps://e.example", ()),
        ("https://", ()),
        ("no link: e.example", ()),
        (
            "HTTPS://E.example/a https://f.example!",
            ("HTTPS://E.example/a", "https://f.example"),
        ),
    ],
)
def test_urls_in_text(text: str, expected: tuple[str, ...]) -> None:
    """A sentence's own signs are not part of an address."""
    assert expected == urls_in(text)
