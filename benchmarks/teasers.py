"""Composing teasers, next to what one cleaning of the post costs; and counting.

Six networks' teasers of a post of 10 KB, its cleaning excluded: what a post costs
beyond the sanitizer. Graphemes, next to what the library of expressions takes itself.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import regex
from bleach.sanitizer import Cleaner
from measure import interleaved, report

from share_bridge.model.capabilities import Unit
from share_bridge.model.post import Post
from share_bridge.text.boundaries import places
from share_bridge.text.compose import Rules, compose
from share_bridge.text.elements import ALLOWED, ATTRIBUTES
from share_bridge.text.measure import length
from share_bridge.text.networks import network

_ROUNDS = 40
_NETWORKS = ("mastodon", "bluesky", "x", "threads", "linkedin", "email")
_SENTENCE = (
    "The lamp at the end of the pier had been <em>broken</em> since the spring, and"
    " nobody — as <a href='/said'>the harbour master</a> said — knew whose it was. "
)
_CONTENT = "".join(f"<p>{_SENTENCE * 3}</p>\n" for _ in range(22))
_POST = Post(
    source="blog",
    identity="guid:blog:1",
    url="https://example.org/lamp",
    title="The lamp",
    content=_CONTENT,
    tags=("harbours", "light houses"),
    language="en",
)
_MIXED = "Über den Häfen 👩‍👩‍👧 नमस्ते दुनिया। 今日は良い天気です。 สวัสดี e\u0301 " * 20


def _cpu(action: Callable[[], object]) -> Callable[[], float]:
    def measured() -> float:
        start = time.process_time()
        action()
        return time.process_time() - start

    return measured


def _compose() -> None:
    # Where the text may end is worked out once for a post: it belongs to it.
    places.cache_clear()
    for name in _NETWORKS:
        compose(_POST, Rules("home", network(name).capabilities))


def _clean() -> None:
    attributes = {name: list(values) for name, values in ATTRIBUTES.items()}
    Cleaner(tags=ALLOWED, attributes=attributes, strip=True).clean(_CONTENT)


def main() -> None:
    """Print both rows; the exit code is 1 when one is over its limit."""
    _compose()  # the post is cleaned, once, and what it needs is imported
    composed, cleaned = interleaved(_cpu(_compose), _cpu(_clean), rounds=_ROUNDS)
    kept = report(
        f"six networks' teasers of one post of {len(_CONTENT) // 1_000} KB",
        composed / cleaned,
        0.5,
        f"{composed * 1_000:.1f} : {cleaned * 1_000:.1f} ms",
    )
    cluster = regex.compile(r"\X")
    counted, found = interleaved(
        _cpu(lambda: length(_MIXED, Unit.GRAPHEMES)),
        _cpu(lambda: sum(1 for _ in cluster.finditer(_MIXED))),
        rounds=_ROUNDS,
    )
    kept &= report(
        "counting the graphemes of a text in many scripts",
        counted / found,
        2,
        f"{counted * 1_000_000:.0f} : {found * 1_000_000:.0f} µs",
    )
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
