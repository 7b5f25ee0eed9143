"""Writes the first share-bridge.toml: what works, and what may come, as comments."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from share_bridge.text.escape import for_line

__all__ = ["Found", "first_config", "local_posts"]

#: Where site generators keep posts: Hugo, Jekyll, Eleventy, Astro, Zola, Pelican.
_FOLDERS = (
    "content/posts",
    "content/post",
    "content/blog",
    "_posts",
    "src/content/blog",
    "src/posts",
    "posts",
    "blog",
    "content",
)
_POSTS = ("*.md", "*.markdown", "*.html")


class Found(Struct, frozen=True, kw_only=True):
    """What there is to write about.

    Attributes:
        feed: Address or path of the feed, or empty.
        other_feeds: More that the site has.
        files: Glob of local posts, or empty.
        url, title, language: Of the site; empty where they are not known.
        allow: Networks beyond the public ones that the feed is in.
        warnings: One line each, for people.

    """

    feed: str = ""
    other_feeds: tuple[str, ...] = ()
    files: str = ""
    url: str = ""
    title: str = ""
    language: str = ""
    allow: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def local_posts(argument: str | None, *, cwd: Path, folder: Path) -> Found:
    """Posts in a folder, or the feed in a file.

    Args:
        argument: What was named; None: the first folder that posts are usually in.
        cwd: Where `argument` starts.
        folder: Of the configuration.

    """
    if argument is None:
        usual = (folder / name for name in _FOLDERS)
        named = next((it for it in usual if it.is_dir()), None)
    else:
        named = cwd / argument
    if named is None:
        return Found(
            files="posts/**/*.md",
            warnings=("No folder with posts was found: write yours behind files.",),
        )
    path = Path(os.path.relpath(named, folder)).as_posix()
    if named.is_file():
        return Found(files=path) if path.endswith(".md") else Found(feed=path)
    found = (it for it in _POSTS if next(named.rglob(it), None))
    pattern = f"**/{next(found, _POSTS[0])}"
    return Found(files=pattern if path == "." else f"{path}/{pattern}")


def first_config(found: Found) -> str:
    """The text of a configuration for what was found."""
    parts = (_HEAD, *_site(found), *_source(found), *_network(found), _TARGETS)
    return "\n".join(parts)


def _site(found: Found) -> Iterator[str]:
    yield "[site]"
    yield _pair("url", found.url, "https://example.org")
    yield _pair("title", found.title, "My site")
    yield _pair("language", found.language, "en") + "    # of posts that do not say"
    yield ""


def _source(found: Found) -> Iterator[str]:
    yield "[[sources]]"
    if found.feed:
        yield 'name = "blog"'
        yield _pair("feed", found.feed)
        yield from (f"# also found: {_text(feed)}" for feed in found.other_feeds)
    else:
        yield 'name = "posts"'
        yield _pair("files", found.files)
        yield "# The address of a post that does not say its own:"
        address = (found.url or "https://example.org").rstrip("/")
        yield f"# permalink = {_text(address + '/{year}/{month}/{slug}/')}"
    yield 'first_run = "newest"    # "all": the archive too; "none": later posts only'
    yield ""


def _network(found: Found) -> Iterator[str]:
    if found.allow:
        yield "# The site is not on the public internet, but on this network:"
        yield "[network]"
        yield f"allow = [{', '.join(map(_text, found.allow))}]"
        yield ""


def _pair(key: str, value: str, example: str = "") -> str:
    """A line of TOML; a comment where the value is not known."""
    return f"{key} = {_text(value)}" if value else f"# {key} = {_text(example)}"


def _text(value: str) -> str:
    """A TOML string: JSON writes the same, but for DEL, which `for_line` takes away."""
    return json.dumps(for_line(value), ensure_ascii=False)


_HEAD = """\
# What `share-bridge publish` reads and where it sends. See what it would do with
# `share-bridge publish --dry-run`; nothing is ever sent twice.

# Remembers what was sent. Keep it: without it, nobody knows.
ledger = "share-bridge.db"
"""

_TARGETS = """\
# Shows each post in the terminal. Take it out when another target works.
[targets.terminal]
publisher = "console"

# More targets: take away the # of those you want. `share-bridge plugins list` names
# all publishers, `share-bridge plugins show page` explains one.

# The newest posts, as a page of its own:
# [targets.archive]
# publisher = "page"
# file = "shared.html"

# A mail for each reader, as a file:
# [targets.mail]
# publisher = "email"
# from = "My site <me@example.org>"
# to = ["A reader <reader@example.org>"]
# folder = "mail"
"""
