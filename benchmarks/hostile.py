"""CPU of hostile HTML on its way to a teaser, as a ratio to bleach on prose.

Every row is 100 KB of one kind of trouble in one entry; the limit is 3 x what bleach
alone takes for 10 KB of prose. Prints `name | measured | limit | ok` for each row;
exits 1 when one is over.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from share_bridge.model.capabilities import Capabilities, Counting, TextLimit
from share_bridge.model.post import Post
from share_bridge.text.compose import Rules, compose
from share_bridge.text.sanitize import clean, precut

LIMIT = 3.0
SIZE = 100_000
SENTENCE = (
    "Nobody reads the <em>whole</em> of it, but those who do, dear reader, find a "
    '<a href="https://blog.example/lamp?a=1&amp;b=2">lamp</a> &amp; a chair there. '
)
PROSE = "".join(f"<p>{SENTENCE * 3}</p>\n" for _ in range(22))[:10_000]
RULES = Rules("home", Capabilities(text=(TextLimit(500, Counting(url_length=23)),)))


def filled(piece: str) -> str:
    return piece * (SIZE // len(piece))


ROWS = {
    "plain text": filled("word "),
    "nested b": filled("<b>"),
    "p b i never closed": filled("<p><b><i>x</p>"),
    "misnested b p": filled("<b><p></b>"),
    "nested blockquote": filled("<blockquote>"),
    "one tag, many attributes": f"<p {filled('a=1 ')}>x</p>",
    "many tags, many attributes": filled(f"<p {'a=1 ' * 480}>x"),
    "nested div": filled("<div>"),
    "table a": filled("<table><a>"),
    "only <": filled("<"),
    "slashed tags": filled("<a/"),
    "entities": filled("&amp;"),
    "long entities": filled("&CounterClockwiseContourIntegral;"),
    "unclosed comments": filled("<!--"),
    "marked sections": filled("<![<!["),
    "unclosed scripts": filled("<script>"),
    "nested objects": filled("<object>"),
    "unclosed quotes": filled("<a b=\"'>"),
    "empty spans": filled("<span></span>"),
    "empty paragraphs": filled("<p></p>"),
    "links": filled('<a href="//a.example/?b&c">d</a> '),
    "end tags": filled("</b>"),
    "one long word": filled("a"),
    "one long address": "https://a.example/" + filled("b/"),
    "brackets": filled("(") + filled(")"),
    "quotes": filled("“ "),
    "joined emoji": filled("👩\u200d"),
    "combining marks": filled("e\u0301\u0302\u0303"),
    "full stops": filled(". "),
    "hash signs": filled("#a "),
}


def cpu(work: Callable[[], object], *, rounds: int) -> float:
    """Least CPU seconds of one call."""
    least = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least


def bleach_alone() -> Callable[[], object]:
    from bleach.sanitizer import Cleaner  # noqa: PLC0415 - not part of start-up

    tags = {"a", "em", "p"}
    return lambda: Cleaner(tags=tags, strip=True).clean(PROSE)


def main() -> int:
    prose = bleach_alone()
    post = Post(
        source="s", identity="guid:s:1", url="https://blog.example/1", title="T"
    )
    over = 0
    compose(post, RULES)
    prose()
    for name, body in ROWS.items():
        hostile = Post(**{**dict.fromkeys(()), **_fields(post), "content": body})
        unit = cpu(prose, rounds=5)
        ways = {
            "clean": lambda body=body: clean(precut(body, text_chars=1_500)),
            "compose": lambda hostile=hostile: compose(hostile, RULES),
        }
        for way, work in ways.items():
            ratio = cpu(work, rounds=3) / unit
            fine = ratio <= LIMIT
            over += not fine
            print(
                f"{name}: {way} | {ratio:.2f} | {LIMIT:.2f} | {'ok' if fine else 'OVER'}"
            )
    return 1 if over else 0


def _fields(post: Post) -> dict[str, str]:
    return {
        "source": post.source,
        "identity": post.identity,
        "url": post.url,
        "title": post.title,
    }


if __name__ == "__main__":
    sys.exit(main())
