"""One new entry in a feed of fifty, bytes to teaser, against doing all of it."""

from __future__ import annotations

import io
import random
import sys
import time
import warnings
from datetime import UTC, datetime

import bleach
import feedparser
from measure import interleaved, report

from share_bridge.model.capabilities import Capabilities, TextLimit
from share_bridge.sources.document import read_document
from share_bridge.sources.entry import Origin
from share_bridge.text.compose import Rules, compose

LIMIT = 1 / 30
ROUNDS = 9
ENTRIES = 50
ENTRY_BYTES = 10_000

_WORDS = """
    the a of and to in is that it was for on are with they be at one have this from
    garden letter river machine paper winter morning question answer silence window
    writes reads builds carries remembers forgets quickly slowly often never
""".split()  # noqa: SIM905 - as prose is
_ORIGIN = Origin(
    source="blog",
    url="https://example.org/feed.xml",
    language="en",
    now=datetime(2026, 11, 22, tzinfo=UTC),
)
_RULES = Rules(target="home", capabilities=Capabilities(text=(TextLimit(500),)))


def _sentence(dice: random.Random) -> str:
    words = dice.choices(_WORDS, k=dice.randint(6, 18))
    marked = dice.choice(words)
    words[words.index(marked)] = dice.choice(
        (
            f"<em>{marked}</em>",
            f"<strong>{marked}</strong>",
            f'<a href="/about/{marked}/" title="{marked}">{marked}</a>',
            f"<code>{marked}()</code>",
            f"{marked}&#8217;s",
        )
    )
    return " ".join(words).capitalize() + "."


def _body(dice: random.Random) -> str:
    """About 10 KB of what blogs are made of."""
    parts: list[str] = []
    while sum(map(len, parts)) < ENTRY_BYTES:
        text = " ".join(_sentence(dice) for _ in range(dice.randint(2, 6)))
        parts += dice.choices(
            (
                [f"<p>{text}</p>\n"],
                [f"<h2>{_sentence(dice)}</h2>\n", f"<p>{text}</p>\n"],
                [f'<figure><img src="/i.png" alt="x"><p>{text}</p></figure>\n'],
                [f"<ul><li>{text}</li><li>{_sentence(dice)}</li></ul>\n"],
                [f"<blockquote><p>{text}</p></blockquote>\n"],
                [f'<pre class="code"><code>if a &lt; b: {text}</code></pre>\n'],
            ),
            weights=(8, 2, 1, 1, 1, 1),
        )[0]
    return "".join(parts)


def _item(number: int) -> str:
    body = _body(random.Random(number))
    return (
        f"<item><title>Entry {number}</title><guid>entry-{number}</guid>"
        f"<link>https://example.org/{number}/</link>"
        f"<pubDate>Sun, {1 + number % 28:02} Feb 2026 10:00:00 GMT</pubDate>"
        f"<category>One</category><content:encoded><![CDATA[{body}]]>"
        "</content:encoded></item>\n"
    )


def _feed(newest: int) -> bytes:
    items = "".join(_item(number) for number in range(newest, newest - ENTRIES, -1))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Blog</title><language>en</language>{items}</channel></rss>"
    ).encode()


def main() -> bool:
    """Print the row; whether it is within the limit."""
    known = read_document(_feed(ENTRIES), known={}, origin=_ORIGIN).known
    document = _feed(ENTRIES + 1)

    def ours() -> float:
        start = time.process_time()
        (post,) = read_document(document, known=known, origin=_ORIGIN).posts
        text = compose(post, _RULES).text
        taken = time.process_time() - start
        assert post.title == f"Entry {ENTRIES + 1}"
        assert 200 < len(text) <= 500
        return taken

    def theirs() -> float:
        start = time.process_time()
        entries = feedparser.parse(io.BytesIO(document)).entries
        cleaned = [
            bleach.clean(entry.content[0].value, strip=True) for entry in entries
        ]
        taken = time.process_time() - start
        assert len(cleaned) == ENTRIES
        return taken

    fast, slow = interleaved(ours, theirs, rounds=ROUNDS)
    detail = f"{fast * 1e3:.1f} of {slow * 1e3:.0f} ms, {len(document) // 1000} KB"
    return report("one new entry of 50", fast / slow, LIMIT, detail)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(0 if main() else 1)
