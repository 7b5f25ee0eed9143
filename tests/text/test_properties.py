"""What is true of every teaser, whatever the post: tried on thousands of posts.

5,000 cases in every run; `SHARE_BRIDGE_CASES=200000` asks for more.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from itertools import takewhile

import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities, TextLimit
from share_bridge.model.message import Message
from share_bridge.model.post import Post
from share_bridge.text.boundaries import places
from share_bridge.text.compose import DoesNotFitError, Rules, compose
from share_bridge.text.networks import network, networks
from text_support import Checker, limited, post, words

_PROPERTIES = 8
_CASES = int(os.environ.get("SHARE_BRIDGE_CASES", "5000"))
many = settings(
    max_examples=_CASES // _PROPERTIES, suppress_health_check=list(HealthCheck)
)

LINK = "https://example.org/lamp"
LANGUAGES = ("", "en", "de", "fr", "ja", "zh", "he", "th")
_END = re.compile(r"[ \xa0]?(?:…|……)?(?:\xa0?[\"'”’»›)\]}」』）】》〉])*$")
_ISOLATES = re.compile("[\u2066\u2069]")

paragraphs = st.lists(
    words.map(lambda text: " ".join(text.split())).filter(
        lambda text: any(map(str.isalnum, text))
    ),
    min_size=1,
    max_size=5,
)
names = st.sampled_from(sorted(networks()))


@st.composite
def posts(draw: st.DrawFn) -> tuple[Post, str]:
    """A post, and the text that a reader of its page sees."""
    texts = draw(paragraphs)
    opening, closing = draw(st.sampled_from([("", ""), ("<em>", "</em>")]))
    content = "".join(
        f"<p>{opening}{html.escape(text)}{closing}</p>\n" for text in texts
    )
    made = post(
        content,
        url=LINK,
        title=draw(st.sampled_from(["", "Of lamps", "Über Lampen", "灯について"])),
        language=draw(st.sampled_from(LANGUAGES)),
        tags=tuple(draw(st.lists(st.sampled_from(["a b", "c", "東京"]), max_size=3))),
    )
    return made, "\n\n".join(texts)


def _compose(made: Post, capabilities: Capabilities) -> Message:
    return compose(made, Rules("home", capabilities))


def _kept(teaser: str, source: str) -> int:
    """How many characters of the source a teaser begins with."""
    shown, source = _ISOLATES.sub("", teaser), _ISOLATES.sub("", source)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(shown, source, strict=False))
    end = sum(1 for _ in same)
    assert _END.fullmatch(shown[end:]), (shown, source)
    return end


def _graphemes(text: str) -> int:
    return len(regex.findall(r"\X", text))


def _as_mastodon(text: str) -> int:
    shown = re.sub(
        r"(?<!\S)https?://(?:\S+\(x\)|\S+?)(?=[.,:;!?)]*(?:\s|$))", "x" * 23, text
    )
    return _graphemes(re.sub(r"(?<![\w/=.@])(@ann)@host\.example\w*", r"\1", shown))


def _as_x(text: str) -> int:
    """At the least: every emoji 2, no name without a scheme taken for a link."""
    total = 0
    for piece in re.split(r"(https?://(?:blog\.)?example(?:\.org)?/\S*)", text):
        if piece.startswith("http"):
            total += 23
            continue
        for cluster in regex.findall(r"\X", piece):
            wide = regex.search(r"[^\u0000-\u10ff\u2000-\u201f\u2032-\u2037]", cluster)
            total += 2 if wide else 1
    return total


#: Another way to the count of each network; where none is documented, the plainest.
INDEPENDENT: dict[str, Callable[[str], int]] = {
    "mastodon": _as_mastodon,
    "bluesky": _graphemes,
    "x": _as_x,
    "threads": lambda text: len(text.encode("utf-32-le")) // 4 if text.isascii() else 0,
    "linkedin": lambda text: len(text) + sum(map(text.count, r"\|{}@[]()<>#*_~")),
    "email": _graphemes,
    "telegram": lambda text: len(text.encode("utf-16-le")) // 2,
    "discord": lambda text: len(text.encode("utf-16-le")) // 2,
    "slack": lambda text: len(html.escape(text, quote=False)),
    "matrix": lambda text: len(text.encode()),
    "nostr": lambda text: len(text.encode()),
    "tumblr": lambda text: len(text.encode("utf-32-le")) // 4,
    "misskey": lambda text: len(text.encode("utf-32-le")) // 4,
    "facebook": lambda text: len(text.encode("utf-16-le")) // 2,
    "instagram": lambda text: len(text.encode("utf-16-le")) // 2,
}


def _narrow(name: str, maximum: int) -> Capabilities:
    """The network with a smaller limit, so that cuts are many."""
    capabilities = network(name).capabilities
    limits = [
        TextLimit(min(maximum, limit.maximum), limit.counting)
        for limit in capabilities.text
    ]
    values = {field: getattr(capabilities, field) for field in _FIELDS}
    return Capabilities(**{**values, "text": tuple(limits)})


_FIELDS = ("formats", "has_title", "has_tags", "max_tags", "facets", "sends_link")


@given(posts(), names, st.integers(80, 500))
@many
def test_it_is_within_the_limit(made: tuple[Post, str], name: str, most: int) -> None:
    """Counted by other means than ours, in every limit at once."""
    message = _compose(made[0], _narrow(name, most))

    assert INDEPENDENT[name](message.text) <= most
    if name == "bluesky":
        assert len(message.text.encode()) <= 3_000


@given(posts(), names, st.integers(80, 500))
@many
def test_it_is_how_the_post_begins(
    made: tuple[Post, str], name: str, most: int
) -> None:
    message = _compose(made[0], _narrow(name, most))

    assert not message.teaser or _kept(message.teaser, made[1]) > 0


@given(posts(), st.integers(80, 500))
@many
def test_its_html_is_balanced_and_says_the_same(
    made: tuple[Post, str], most: int
) -> None:
    message = _compose(made[0], _narrow("email", most))
    shown = Checker(message.html)

    assert not shown.faults
    said = "".join(_ISOLATES.sub("", message.teaser).split())
    assert "".join(shown.text.split()).startswith(said)


@given(posts(), names, st.integers(80, 500))
@many
def test_a_teaser_of_the_teaser_is_the_teaser(
    made: tuple[Post, str], name: str, most: int
) -> None:
    once = _compose(made[0], _narrow(name, most))
    content = "".join(f"<p>{html.escape(p)}</p>" for p in once.teaser.split("\n\n"))
    again = _compose(
        post(content, url=LINK, title=once.title, language=once.language),
        _narrow(name, most),
    )

    # Which words are isolated follows from the words that are left.
    assert again.teaser == once.teaser or _ISOLATES.search(again.teaser + once.teaser)


@given(posts(), st.integers(0, 300))
@many
def test_no_place_is_within_a_grapheme(made: tuple[Post, str], most: int) -> None:
    text = made[1]
    whole = {0, *(cluster.end() for cluster in regex.finditer(r"\X", text))}

    assert set(places(text, made[0].language).ends) <= whole
    teaser = _compose(made[0], limited(max(most, 80))).teaser
    assert _kept(teaser, text) in whole or not teaser


@given(posts(), names, st.integers(80, 500))
@many
def test_addresses_mentions_and_hashtags_are_whole(
    made: tuple[Post, str], name: str, most: int
) -> None:
    message = _compose(made[0], _narrow(name, most))
    token = re.compile(r"(?<!\w)https?://[^\s“”「」。]+|(?<![\w&/@])[@#][\w.@-]+")
    there = {*token.findall(made[1]), LINK, *(f"#{tag}" for tag in message.tags)}
    spared = {each.rstrip(".,:;…)—–") for each in there}

    assert {each.rstrip(".,:;…)—–") for each in token.findall(message.text)} <= spared


@given(posts(), names)
@many
def test_the_same_post_gives_the_same_teaser(made: tuple[Post, str], name: str) -> None:
    """Also when it comes back from the ledger, or its HTML is written otherwise."""
    first = _compose(made[0], network(name).capabilities)
    again = Post.from_json(made[0].to_json())
    other = replace(again, content=again.content.replace("<p>", "<!-- --><P >"))

    assert first == _compose(again, network(name).capabilities)
    assert first.text == _compose(other, network(name).capabilities).text
    assert Message.from_json(first.to_json()).text == first.text


@given(posts(), names)
@many
def test_a_larger_limit_never_keeps_less(made: tuple[Post, str], name: str) -> None:
    kept = [
        (_kept(message.teaser, made[1]), len(message.tags))
        for most in range(60, 420, 30)
        for message in _fitting(made[0], _narrow(name, most))
    ]

    assert kept == sorted(kept)


def _fitting(made: Post, capabilities: Capabilities) -> list[Message]:
    try:
        return [_compose(made, capabilities)]
    except DoesNotFitError:
        return []
