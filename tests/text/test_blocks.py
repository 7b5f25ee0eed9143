"""Clean HTML is read as people read it, and written out the same in every format."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from share_bridge.text.blocks import Kind, blocks, plain_blocks
from share_bridge.text.markdown import to_html
from share_bridge.text.render import as_html, as_markdown, as_text, cut_blocks
from share_bridge.text.sanitize import clean
from text_support import Checker, fragments

BASE = "https://blog.example/p"


def _read(markup: str) -> str:
    return as_text(blocks(clean(markup, base=BASE)))


@pytest.mark.parametrize(
    "markup, expected",
    [
        ("bare text", "bare text"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p> a\n <b> b</b> c </p>", "a b c"),
        ("<p>a<br>b</p>", "a\nb"),
        ("a<br><br>b<br />\n<br>c", "a\n\nb\n\nc"),
        ("<ul><li>a</li><li>b <ul><li>c</li></ul></li></ul>", "• a\n• b\n◦ c"),
        (
            "<ol start=3><li>a</li><li><p>b</p><p>more</p></li></ol>",
            "3. a\n4. b\n\nmore",
        ),
        ("<blockquote><p>a</p><p>b</p></blockquote>c", "> a\n\n> b\n\nc"),
        ("<h2>Head</h2>Body", "Head\n\nBody"),
        ('a<sup><a href="#fn1">1</a></sup> b<a href="#n">[2]</a> c', "a b c"),
        ("E = mc<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "E = mc², H₂O, 1st"),
        ('<h3>Head <a href="#head">#</a></h3>', "Head"),
        ("<p>now <del>then</del> <s>never</s></p>", "now"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", "漢字"),
        (
            'nice <img src="/s.png" alt="🙂"> day <img src="/i.png" alt="A cat">',
            "nice 🙂 day",
        ),
        (
            '<a href="https://e.example/long/path">e.example/long…</a>',
            "https://e.example/long/path",
        ),
        ("<p>Bonjour&nbsp;! a &nbsp; b</p>", "Bonjour\xa0! a b"),
        ("<table><tr><td>x</td></tr></table>y", "y"),
        ("<details><summary>s</summary>x</details>y", "y"),
        ("<p>&nbsp;</p><p></p>x", "x"),
    ],
)
def test_plain_text(markup: str, expected: str) -> None:
    assert expected == "\n\n".join(part for part in _read(markup).split("\n\n") if part)


def test_what_is_left_out_is_known() -> None:
    found = blocks(clean("<p>a</p><pre>code\n  x</pre><table><tr><td>b</table>"))

    assert [block.kind for block in found] == [Kind.PARAGRAPH, Kind.CODE, Kind.OTHER]


def test_two_lists_stay_two() -> None:
    markup = "<ul><li>a</li></ul><ol><li>b</li><li>c</li></ol><ol><li>d</li></ol>"
    found = blocks(clean(markup))

    assert as_text(found) == "• a\n\n1. b\n2. c\n\n1. d"
    assert as_html(found) == markup.replace("><ol", ">\n<ol")


@given(fragments)
@example("<ul><ul><li>-->")
@example("<ul><li>one<p>two</p><ul><li>three</ul></ul>")
def test_every_format_says_the_same(markup: str) -> None:
    """HTML is balanced and safe, and Markdown means what HTML says."""
    found = [
        b
        for b in blocks(clean(markup, base=BASE))
        if b.kind not in {Kind.CODE, Kind.OTHER}
    ]
    shown = Checker(as_html(found))

    assert not [fault for fault in shown.faults if " dir" not in fault]
    said = "".join("".join(run.text for run in block.runs) for block in found)
    assert "".join(said.split()) == "".join(shown.text.split())
    rendered = Checker(clean(to_html(as_markdown(found)), base=BASE))
    assert "".join(said.split()) == "".join(rendered.text.split())


@given(fragments, st.integers(0, 200))
def test_cut_blocks_are_the_cut_text(markup: str, end: int) -> None:
    found = [b for b in blocks(clean(markup, base=BASE)) if b.kind is not Kind.OTHER]
    text = as_text(found)
    cut = as_text(cut_blocks(found, end, ""))

    assert text.startswith(cut)
    assert text[len(cut) : end].strip("•>0123456789. \n") == ""


def test_plain_text_has_paragraphs() -> None:
    assert as_html(plain_blocks("a <b>\n\nc\nd")) == "<p>a &lt;b&gt;</p>\n<p>c<br>d</p>"
