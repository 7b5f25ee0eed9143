"""A thread is the whole post: parts that fit, in order, cut where a reader pauses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from share_bridge.model.capabilities import Capabilities, Format, Support, Unit
from share_bridge.model.message import Message
from share_bridge.model.post import Override, Post
from share_bridge.model.thread import LinkPart, Thread
from share_bridge.text.compose import Rules, compose
from share_bridge.text.measure import counter
from text_support import limited, post, words

SENTENCE = "Nobody knew who had put the lamp there. "
LINK = "https://blog.example/lamp"
PARAGRAPH = f"<p>{SENTENCE * 3}</p>"


def _compose(
    made: Post,
    maximum: int = 200,
    *,
    capabilities: Capabilities | None = None,
    **how: object,
) -> Message:
    thread = Thread(**how)  # type: ignore[arg-type]
    return compose(made, Rules("home", capabilities or limited(maximum), thread=thread))


def _squeezed(text: str) -> str:
    return "".join(text.split())


@given(
    words,
    words,
    st.integers(90, 300),
    st.tuples(st.booleans(), st.sampled_from(LinkPart)),
    st.sampled_from(Unit),
)
@settings(max_examples=200)
def test_every_part_fits_and_together_they_are_the_post(
    title: str, text: str, maximum: int, how: tuple[bool, LinkPart], unit: Unit
) -> None:
    numbered, link = how
    body = f"{text}\n\n{text}".replace("\n\n", "<br><br>")
    capabilities = limited(maximum, unit)
    message = _compose(
        post(body, title=title, tags=("lamp",)),
        capabilities=capabilities,
        numbered=numbered,
        link=link,
        most=50,
    )
    count = counter(capabilities.text[0].counting)

    assert all(0 < count(part) <= maximum for part in message.parts)
    assert sum(part.split().count(LINK) for part in message.parts) == 1
    if len(message.parts) > 1:
        whole = compose(
            post(body, title=title, tags=("lamp",)),
            Rules("home", limited(100_000)),
        )
        assert _squeezed(message.teaser) == _squeezed(whole.teaser)
        where = 0 if link is LinkPart.FIRST else -1
        assert LINK in message.parts[where]
        for part in message.parts[1:-1]:
            shown = part.rpartition("\n\n")[0] if numbered else part
            assert _squeezed(shown.rstrip("…)”」 ")) in _squeezed(message.teaser)


def test_a_post_in_three_parts() -> None:
    made = post(PARAGRAPH * 3, tags=("lamps",))
    one = SENTENCE.strip()
    three = (SENTENCE * 3).strip()

    assert _compose(made, numbered=True).parts == (
        f"The lamp\n\n{three}\n\n{one}\n\n1/3",
        f"{one} {one}\n\n{one} {one}\n\n2/3",
        f"{one}\n\n{LINK}\n\n#lamps\n\n3/3",
    )


def test_the_link_may_stand_first() -> None:
    made = post(PARAGRAPH * 3, tags=("lamps",))
    first, *others = _compose(made, link=LinkPart.FIRST).parts

    assert first.endswith(f"\n\n{LINK}\n\n#lamps")
    assert not any(LINK in part or "#" in part for part in others)


def test_a_post_that_fits_is_one_part_without_a_number() -> None:
    message = _compose(post(f"<p>{SENTENCE}</p>"), numbered=True)

    assert message.parts == (f"The lamp\n\n{SENTENCE.strip()}\n\n{LINK}",)


def test_the_whole_post_is_sent_where_a_teaser_would_be_its_summary() -> None:
    made = post(
        f"<p>{SENTENCE}</p><!--more-->{PARAGRAPH * 2}", summary="What it is about."
    )

    assert _compose(made).teaser.count("Nobody knew") == 7


def test_no_part_ends_with_a_heading() -> None:
    made = post((f"<p>{SENTENCE * 2}</p><h2>Further on</h2>") * 6 + PARAGRAPH)
    parts = _compose(made, 190, numbered=True, most=50).parts

    assert len(parts) > 3
    assert not any("Further on\n\n" in part[-30:] for part in parts)


def test_what_is_longer_than_its_most_parts_ends_with_read_more() -> None:
    message = _compose(post(PARAGRAPH * 30), numbered=True, most=3)

    assert len(message.parts) == 3
    assert f"Read more: {LINK}" in message.parts[-1]
    assert message.parts[-1].endswith("3/3")


def test_a_dozen_parts_are_numbered_within_their_limit() -> None:
    parts = _compose(post(PARAGRAPH * 16), 160, numbered=True, most=99).parts

    assert len(parts) > 12
    assert [part.rpartition("\n\n")[2] for part in parts] == [
        f"{number}/{len(parts)}" for number in range(1, len(parts) + 1)
    ]


def test_what_is_left_out_is_named_by_the_link() -> None:
    made = post(PARAGRAPH * 2 + "<pre>lamp --on</pre>")

    assert f"Read more: {LINK}" in _compose(made).parts[-1]


def test_a_part_that_cannot_be_cut_gives_a_teaser() -> None:
    made = post(f"<p>https://blog.example/{'x' * 300}</p>{PARAGRAPH}")

    assert len(_compose(made, 100).parts) == 1


def test_a_warning_that_the_service_has_no_place_for_gives_no_thread() -> None:
    made = post(PARAGRAPH * 3, content_warning="lamps")

    assert _compose(made).parts == (f"The lamp\n\nCW: lamps\n\nRead more: {LINK}",)


def test_a_warning_counts_in_every_part() -> None:
    made = post(PARAGRAPH * 3, content_warning="w" * 50)
    capabilities = limited(200, content_warning=Support.FULL)

    parts = _compose(made, capabilities=capabilities).parts

    assert all(len(part) <= 150 for part in parts)


def test_an_authors_own_text_is_one_part() -> None:
    made = post(PARAGRAPH * 3, override=Override(text="My words."))

    assert _compose(made).parts == ("My words.",)


def test_facets_name_their_part() -> None:
    capabilities = limited(200, facets=Unit.BYTES, formats=frozenset(Format))
    message = _compose(post(PARAGRAPH * 3), capabilities=capabilities)
    (facet,) = message.facets

    assert facet.part == len(message.parts) - 1
    assert message.parts[facet.part][facet.start : facet.end] == LINK
    assert message.html.count("Nobody knew") == 9


@pytest.mark.parametrize("maximum", [30, 60])
def test_where_hardly_anything_fits_it_still_leads_home(maximum: int) -> None:
    message = _compose(post(PARAGRAPH * 3, tags=("lamps",)), maximum, most=99)

    assert any(LINK in part for part in message.parts)
    assert all(len(part) <= maximum for part in message.parts)
