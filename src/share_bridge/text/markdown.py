"""Markdown to HTML, for posts that live in files; the result is cleaned like any."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

__all__ = ["to_html"]


def to_html(markdown: str) -> str:
    """Render CommonMark with tables, strikethrough and footnotes.

    HTML in it is passed on, `<!--more-->` included: the result is as untrusted as
    what a feed gives, and `sanitize.clean` is what makes it safe.
    """
    return str(_parser().render(markdown))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - heavy
    from mdit_py_plugins.footnote import footnote_plugin  # noqa: PLC0415 - heavy

    parser = MarkdownIt("commonmark", {"html": True})
    return parser.enable(["table", "strikethrough"]).use(footnote_plugin)
