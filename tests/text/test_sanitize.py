"""HTML from outside is safe, balanced and bounded, and cleaning it twice is once."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from needs import shared_folder
from share_bridge.text.bound import MAX_DEPTH, bound
from share_bridge.text.sanitize import clean, precut
from text_support import Checker, fragments, load

BASE = "https://blog.example/2026/post"


def _check(markup: str) -> str:
    cleaned = clean(markup, base=BASE)
    assert not Checker(cleaned).faults, cleaned
    assert cleaned == clean(cleaned, base=BASE) == clean(cleaned)
    return cleaned


@pytest.mark.parametrize(
    "markup, expected",
    [
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        (
            "<p>one<p>two <b>bold<i>both</b> end",
            "<p>one</p><p>two <b>bold<i>both</i></b> end</p>",
        ),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("x<script>alert(1)</script>y<style>p{}</style>z", "xyz"),
        ("x<script>never closed", "x"),
        ("x<!-- c -->y<!>z<?php ?>", "xyz"),
        ("<svg><p>no</p></svg>yes<object>no</object>", "yes"),
        ("<custom-el>kept</custom-el> <span>kept</span>", "kept kept"),
        ("<h2>Head</h2>Body", "<h2>Head</h2>Body"),
        ('<a href="/x">y</a>', '<a href="https://blog.example/x">y</a>'),
        (
            '<a href="?a=1&copy=2">y</a>',
            '<a href="https://blog.example/2026/post?a=1&amp;copy=2">y</a>',
        ),
        ('<a href="javascript:1">y</a>', "y"),
        ('<a onclick="x" title="t">y</a>', "y"),
        ('<img src="mailto:a@b.example" alt="a">', ""),
        (
            '<img src=i.png alt="a &amp; b" onerror=x>',
            '<img src="https://blog.example/2026/i.png" alt="a &amp; b">',
        ),
        (
            "<a title=it's href=/x>y</a>",
            '<a title="it\'s" href="https://blog.example/x">y</a>',
        ),
        ("<pre>\n\n\n  x</pre>", "<pre>  x</pre>"),
        ("a\u202eb&#8238;c\x00d", "abcd"),
        ("<hr>half a \ud83d character", "<hr>half a  character"),
        ('<math alttext="x^2"><mi>x</mi></math>', "x^2"),
        ("caf&eacute; &#39;q&#39;", "café 'q'"),
        ("", ""),
    ],
)
def test_clean(markup: str, expected: str) -> None:
    assert expected == _check(markup)


def test_without_a_base_relative_links_go() -> None:
    assert clean('<a href="/x">y</a> <img src="z.png">') == "y "


@given(fragments)
@settings(max_examples=200)
def test_anything_becomes_safe_and_stays_it(markup: str) -> None:
    _check(markup)


_PROSE = st.lists(
    st.text(st.characters(exclude_characters="\x0b\x0c\r"), max_size=8)
    | st.sampled_from(["&amp;", "&lt;", "&gt;", "&", "<br>", "<br/>"])
    | st.sampled_from(["<p>", "<em>", "<strong>", "<b>", "<i>", "<code>"])
    | st.sampled_from(["</p>", "</em>", "</strong>", "</b>", "</i>", "</code>"]),
    max_size=14,
).map("".join)


@given(_PROSE)
@settings(max_examples=300)
def test_prose_is_what_parsers_make_of_it(markup: str) -> None:
    """They are not asked where there is nothing but prose; with a rule they are."""
    assert "<hr>" + clean(markup) == clean("<hr>" + markup)


@given(fragments)
def test_the_bound_alone_is_balanced(markup: str) -> None:
    tags = re.findall(r"<(/?)([a-z0-9]+)", bound(markup).html)
    opened = [
        name for slash, name in tags if not slash and name not in {"br", "img", "hr"}
    ]

    assert sorted(opened) == sorted(name for slash, name in tags if slash)


@pytest.mark.parametrize("tag", ["b", "div", "blockquote", "p><b><i", "table><a"])
def test_depth_is_bounded(tag: str) -> None:
    shown = Checker(clean(f"<{tag}>" * 5_000 + "x"))

    assert shown.text == "x"
    assert shown.deepest <= MAX_DEPTH + len(["table", "tbody", "tr", "td"])


def test_a_long_tag_is_dropped_and_its_text_kept() -> None:
    assert clean(f"<p {'a=1 ' * 1_000}>x</p>y") == "xy"


def test_many_paragraphs_left_open_are_all_kept() -> None:
    """Authors who never close a paragraph are not punished by the depth."""
    assert clean("<p>x" * 500).count("<p>") == 500


def test_many_items_left_open_are_all_kept() -> None:
    assert clean("<ul>" + "<li>x" * 500).count("<li>") == 500


@pytest.mark.parametrize("text_chars", [1, 10, 17, 100])
def test_precut_stops_after_so_much_text(text_chars: int) -> None:
    markup = "<div><p>Caf&eacute; &amp; <b>bar</b> and more</p><p>again</p></div>" * 5
    shown = Checker(precut(markup, text_chars=text_chars))

    assert len(shown.text) == text_chars
    assert not shown.faults


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="spoiler">secret</div>',
        "<p hidden>secret</p>",
        '<span style="display: none">secret</span>',
        '<section class="footnotes"><p>secret</p></section>',
        '<a class="headerlink" href="#x">secret</a>',
        '<span aria-hidden="true">secret</span>',
        '<nav role="navigation">secret</nav>',
    ],
)
def test_a_teaser_leaves_out_what_is_hidden(markup: str) -> None:
    assert "secret" not in precut(f"a {markup} b", text_chars=500)
    assert precut(f"a {markup} b", text_chars=500).endswith(" b")


def _payloads(shared: Path) -> list[str]:
    corpora = shared / "corpora"
    payloads = [case["payload"] for case in load(corpora / "dompurify/expect.json")]
    payloads += [
        case["input"] for case in load(corpora / "miniflux/sanitize_html.json")
    ]
    for path in sorted((corpora / "html5lib-tests/tokenizer").glob("*.test")):
        payloads += [case["input"] for case in load(path).get("tests", ())]
    return payloads


def test_what_others_found_hostile_is_harmless() -> None:
    for payload in _payloads(shared_folder()):
        _check(payload)


def test_what_feedparser_tests_is_harmless() -> None:
    folder = shared_folder() / "corpora/feedparser/tests/wellformed/sanitize"
    bodies = [
        path.read_text("utf-8", "replace") for path in sorted(folder.glob("*.xml"))
    ]

    assert bodies
    for body in bodies:
        _check(html.unescape(body))
