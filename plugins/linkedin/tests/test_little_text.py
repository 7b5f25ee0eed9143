"""What readers see is what was meant, whatever stands in it, and it always fits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkedin_support import message
from linkedin_text import read_little
from share_bridge.model.post import Override
from share_bridge.plugin import little_text as little
from share_bridge.text.compose import DoesNotFitError
from share_bridge.text.measure import counter
from share_bridge_linkedin.publisher import LinkedinPublisher

RESERVED = "\\|{}@[]()<>#*_~"
#: Text in which everything that means something to LinkedIn is frequent.
TEXT = st.text(
    st.one_of(
        st.sampled_from(RESERVED + "＃ aB1\n.:/"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    )
)

(LIMIT,) = LinkedinPublisher.capabilities.text
weigh = counter(LIMIT.counting)


@pytest.mark.parametrize("sign", RESERVED)
def test_every_reserved_character_is_escaped(sign: str) -> None:
    assert little(f"a {sign} b") == f"a \\{sign} b"


@pytest.mark.parametrize(
    "text, sent",
    [
        ("Read (this)", r"Read \(this\)"),
        (r"C:\new", r"C:\\new"),
        ("#learning", r"{hashtag|\#|learning}"),
        ("see #deep_learning!", r"see {hashtag|\#|deep\_learning}!"),
        ("＃学習", "{hashtag|＃|学習}"),
        ("issue #12, C# and #", r"issue \#12, C\# and \#"),
        ("https://a.example/x_y#part", r"https://a.example/x\_y\#part"),
        ("https://a.example/?q=#part", r"https://a.example/?q=\#part"),
        ("(https://a.example/) #go", r"\(https://a.example/\) {hashtag|\#|go}"),
        ("@ada@host.example", r"\@ada\@host.example"),
        ("@[Ada](urn:li:person:1)", r"\@\[Ada\]\(urn:li:person:1\)"),
        (r"{hashtag|\#|no}", r"\{hashtag\|\\\#\|no\}"),
        ("naïve 👩‍👩‍👧 → ✅", "naïve 👩‍👩‍👧 → ✅"),
        ("", ""),
    ],
)
def test_the_form_on_the_wire(text: str, sent: str) -> None:
    assert little(text) == sent


@given(TEXT)
def test_linkedin_shows_what_was_meant(text: str) -> None:
    """By the server's own rule, nothing is cut and nothing is added."""
    shown, _ = read_little(little(text))

    assert shown == text


@given(TEXT)
def test_all_that_is_sent_is_counted(text: str) -> None:
    assert weigh(text) == len(little(text).encode("utf-16-le")) // 2


@given(TEXT, st.integers(min_value=0))
def test_a_shorter_text_never_counts_more(text: str, end: int) -> None:
    """By that, the core finds the longest beginning that fits."""
    whole = text.replace("/", "")  # an address is never cut, but counts as one

    assert weigh(whole[: end % (len(whole) + 1)]) <= weigh(whole)


WORDS = st.lists(
    st.text(st.sampled_from(RESERVED + "abcdéß漢👍 ."), min_size=1, max_size=40),
    min_size=1,
    max_size=30,
)


@given(
    title=st.text(st.sampled_from(RESERVED + "abc d"), max_size=200),
    paragraphs=WORDS,
    times=st.sampled_from([1, 30, 300]),
    tags=st.lists(
        st.sampled_from(["deep_learning", "C#", "posse", "学習"]), max_size=4
    ),
    url=st.sampled_from(["https://a.example/x_(y)#z", "https://a.example/", ""]),
)
def test_what_is_composed_fits_and_is_shown_whole(
    title: str, paragraphs: list[str], times: int, tags: list[str], url: str
) -> None:
    """Posts of every length, made of what has to be escaped."""
    content = "".join(f"<p>{_html(it)}</p>" for it in paragraphs * times)
    made: Any = message(title=title, content=content, tags=tuple(tags), url=url)
    sent = little(made.text)

    assert len(sent.encode("utf-16-le")) // 2 <= 3000
    assert read_little(sent)[0] == made.text
    assert url in made.text


def test_the_tags_of_a_post_are_hashtags() -> None:
    made = message(tags=("Deep learning", "POSSE"))

    assert read_little(little(made.text))[1] == made.tags != ()


def test_own_words_that_fit_only_without_their_escapes_are_held() -> None:
    """They are never cut, least of all inside an escape."""
    with pytest.raises(DoesNotFitError, match="over the limit of 3000"):
        message(override=Override(text="(" * 1501))

    assert message(override=Override(text="(" * 1500)).text == "(" * 1500


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
