"""A target's own template: harmless, counted as it is sent, the teaser cut to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from share_bridge.model.capabilities import Capabilities, Counting, Format, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Override, Post
from share_bridge.text.compose import Rules, compose
from share_bridge.text.measure import counter
from share_bridge.text.template import LISTS, TEXTS, BadTemplateError, template
from text_support import Checker, limited, post, words

SENTENCE = "Nobody knew who had put the lamp there. "
LINK = "https://blog.example/lamp"
USUAL = "{{ title }}\n\n{{ teaser }}\n\n{{ link_line }}\n\n{{ hashtags }}"


def _compose(
    made: Post, source: str, capabilities: Capabilities | None = None
) -> Message:
    given = capabilities or limited(200)
    return compose(made, Rules("home", given, template=source, site="Example blog"))


def test_a_template_lays_out_what_it_names() -> None:
    made = post(
        f"<p>{SENTENCE}</p>",
        tags=("lamps", "open source"),
        authors=("Ann", "Bo"),
        published=datetime(2026, 11, 1, tzinfo=UTC),
        language="de",
    )
    source = """
    {{ title | upper }} ({{ author }}, {{ date }}, {{ language }})
    {{ teaser }}
    {% for tag in tags %}#{{ tag }}{% if not loop.last %}, {% endif %}{% endfor %}

    {{ site }}: {{ link }}
    """

    assert _compose(made, source.replace("    ", "")).text == (
        f"THE LAMP (Ann, Bo, 2026-11-01, de)\n{SENTENCE.strip()}\n"
        f"#lamps, #OpenSource\nExample blog: {LINK}"
    )


@given(words, words, st.integers(60, 400))
@settings(max_examples=100)
def test_the_usual_layout_as_a_template_is_the_usual_message(
    title: str, text: str, maximum: int
) -> None:
    """What is counted and cut is the same, whoever lays it out."""
    made = post(text.replace("\n\n", "<br><br>"), title=title, tags=("lamp",))
    plain = compose(made, Rules("home", limited(maximum)))
    laid = _compose(made, USUAL, limited(maximum))

    assert laid.text == plain.text.replace("\n\n\n", "\n\n").strip()
    assert (laid.teaser, laid.words) == (plain.teaser, plain.words)


@given(
    words,
    st.sampled_from(
        (
            "{{ teaser }} {{ link }}",
            "New: {{ title }} {{ link }}",
            "{% if author %}{{ author }}: {% endif %}{{ teaser }}\n\n{{ link }}",
            "{{ title }} — {{ teaser | truncate(90) }} {{ hashtags }} {{ link }}",
        )
    ),
    st.integers(60, 300),
)
@settings(max_examples=100)
def test_whatever_the_template_the_message_fits(
    text: str, source: str, maximum: int
) -> None:
    made = post(text.replace("\n\n", "<br><br>"), title=text[:80], tags=("a", "b"))
    capabilities = limited(maximum)
    message = _compose(made, source, capabilities)

    count = counter(capabilities.text[0].counting)
    assert count(message.text) <= maximum
    assert LINK in message.text


def test_the_teaser_gets_what_the_template_leaves() -> None:
    made = post(f"<p>{SENTENCE * 20}</p>")
    message = _compose(made, "Just published:\n\n{{ teaser }}\n\n{{ link_line }}")

    assert message.text.startswith("Just published:\n\nNobody knew")
    assert message.text.endswith(f"there.\n\nRead more: {LINK}")
    assert 150 < len(message.text) <= 200


def test_read_more_is_empty_where_nothing_more_is_there() -> None:
    source = "{{ teaser }}{% if read_more %} [{{ read_more }}]{% endif %}"

    assert _compose(post("<p>All of it.</p>"), source).text == "All of it."
    assert _compose(post(SENTENCE * 20), source).text.endswith("[Read more]")


def test_a_title_alone_is_cut_to_the_rest() -> None:
    made = post(SENTENCE, title="word " * 100)
    message = _compose(made, "New: {{ title }}\n{{ link }}", limited(80))

    assert message.text.startswith("New: word word")
    assert message.text.endswith(f"…\n{LINK}")


def test_a_title_that_the_teaser_repeats_stands_once() -> None:
    note = post(f"<p>{SENTENCE}</p>", title="Nobody knew who had put the lamp there.")

    assert _compose(note, "{{ title }} {{ teaser }}").text == SENTENCE.strip()
    assert _compose(note, "{{ title }}").text == SENTENCE.strip()


def test_where_the_service_has_a_title_the_template_may_show_it_too() -> None:
    titled = Capabilities(has_title=True)

    assert _compose(post(SENTENCE), "{{ title }}!", titled).text == "The lamp!"


def test_what_stands_behind_a_warning_stays_there() -> None:
    made = post(SENTENCE, content_warning="lamps")

    assert _compose(made, "{{ teaser }} {{ link }}").text == f"CW: lamps {LINK}"


def test_hashtags_that_the_template_leaves_out_are_not_claimed() -> None:
    made = post(SENTENCE, tags=("lamps",))

    assert _compose(made, "{{ teaser }} #lamps").tags == ("lamps",)
    assert _compose(made, "{{ teaser }}").tags == ()


def test_every_format_shows_the_same() -> None:
    capabilities = Capabilities(formats=frozenset(Format))
    made = post("<p>5 &lt; 6 &amp; <b>7</b></p>")
    message = _compose(made, "*{{ teaser }}*\n\n{{ link }}", capabilities)

    assert message.text == f"*5 < 6 & 7*\n\n{LINK}"
    assert Checker(message.html).faults == []
    assert f'<a href="{LINK}">' in message.html
    assert message.markdown.startswith("\\*5 &lt; 6")


def test_markup_of_a_post_means_nothing_to_the_template() -> None:
    made = post("<p>{{ title }} {% for %}</p>", title="{{ link }}")

    assert _compose(made, "{{ title }}|{{ teaser }}").text == (
        "{{ link }}|{{ title }} {% for %}"
    )


def test_the_words_of_the_template_are_not_the_authors() -> None:
    """So that nothing is edited because a template changed."""
    made = post(f"<p>{SENTENCE}</p>")

    assert (
        _compose(made, "{{ teaser }}").words == _compose(made, "+ {{ teaser }} +").words
    )


def test_an_authors_own_text_needs_no_template() -> None:
    made = post(SENTENCE, override=Override(text="My words."))

    assert _compose(made, "{{ title }}!").text == "My words."


def test_links_count_as_the_service_counts_them() -> None:
    capabilities = limited(60)
    shorter = Capabilities(
        text=(type(capabilities.text[0])(60, Counting(url_length=5)),),
        link_card=Support.FULL,
    )
    made = post(SENTENCE * 9)

    assert len(_compose(made, "{{ teaser }} {{ link }}", shorter).text) > 60


def test_a_teaser_is_cut_to_what_a_filter_makes_of_it() -> None:
    message = _compose(post(SENTENCE * 9), "{{ teaser | replace('a', 'bbbbb') }}")

    assert 120 < len(message.text) <= 200
    assert "hbbbbbd" in message.text


@pytest.mark.parametrize(
    "source, problem",
    [
        ("{{ titel }}", "line 1: unknown name titel; did you mean title?"),
        ("\n{{ config }}", "line 2: unknown name config"),
        ("{{ title", "line 1: unexpected end of template"),
        ("{% for a in tags %}", "line 1: Unexpected end of template"),
        ("{{ title | shell }}", "line 1: No filter named 'shell'"),
        ("{% include 'x' %}", "line 1: a template cannot use {% include %}"),
        ("{% extends 'x' %}", "line 1: a template cannot use {% extends %}"),
        ("{% import 'x' as y %}", "line 1: a template cannot use {% import %}"),
        ("{% set a = 1 %}", "line 1: a template cannot use {% set %}"),
        ("{% macro a() %}{% endmacro %}", "a template cannot use {% macro %}"),
        ("{{ range(9) }}", "a template cannot use calls"),
        ("{{ title.__class__ }}", "nothing has a .__class__ here"),
        ("{{ title['__class__'] }}", "a template cannot use […]"),
        ("{{ title * 1000000000 }}", "a template cannot use mul"),
        ("{{ 9 ** 9 ** 9 }}", "a template cannot use pow"),
        ("{{ title is defined }}", 'a template cannot use "is"'),
        ("{% for a in title %}{% endfor %}", "one loop, over authors or posts or tags"),
        (
            "{% for a in tags %}{% for b in tags %}{% endfor %}{% endfor %}",
            "one loop, over authors or posts or tags",
        ),
        ("{% for a, b in tags %}{% endfor %}", "a loop has one name"),
        ("{% for a in tags recursive %}{% endfor %}", "one loop"),
        ("{{ loop.first }}", "unknown name loop"),
        ("{{ tags | upper }}", "descriptor 'upper'"),
        ("{{ title | replace(1, 2) }}", "must be str"),
        ("{{ title | truncate }}", "missing 1 required positional argument"),
        ("x" * 10_001, "it is longer than 10,000 characters"),
        ("{{ (" + "(" * 5_000 + "title", "nested too deeply"),
        ("{{ title | replace('', '" + "x" * 9_000 + "') | length }}", "more than"),
        ("{{ author }}", "it makes nothing of this post"),
        ("{{ teaser }}" + "x" * 201, "with no teaser at all it is 1 over the limit"),
    ],
)
def test_what_a_template_may_not_do_is_said(source: str, problem: str) -> None:
    with pytest.raises(BadTemplateError) as caught:
        _compose(post(SENTENCE, title="The lamp that nobody knew"), source)

    assert problem in str(caught.value)


@given(st.text(alphabet="{}%|() .titleagsforin'\"0123456789*~", max_size=60))
@settings(max_examples=300)
def test_no_text_is_more_than_a_template_or_a_mistake(source: str) -> None:
    """Nothing else is raised, and nothing long comes of it."""
    try:
        made = template(source).render(
            dict.fromkeys(TEXTS, "x") | dict.fromkeys(LISTS, ("a", "b"))
        )
    except BadTemplateError:
        return
    assert len(made) <= 100_000
