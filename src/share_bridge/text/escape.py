"""Text made safe for the place it goes to: a terminal, a line, Markdown, HTML.

What a post says is shown everywhere, and obeyed nowhere.
"""

from __future__ import annotations

import html
import re

from share_bridge.text.characters import strip_unseen
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import collapse

__all__ = ["for_html", "for_line", "for_markdown", "for_terminal"]

# ECMA-48: control sequences (CSI), then control strings (OSC, DCS, SOS, PM, APC)
# with their content, then the other two- and three-character escapes.
_SEQUENCE = pattern(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    "|(?:\x1b[\\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)?"
    "|\x1b[ -/]*[0-~]?"
)
_LINE_ENDS = pattern("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MARKUP = pattern(r"[\\`*_\[\]~|$!#]")
_LINE_START = pattern(r"^[ \t]*(?:(\d{1,9})(?=[.)])|(?=[-+=:]))", re.MULTILINE)
_INDENT = pattern(r"^[ \t]+", re.MULTILINE)


def for_terminal(text: str) -> str:
    """The text with line ends, and nothing else that a terminal could obey.

    Escape sequences go whole; so do controls, bidi controls and zero-width
    characters (but ZWJ and ZWNJ). A tab becomes a space.
    """
    if "\x1b" in text or not text.isascii():
        text = _SEQUENCE.sub("", text)
    return strip_unseen(_LINE_ENDS.sub("\n", text).replace("\t", " "))


def for_line(text: str) -> str:
    """`for_terminal` on one line: for logs, tables and mail headers."""
    return collapse(for_terminal(text))


def for_markdown(text: str) -> str:
    """The text as CommonMark or GitHub Markdown that shows it and means nothing more.

    Indentation goes; line ends stay what they were. Also safe inside a table
    cell and a link's text. For a link's address see `links.absolute`.
    """
    seen = strip_unseen(_LINE_ENDS.sub("\n", text), keep_marks=True)
    plain = html.escape(_INDENT.sub("", seen), quote=False)
    escaped = _MARKUP.sub(r"\\\g<0>", plain)
    return _LINE_START.sub(_escape_start, escaped)


def for_html(text: str) -> str:
    """The text for HTML and XML, as content or inside a quoted attribute."""
    return html.escape(strip_unseen(text, keep_marks=True), quote=True)


def _escape_start(match: re.Match[str]) -> str:
    return f"{match[1] or ''}\\"
