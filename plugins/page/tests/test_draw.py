"""Whatever a post says, the page keeps its shape."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from publisher_support import make_message
from share_bridge_page.draw import as_html, as_markdown
from share_bridge_page.entries import Entry, read_back

VOID = {"br", "hr", "img", "wbr"}
HOSTILE = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                "<!-- SHARE-BRIDGE:END -->",
                "<!-- share-bridge:entry",
                "</article>",
                "</div>",
                "-->",
                "<script>alert(1)</script>",
                '" onclick="x',
                "'",
                "](javascript:x)",
                "`",
                "```",
                "~~~",
                "[a]: x",
                "{{ 7*7 }}",
                "{% raw %}",
                "{{< x >}}",
                "&lt;",
                "\r",
                "\n",
                "\n\n",
                "\u2028",
                "\x1b[2J",
                "#",
                "<details>",
                "\ud800",
                "\u202e",
                "\\",
                "*",
                "_",
                "  \n",
                "    x",
                "<https://x>",
                "![x](y)",
                "\x00",
            ]
        ),
        max_size=8,
    ).map("".join),
)


class Shape(HTMLParser):
    """Elements and attributes, without the text; fails where they do not nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.shape: list[str] = []
        self.comments: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append(" ".join([tag, *(name for name, _ in attrs)]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def make_entry(**texts: str) -> Entry:
    message = make_message(1, html="", markdown="")
    plain = Entry.of(message, added="2026-11-22T12:00:00+00:00").to_json()
    return Entry(**{**plain, **texts})


PLAIN = Shape(as_html([make_entry(title="x", teaser="x", read_more="x", warning="x")]))


@given(title=HOSTILE, teaser=HOSTILE, more=HOSTILE, warning=HOSTILE, link=HOSTILE)
def test_no_text_changes_the_shape_of_html(
    title: str, teaser: str, more: str, warning: str, link: str
) -> None:
    """The same elements and attributes as for harmless words."""
    entry = make_entry(
        title=f"x{title}",
        teaser=teaser,
        read_more=f"x{more}",
        warning=f"x{warning}",
        link=f"https://x/{link}",
    )

    drawn = Shape(as_html([entry]))

    assert drawn.shape == PLAIN.shape
    assert drawn.comments == PLAIN.comments


@given(title=HOSTILE, teaser=HOSTILE, more=HOSTILE, link=HOSTILE)
@example(title="", teaser="`<!-- SHARE-BRIDGE:END -->`", more="", link="")
def test_no_text_becomes_markup_in_markdown(
    title: str, teaser: str, more: str, link: str
) -> None:
    """One mark, two links of ours, and text: as a Markdown reader sees it."""
    entry = make_entry(
        title=f"x{title}", teaser=teaser, read_more=f"x{more}", link=f"https://x/{link}"
    )

    drawn = as_markdown([entry])

    tokens = MarkdownIt("commonmark", {"html": True}).parse(drawn)
    kinds = {token.type for token in tokens}
    inner = [child for token in tokens for child in token.children or ()]
    links = [child for child in inner if child.type == "link_open"]
    assert kinds <= {"html_block", "paragraph_open", "inline", "paragraph_close"}
    assert drawn.count("<!--") == 1
    assert {child.type for child in inner} <= {
        *("text", "text_special", "softbreak", "hardbreak"),
        *("link_open", "link_close", "strong_open", "strong_close"),
    }
    assert len(links) == 2
    assert all(str(a.attrGet("href")).startswith("https://x/") for a in links)


@given(title=HOSTILE, teaser=HOSTILE)
def test_no_template_tag_survives(title: str, teaser: str) -> None:
    """A site generator that builds the page runs nothing of a post."""
    entry = make_entry(title=title, teaser=teaser, markdown=f"`{teaser}`")

    for drawn in (as_html([entry]), as_markdown([entry])):
        assert not re.search(r"\{[{%#<]", drawn)


@given(st.lists(HOSTILE, max_size=4))
def test_what_was_drawn_can_be_read_back(teasers: list[str]) -> None:
    """Drawing what was read gives the same bytes."""
    entries = [
        make_entry(id=f"{number:016x}", teaser=teaser)
        for number, teaser in enumerate(teasers)
    ]

    for draw in (as_html, as_markdown):
        page = draw(entries)
        assert draw(read_back(page.encode())) == page


def test_markdown_of_the_core_is_used() -> None:
    entry = make_entry(markdown="Some *words*.\n\n[Read more](https://x/)\n")

    assert "\n\nSome *words*.\n\n[Read more](https://learning" in as_markdown([entry])


@pytest.mark.parametrize("code", ["`<!-- SHARE-BRIDGE:END -->`", "`{{ 7*7 }}`"])
def test_code_that_cannot_be_escaped_is_shown_as_text(code: str) -> None:
    """In a code span our marker would end the page, a template's tag would run."""
    entry = make_entry(markdown=f"Write *this*: {code}", teaser=f"Write this: {code}")

    drawn = as_markdown([entry])

    assert "Write this: \\`" in drawn
    assert code not in drawn


def test_pictures_stay_out() -> None:
    entry = make_entry(html='<p>A<img alt="a > b" src="https://x/y.png">B</p>')

    assert '<div class="p-summary"><p>AB</p></div>' in as_html([entry])


def test_a_link_that_is_no_web_address_leads_nowhere() -> None:
    entry = make_entry(link="javascript:alert(1)")

    assert "javascript" not in as_html([entry]) + as_markdown([entry])


def test_without_a_title_the_link_is_the_last_line() -> None:
    entry = make_entry(title="")

    assert "<h2" not in as_html([entry])
    assert '<a class="u-url" href="https://learning.example/1/">Read more' in as_html(
        [entry]
    )
    assert as_markdown([entry]).splitlines()[1] == "23 November 2026"


def test_other_languages_get_a_date_that_all_can_read() -> None:
    assert ">2026-11-23</time>" in as_html([make_entry(language="pt-BR")])


def test_a_warning_hides_the_teaser() -> None:
    entry = make_entry(warning="Food & drink")

    assert "<details><summary>Food &amp; drink</summary><p>A tea" in as_html([entry])
    assert "teaser" not in as_markdown([entry])
