"""The golden set: posts as feeds have them, and what six networks show of each.

A file of tests/text/golden is one post: what a feed says of it, its HTML, and the
teasers. After a change that is meant, `python tests/support/golden_set.py` writes the
teasers anew; the change is then a change to read, as an editor would.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from share_bridge.model.capabilities import Capabilities, Format, Support
from share_bridge.model.message import Message
from share_bridge.model.post import Override, Post
from share_bridge.text.compose import Rules, compose
from share_bridge.text.measure import counter
from share_bridge.text.networks import network

__all__ = ["FILES", "NETWORKS", "read", "written"]

NETWORKS = ("mastodon", "bluesky", "x", "threads", "linkedin", "email")
FILES = sorted((Path(__file__).parents[1] / "text" / "golden").glob("*.txt"))

_TEASERS = re.compile(r"^=== .*", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^(about|title|language|tags|summary|warning|own): ?(.*)\n")


def read(path: Path) -> Post:
    """The post of a file: fields, an empty line, and its HTML."""
    text, fields = _TEASERS.sub("", path.read_text("utf-8")), {}
    while field := _FIELD.match(text):
        fields[field[1]] = field[2]
        text = text[field.end() :]
    return Post(
        source="blog",
        identity=f"guid:blog:{path.stem}",
        url=f"https://example.org/{path.stem}",
        title=fields.get("title", ""),
        summary=fields.get("summary", ""),
        content=text.strip(),
        tags=tuple(tag.strip() for tag in fields.get("tags", "").split(",") if tag),
        language=fields.get("language", "en"),
        content_warning=fields.get("warning", ""),
        override=Override(text=fields.get("own")),
    )


def written(path: Path) -> str:
    """The file with its teasers as they are composed today."""
    head = _TEASERS.sub("", path.read_text("utf-8")).rstrip()
    return "\n\n".join([head, *_teasers(read(path))]) + "\n"


def _teasers(post: Post) -> Iterator[str]:
    for name in NETWORKS:
        capabilities = network(name).capabilities
        message = compose(post, Rules("home", capabilities))
        count, shown = _count(message, capabilities), _shown(message, capabilities)
        yield f"=== {name}: {count}\n\n{shown}"


def _count(message: Message, capabilities: Capabilities) -> str:
    limit = capabilities.text[0]
    count = counter(limit.counting)(message.text)
    return f"{count} of {limit.maximum} {limit.counting.words}"


def _shown(message: Message, capabilities: Capabilities) -> str:
    """What goes out; a warning in brackets where the service has a place for it."""
    shown = message.text
    if Format.HTML in capabilities.formats:
        shown = f"Subject: {message.title}\n\n{message.html}"
    if message.content_warning and capabilities.content_warning is Support.FULL:
        return f"[{message.content_warning}]\n\n{shown}"
    return shown


def main() -> None:
    """Write the teasers of every file, or of those that are named."""
    for path in [Path(name) for name in sys.argv[1:]] or FILES:
        path.write_text(written(path), "utf-8")


if __name__ == "__main__":
    main()
