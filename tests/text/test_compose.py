"""A message fits its target, says the author's words, and always leads home."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from share_bridge.model.capabilities import (
    Capabilities,
    Counting,
    Format,
    MediaLimits,
    Support,
    TextLimit,
    Unit,
)
from share_bridge.model.message import Message
from share_bridge.model.post import Image, Override, Post
from share_bridge.text.compose import DoesNotFitError, Rules, compose
from share_bridge.text.layout import link_line
from share_bridge.text.read_more import read_more
from text_support import PROFILES, Checker, fragments, limited, post, words

SENTENCE = "Nobody knew who had put the lamp there. "
LINK = "https://blog.example/lamp"


def _compose(made: Post, capabilities: Capabilities, **rules: object) -> Message:
    return compose(made, Rules("home", capabilities, **rules))  # type: ignore[arg-type]


def _independent(text: str, unit: Unit) -> int:
    if unit is Unit.GRAPHEMES:
        return len(regex.findall(r"\X", text))
    size = {Unit.CODE_POINTS: "utf-32-le", Unit.UTF16: "utf-16-le", Unit.BYTES: "utf-8"}
    width = {Unit.CODE_POINTS: 4, Unit.UTF16: 2, Unit.BYTES: 1}
    return len(text.encode(size[unit])) // width[unit]


@given(
    words,
    words,
    st.lists(words, max_size=4),
    st.sampled_from(Unit),
    st.integers(40, 400),
)
@settings(max_examples=200)
def test_every_message_fits_and_leads_home(
    title: str, text: str, tags: list[str], unit: Unit, maximum: int
) -> None:
    made = post(text.replace("\n\n", "<br><br>"), title=title, tags=tuple(tags))
    message = _compose(made, limited(maximum, unit))

    assert _independent(message.text, unit) <= maximum
    assert LINK in message.text.split()
    message.text.encode()


@given(fragments, st.sampled_from(sorted(PROFILES)))
@settings(max_examples=200)
def test_whatever_a_feed_holds_the_formats_agree(content: str, profile: str) -> None:
    message = _compose(post(content), PROFILES[profile])
    shown = Checker(message.html)

    assert not shown.faults
    assert "".join(message.teaser.split()).replace("•", "").replace(">", "") in (
        "".join(shown.text.split()).replace("•", "").replace(">", "")
    ) or regex.search(r"\d\. ", message.teaser)
    assert message == _compose(post(content), PROFILES[profile])


@given(words)
@settings(max_examples=50)
def test_a_larger_limit_never_shows_less(text: str) -> None:
    made = post(text.replace("\n\n", "<br><br>"))
    teasers = [_compose(made, limited(n)).teaser for n in range(60, 400, 20)]
    shown = [len(teaser.rstrip("…”)」 ")) for teaser in teasers]

    assert shown == sorted(shown)


def test_the_layout() -> None:
    made = post(f"<p>{SENTENCE * 20}</p>", tags=("open source", "lamps"))
    message = _compose(made, limited(150))

    assert message.text.split("\n\n") == [
        "The lamp",
        f"{SENTENCE}{SENTENCE}".strip(),
        f"Read more: {LINK}",
        "#OpenSource #lamps",
    ]
    assert message.parts == (message.text,)
    assert (message.title, message.teaser) == (
        "The lamp",
        f"{SENTENCE}{SENTENCE}".strip(),
    )
    assert message.tags == ("OpenSource", "lamps")


def test_a_post_that_fits_is_not_cut_and_says_no_read_more() -> None:
    message = _compose(post(f"<p>{SENTENCE}</p>"), limited(500))

    assert message.text == f"The lamp\n\n{SENTENCE.strip()}\n\n{LINK}"


def test_a_link_card_says_read_more() -> None:
    card = limited(100, link_card=Support.FULL)

    assert _compose(post(SENTENCE * 20), card).text.endswith(f".\n\n{LINK}")


def test_hashtags_give_way_before_words() -> None:
    made = post(f"<p>{SENTENCE * 9}</p>", tags=("a" * 38, "b" * 38))

    assert len(_compose(made, limited(250)).tags) == 2
    assert len(_compose(made, limited(180)).tags) == 1
    assert not _compose(made, limited(120)).tags


def test_a_whole_post_is_worth_more_than_its_hashtags() -> None:
    made = post(f"<p>{SENTENCE}</p>", tags=("lamps", "x" * 60))
    message = _compose(made, limited(90))

    assert message.teaser == SENTENCE.strip()
    assert message.tags == ("lamps",)


def test_then_the_teaser_then_the_title_gives_way_and_never_the_link() -> None:
    made = post(SENTENCE, title="A title of some length that is here")

    assert _compose(made, limited(80)).text == f"{made.title}\n\nRead more: {LINK}"
    assert _compose(made, limited(50)).text == f"A title…\n\nRead more: {LINK}"
    assert _compose(made, limited(25)).text == LINK
    with pytest.raises(DoesNotFitError, match="1 over the limit of 24 graphemes"):
        _compose(made, limited(24))


def test_all_limits_hold_at_once() -> None:
    both = Capabilities(text=(TextLimit(300), TextLimit(200, Counting(Unit.BYTES))))
    message = _compose(post("<p>" + "Ünïcödé wörds ärë löng. " * 30), both)

    assert len(message.text.encode()) <= 200


def test_a_content_warning_counts_where_the_service_takes_it() -> None:
    made = post(f"<p>{SENTENCE * 20}</p>", content_warning="Food " * 20)
    message = _compose(made, limited(200, content_warning=Support.FULL))

    assert len(message.text) + len(message.content_warning) <= 200
    assert message.teaser


def test_a_content_warning_hides_the_text_where_nothing_else_can() -> None:
    message = _compose(post(SENTENCE, content_warning="Food"), limited(300))

    assert message.text == f"The lamp\n\nCW: Food\n\nRead more: {LINK}"


def test_the_authors_own_text_is_sent_as_it_is() -> None:
    own = Override(text="Everywhere", texts=(("home", "My words.\n\nAnd #more"),))
    message = _compose(
        post(SENTENCE, override=own, tags=("a b",)), PROFILES["mastodon"]
    )

    assert message.text == message.teaser == "My words.\n\nAnd #more"
    assert message.link == LINK
    assert message.html == "<p>My words.</p>\n<p>And #more</p>"


def test_the_authors_own_text_is_never_cut() -> None:
    made = post(override=Override(text="x" * 310))

    with pytest.raises(DoesNotFitError, match=r"The lamp: .* home is 10 over .* 300"):
        _compose(made, limited(300))


def test_the_authors_own_settings_win() -> None:
    own = Override(content_warning="Mine", visibility="unlisted", tags=("mine",))
    made = post(SENTENCE, override=own, content_warning="Theirs", tags=("theirs",))
    message = _compose(made, PROFILES["mastodon"], visibility="public", language="de")

    assert (message.content_warning, message.visibility) == ("Mine", "unlisted")
    assert (message.tags, message.language) == (("mine",), "de")


@pytest.mark.parametrize(
    "title, content, expected",
    [
        ("The lamp", "<h1>The lamp</h1><p>Prose.</p>", "The lamp\n\nProse."),
        ("The lamp", "<p><b>The Lamp:</b> Prose.</p>", "The lamp\n\nProse."),
        ("The lamp", "<p>The lamp</p><p>Prose.</p>", "The lamp\n\nProse."),
        ("The lamp was", "<p>The lamp was green.</p>", "The lamp was green."),
        ("The lamp wa…", "<p>The lamp was green.</p>", "The lamp was green."),
        ("", "<p>A note.</p>", "A note."),
        ("The lamp", "", "The lamp"),
    ],
)
def test_the_title_is_said_once(title: str, content: str, expected: str) -> None:
    message = _compose(post(content, title=title), limited(500, has_tags=False))

    assert message.text.rsplit("\n\n", 1)[0] == expected


def test_a_target_with_a_title_keeps_it_out_of_the_text() -> None:
    message = _compose(post("<p>The lamp was green.</p>"), PROFILES["page"])

    assert message.title == "The lamp"
    assert message.text.startswith("The lamp was green.")


def test_without_a_limit_a_teaser_is_still_one() -> None:
    message = _compose(post(f"<p>{SENTENCE}</p>" * 100), PROFILES["page"])

    assert 300 < len(message.teaser) <= 500
    assert message.teaser.endswith("there.")


def test_a_large_limit_shows_all_of_it_or_a_teaser() -> None:
    assert len(_compose(post(f"<p>{SENTENCE * 50}"), limited(5_000)).teaser) > 1_900
    assert len(_compose(post(f"<p>{SENTENCE * 500}"), limited(5_000)).teaser) <= 1_200


def test_read_more_names_the_post() -> None:
    message = _compose(
        post(f"<p>{SENTENCE * 20}</p>", title='A "title" & more'), PROFILES["page"]
    )

    assert message.html.endswith(
        f'<p><a href="{LINK}" aria-label="Read more: A &quot;title&quot; &amp; more">'
        "Read more</a></p>"
    )
    assert message.markdown.endswith(f"[Read more]({LINK})")


def test_read_more_is_the_targets_or_the_languages() -> None:
    made = post(SENTENCE * 20, language="de-AT")

    assert f"Weiterlesen: {LINK}" in _compose(made, limited(200)).text
    assert f"Mehr → {LINK}" in _compose(made, limited(200), read_more="Mehr →").text
    assert _compose(made, limited(200), read_more="").text.endswith(f".\n\n{LINK}")


@pytest.mark.parametrize(
    "language, expected",
    [
        ("", "Read more"),
        ("xx", "Read more"),
        ("en-GB", "Read more"),
        ("pt-BR", "Continuar lendo"),
        ("pt", "Continuar a ler"),
        ("nb-NO", "Les mer"),
        ("zh-Hant-TW", "閱讀全文"),
        ("zh_CN", "阅读全文"),
        ("JA", "続きを読む"),
    ],
)
def test_read_more_in_a_language(language: str, expected: str) -> None:
    assert expected == read_more(language)


@pytest.mark.parametrize(
    "language, expected",
    [("en", f"W: {LINK}"), ("fr", f"W\xa0: {LINK}"), ("he", f"W:\n{LINK}")],
)
def test_the_line_of_the_link(language: str, expected: str) -> None:
    assert expected == link_line("W", LINK, language)


@pytest.mark.parametrize("unit", Unit)
def test_facets_say_where_links_and_tags_stand(unit: Unit) -> None:
    content = '<p>Über 👩‍👩‍👧 and <a href="/é">the café</a> of @ann@host.example.</p>'
    made = post(content, tags=("Café Noir",))
    message = _compose(made, limited(500, unit, facets=unit))
    codec = {Unit.UTF16: "utf-16-le", Unit.BYTES: "utf-8"}.get(unit)

    def cut(start: int, end: int) -> str:
        if codec:
            width = 2 if unit is Unit.UTF16 else 1
            return message.text.encode(codec)[start * width : end * width].decode(codec)
        pieces = regex.findall(
            r"\X" if unit is Unit.GRAPHEMES else r"(?s).", message.text
        )
        return "".join(pieces[start:end])

    assert [(f.kind, cut(f.start, f.end), f.value) for f in message.facets] == [
        ("link", "the café", "https://blog.example/é"),
        ("mention", "@ann@host.example", "@ann@host.example"),
        ("link", LINK, LINK),
        ("tag", "#CaféNoir", "CaféNoir"),
    ]


def test_formats_are_there_when_asked_for() -> None:
    plain = _compose(post(SENTENCE), limited(300))
    marked = _compose(
        post(SENTENCE), limited(300, formats=frozenset({Format.MARKDOWN}))
    )

    assert (plain.html, plain.markdown) == ("", "")
    assert (marked.html, bool(marked.markdown)) == ("", True)


def test_images_are_what_the_target_takes() -> None:
    images = tuple(
        Image(f"https://e.example/{n}.png", "A cat on a mat") for n in range(3)
    )
    media = MediaLimits(max_count=2, max_alt=10)
    message = _compose(post(SENTENCE, images=images), limited(300, media=media))

    assert [image.alt for image in message.images] == ["A cat on…"] * 2


def test_the_fingerprint_is_of_the_authors_words_alone() -> None:
    made = post(SENTENCE * 9)
    first = _compose(made, limited(200))

    assert first.words == _compose(made, limited(200)).words
    assert first.words == _compose(made, limited(203), read_more="More words").words
    assert first.words != _compose(replace(made, title="Other"), limited(200)).words
    assert first.words != _compose(replace(made, tags=("b",)), limited(200)).words


def test_a_post_without_a_link_is_told_without_one() -> None:
    message = _compose(post(SENTENCE, url=""), limited(300))

    assert message.text == f"The lamp\n\n{SENTENCE.strip()}"
    assert _compose(post(SENTENCE, url="javascript:1"), limited(300)).link == ""


def test_a_post_of_nothing_is_its_link() -> None:
    assert _compose(post(title=""), limited(300)).text == f"Read more: {LINK}"
