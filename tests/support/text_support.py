"""What tests of the text floor share: profiles, an independent count, a checker."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from share_bridge.model.capabilities import (
    Capabilities,
    Counting,
    Format,
    Support,
    TextLimit,
    Unit,
)
from share_bridge.model.post import Post
from share_bridge.text.elements import ALLOWED, ATTRIBUTES, LINKS, VOID

__all__ = ["PROFILES", "Checker", "fragments", "limited", "load", "post", "words"]

_EVERY = frozenset(Format)

#: The kinds of targets that the golden set is written for.
PROFILES = {
    "mastodon": Capabilities(
        text=(TextLimit(500, Counting(url_length=23, remote_mentions=True)),),
        content_warning=Support.FULL,
        formats=_EVERY,
    ),
    "bluesky": Capabilities(
        text=(TextLimit(300), TextLimit(3_000, Counting(Unit.BYTES))),
        link_card=Support.FULL,
        formats=_EVERY,
    ),
    "page": Capabilities(has_title=True, has_tags=False, formats=_EVERY),
}


def limited(maximum: int, unit: Unit = Unit.GRAPHEMES, **more: Any) -> Capabilities:
    """A target with one limit and nothing else, unless said."""
    return Capabilities(text=(TextLimit(maximum, Counting(unit)),), **more)


def post(content: str = "", **more: Any) -> Post:
    """A post of the blog that the tests are about."""
    values = {
        "source": "blog",
        "identity": "guid:blog:1",
        "url": "https://blog.example/lamp",
        "title": "The lamp",
    }
    return Post(content=content, **{**values, **more})


def load(path: Path) -> Any:
    """JSON of a corpus."""
    return json.loads(path.read_text("utf-8"))


class Checker(HTMLParser):
    """Finds in HTML whatever must not be left in it; `faults` says what."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.stack: list[str] = []
        self.text = ""
        self.deepest = 0
        self.feed(markup)
        self.close()
        self.faults += [f"{name} is left open" for name in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            self.faults.append(f"<{tag}>")
        allowed = {*ATTRIBUTES["*"], *ATTRIBUTES.get(tag, ()), "aria-label"}
        for name, value in attrs:
            if name not in allowed:
                self.faults.append(f"{tag} {name}")
            elif name in LINKS and not re.match(r"https?://|mailto:", value or ""):
                self.faults.append(f"{tag} {name}={value}")
        if tag not in VOID:
            self.stack.append(tag)
            self.deepest = max(self.deepest, len(self.stack))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"declaration {decl}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"section {data}")


_WORDS = (
    "lamp",
    "the",
    "Und",
    "über",
    "e.g.",
    "Dr.",
    "3.5",
    "(aside",
    "here)",
    "“so",
    "it”",
    "end.",
    "Why?",
    "wait…",
    "naïve",
    "今日は",
    "天気です。",
    "「雨」",
    "สวัสดี",
    "नमस्ते",
    "👩‍👩‍👧",
    "🏳️‍🌈",
    "e\u0301",
    "#tag",
    "#東京",
    "@ann",
    "@ann@host.example",
    "https://blog.example/a/b?c=d",
    "https://blog.example/(x)",
    "https://blog.example/a/",
    "well-known",
    "a,",
    "b;",
    "—",
    "–",
    "c—d",
    "C++",
    "שלום",
    "x" * 50,
    "\xa0",
)

#: Text as people write it, and as it goes wrong: words, spaces and line ends.
words = st.lists(
    st.tuples(
        st.sampled_from(_WORDS), st.sampled_from((" ", " ", " ", "\n\n", "\n", ""))
    ),
    max_size=40,
).map(lambda pairs: "".join(word + gap for word, gap in pairs).strip())

_TAGS = """
    <p> </p> <b> </b> <i> </i> <br> <ul> <li> </ul> <div> </div> <pre> </pre> <h2> </h2>
    <blockquote> </blockquote> <script> </script> <style> <!-- --> <svg> </svg> <math>
    </math> <table> <tr> <td> </table> <title> <textarea> <select> <noscript> <form>
    <dl> <dd> </a> <![CDATA[ ]]> &amp; &lt; &#8238; &nbsp; < > & </ <? " '
"""
_PIECES = (
    *_TAGS.split(),
    *("<a href='/x'>", "<a href=javascript:1>", "<img src=a onerror=b>", '<a b="'),
    *("<p title='", "\u202e", "\x00", "\n", "text ", "more. "),
)

#: HTML that no author wrote on purpose.
fragments = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=5))).map(
    "".join
)
