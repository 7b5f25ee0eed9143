"""A teaser is made of the author's words, and of no machine's."""

from __future__ import annotations

import pytest

from share_bridge.model.post import Post
from share_bridge.text.choose import Choice, choose
from share_bridge.text.render import as_text
from text_support import post

LONG = "The whole of the story begins here and goes on for quite a while."


def _choose(made: Post) -> Choice:
    return choose(made, text_chars=1_500)


def _text(made: Post) -> str:
    return as_text(_choose(made).blocks)


def test_a_summary_that_is_the_title_says_nothing() -> None:
    assert _text(post(f"<p>{LONG}</p>", summary="<p>The lamp.</p>")) == LONG


def test_the_authors_summary_wins() -> None:
    made = post(f"<p>{LONG}</p>", summary="What it is about.")

    assert _text(made) == "What it is about."
    assert _choose(made).more


@pytest.mark.parametrize(
    "summary",
    [
        "The whole of the story begins […]",
        "The whole of the story begins [...]",
        "The whole of the story begins here and",
        "The whole of the story begins…",
        "The whole story. Continue reading →",
        "The whole story&hellip; <a href='/x'>Continue reading <i>The lamp</i></a>",
        f"<p>{LONG}</p>",
        "Something else. <a href='/x'>Read more »</a>",
    ],
)
def test_a_summary_that_a_machine_cut_gives_way(summary: str) -> None:
    made = post(
        f"<h1>The lamp</h1><p>{LONG}</p><p>Second.</p>".replace(
            "<h1>The lamp</h1>", ""
        ),
        summary=summary,
    )

    assert _text(made) == f"{LONG}\n\nSecond."


def test_a_summary_alone_is_used_without_its_tail() -> None:
    choice = _choose(post(summary="Begins well [&hellip;]"))

    assert as_text(choice.blocks) == "Begins well"
    assert choice.more


@pytest.mark.parametrize(
    "marker", ["<!--more-->", "<!-- more -->", "<!--more Go on-->"]
)
def test_what_is_before_more_is_the_teaser(marker: str) -> None:
    choice = _choose(post(f"<p>Before.</p>{marker}<p>After.</p>"))

    assert as_text(choice.blocks) == "Before."
    assert choice.more


def test_more_with_nothing_before_it_says_nothing() -> None:
    assert _text(post("<!--more--><p>After.</p>")) == "After."


@pytest.mark.parametrize(
    "content, expected",
    [
        (
            "<figure><img src=a><figcaption>c</figcaption></figure><p>Prose.</p>",
            "Prose.",
        ),
        ("<h2>Head</h2><p>Prose.</p><h2>End</h2>", "Prose."),
        ("<p>One.</p><h2>Head</h2><p>Two.</p>", "One.\n\nHead\n\nTwo."),
        (
            "<p>By Ann Bell</p><p>June 3, 2026</p><p>5 min read</p><p>Prose.</p>",
            "Prose.",
        ),
        ("<p>Subscribe to our newsletter!</p><p>Prose.</p>", "Prose."),
        ("<nav>Contents</nav><aside>Ad</aside><p>Prose.</p>", "Prose."),
        ("<p></p><p>&nbsp;</p><p>Prose.</p>", "Prose."),
        (
            "<p>Prose.</p><p>The post <a href=x>A</a> appeared first on B.</p>",
            "Prose.",
        ),
        ("<p>Prose.</p><p><a href=x>Continue reading</a></p>", "Prose."),
        ("<p>Prose. <a href=x>Read more…</a></p>", "Prose."),
        ("<p>One.</p><p>Like this:</p><pre>x</pre><p>Two.</p>", "One."),
        ("<p>One.</p><pre>x</pre><p>Two.</p>", "One.\n\nTwo."),
        ("<p>It is this. Look:</p><iframe src=x></iframe><p>Two.</p>", "It is this."),
        ("<p>Look:</p><iframe src=x></iframe><p>Two.</p>", "Two."),
        ("<p>Look:</p><iframe src=x></iframe>", "Look…"),
        ("<p>In the <span class=spoiler>bread</span>, yes.</p>", "In the […], yes."),
        ("<dl><dt>Soon</dt><dd>Not now.</dd></dl>", "• Soon: Not now."),
        ("<p><b>What goes in</b></p><p>Prose.</p>", "Prose."),
        ("<p>War [<a href='#f3'>3</a>].</p>", "War."),
        (
            "<figure><img src=a><figcaption>A caption</figcaption></figure>",
            "A caption",
        ),
        ("<h2>Only a head</h2>", "Only a head"),
        ("<p>Prose.</p><p>Continue reading <a href=x>How to do it</a></p>", "Prose."),
        ("<p>Prose.</p><p>Filed under: a, b</p><p>3 comments</p>", "Prose."),
        ("<p>Prose.</p><p>Thanks for reading via RSS!</p>", "Prose."),
        ("<p>Prose.</p><p>Tags are fun.</p>", "Prose.\n\nTags are fun."),
        ("<p>Prose.</p><p>* * *</p><p>More.</p>", "Prose.\n\nMore."),
        (
            "<blockquote class=twitter-tweet><p>T</p></blockquote><p>Prose.</p>",
            "Prose.",
        ),
        ("<p class=wp-caption-text>A caption</p><p>Prose.</p>", "Prose."),
        ("<h2>Contents</h2><ul><li><a href='#a'>A</a></ul><p>Prose.</p>", "Prose."),
        ("<ul><li><a href='//e.example/#/a'>Elsewhere</a></ul>", "• Elsewhere"),
        ("<p>Prose.</p><p>Spoilers ahead!</p><p>He dies.</p>", "Prose."),
        ("<p>CW: spiders</p><p>Eight legs.</p>", "CW: spiders"),
        ("<p>Prose.</p><p>$$x = 1$$</p><p>More.</p>", "Prose.\n\nMore."),
        (r"<p>Of \(a^2\) alone.</p>", "Of a^2 alone."),
        ("<p>She said <q>come</q>.</p>", "She said “come”."),
        ("<table><tr><td><p>An old newsletter.</p></table>", "An old newsletter."),
        ("<details>secret</details>", ""),
        ("<img src=a>", ""),
        ("&lt;p&gt;Escaped &lt;b&gt;twice&lt;/b&gt;&lt;/p&gt;", "Escaped twice"),
        ("", ""),
    ],
)
def test_first_real_prose(content: str, expected: str) -> None:
    assert expected == _text(post(content))


def test_code_left_out_means_that_there_is_more() -> None:
    assert _choose(post("<p>One.</p><pre>x</pre>")).more
    assert not _choose(post("<p>One.</p><img src=a>")).more


def test_a_reading_that_stopped_says_so() -> None:
    assert _choose(post(f"<p>{LONG}</p>" * 50)).longer
    assert not _choose(post(f"<p>{LONG}</p>")).longer
