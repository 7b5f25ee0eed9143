"""CPU of hostile HTML on its way to a teaser, as a ratio to bleach on prose.

Every row is 100 KB of one kind of trouble in one entry; the limit is 3 x what bleach
alone takes for 10 KB of prose. Prints `name | measured | limit | ok` for each row;
exits 1 when one is over.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import count

from measure import interleaved, report

from share_bridge.model.capabilities import Capabilities, Counting, TextLimit
from share_bridge.model.post import Post
from share_bridge.text.compose import Rules, compose
from share_bridge.text.sanitize import clean, precut

LIMIT = 3.0
SIZE = 100_000
SENTENCE = "Nobody reads the <em>whole</em> of it, but those who do find a lamp there. "
LINK = 'So says <a href="https://blog.example/lamp?a=1&amp;b=2">the lamp</a> itself. '
PROSE = (f"<p>{SENTENCE * 4}{LINK}</p>\n" * 30)[:10_000]
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
    "many tags, many classes": filled(f"<p{' class= style=' * 140}>x"),
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


def cpu(work: Callable[[], object]) -> Callable[[], float]:
    """What measures the CPU seconds of one call."""

    def measure() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return measure


def bleach_alone() -> Callable[[], object]:
    from bleach.sanitizer import Cleaner  # noqa: PLC0415 - not part of start-up

    tags = {"a", "em", "p"}
    return lambda: Cleaner(tags=tags, strip=True).clean(PROSE)


def cut_and_cleaned(body: str) -> Callable[[], object]:
    return lambda: clean(precut(body, text_chars=1_500))


def composed(body: str) -> Callable[[], object]:
    """Compose a post that no cache has seen."""
    seen = count()

    def work() -> object:
        url = f"https://blog.example/{next(seen)}"
        return compose(
            Post(source="s", identity="guid:s:1", url=url, title="T", content=body),
            RULES,
        )

    return work


def main() -> int:
    prose = bleach_alone()
    prose()
    composed(PROSE)()
    kept = True
    for name, body in ROWS.items():
        ways = {"cleaned": cut_and_cleaned(body), "composed": composed(body)}
        unit, *taken = interleaved(
            cpu(prose), *(cpu(way) for way in ways.values()), rounds=5
        )
        for way, seconds in zip(ways, taken, strict=True):
            detail = f"{seconds * 1e3:.1f} ms : {unit * 1e3:.1f} ms"
            kept &= report(f"{name}, {way}", seconds / unit, LIMIT, detail)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
