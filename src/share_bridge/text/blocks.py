"""Clean HTML as a reader sees it: paragraphs, items, quotes, made of runs of text.

Everything after this works on blocks: they are cut where words end, and written as
plain text, HTML or Markdown, so that the three agree and none can be unbalanced.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.text.elements import BLOCK, VOID
from share_bridge.text.plain import squeeze

__all__ = ["OUTSIDE_PROSE", "Block", "Kind", "Run", "blocks", "plain_blocks"]


class Kind(StrEnum):
    """What a block is to a reader."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    HEADING = "heading"
    CAPTION = "caption"
    CODE = "code"
    #: What was left out: a table, an aside; it has no text.
    OTHER = "other"


class Run(Struct, frozen=True):
    """A stretch of text that looks the same throughout; a line end is a `<br>`.

    Attributes:
        text: Plain: no entities, white space collapsed.
        marks: Of `strong`, `em` and `code`.
        link: Absolute address it leads to, or empty.

    """

    text: str
    marks: frozenset[str] = frozenset()
    link: str = ""


class Block(Struct, frozen=True):
    """A block with its runs, and what marks it in plain text: `• `, `2. `, `> `."""

    kind: Kind
    runs: tuple[Run, ...] = ()
    marker: str = ""

    @property
    def text(self) -> str:
        """The block as plain text, with its marker."""
        return self.marker + "".join(run.text for run in self.runs)


#: Elements whose content is not told in prose.
OUTSIDE_PROSE = frozenset(
    {"address", "aside", "details", "figure", "footer", "header", "nav", "pre", "table"}
)

_TOKEN = re.compile(r"""<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*) ?/?>|([^<]+)|<""")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_MARKS = {
    "b": "strong",
    "strong": "strong",
    "em": "em",
    "i": "em",
    "cite": "em",
    "dfn": "em",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "sub": "sub",
    "sup": "sup",
}
# Struck text would say the opposite without its line; ruby readings double the word.
_UNSPOKEN = frozenset({"del", "rp", "rt", "s"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary"})
_BR = "\u2028"
_FOOTNOTE = re.compile(r"\s*[\[(]?(?:[0-9]{1,3}|[a-z]|[*†‡§]{1,3}|↩︎?)[\])]?\s*")
_BRACKETED = re.compile(r"\s*\[[^\]]{1,20}\]\s*|\s*[*†‡§]{1,3}\s*")
_PERMALINK = re.compile(r"\s*[#¶§🔗⚓]️?\s*")
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_PLAIN_MARKS = frozenset({"sub", "sup"})
_MAX_EMOJI = 12


def blocks(
    clean_html: str, *, skip: frozenset[str] = OUTSIDE_PROSE
) -> tuple[Block, ...]:
    """Read what `sanitize.clean` wrote into blocks, in its order.

    Footnote marks, permalinks, struck text and ruby readings are dropped; two `<br>`
    end a paragraph. Elements named in `skip` give no prose: `pre` a CODE block,
    `figure` a CAPTION, the others OTHER without text.
    """
    return _Walk(skip).walk(clean_html)


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Read plain text into paragraphs, which an empty line parts."""
    parts = re.split(r"\n[ \t]*\n\s*", text.strip())
    return tuple(Block(Kind.PARAGRAPH, (Run(part),)) for part in parts if part)


class _Walk:
    """The state of one walk over clean HTML; `walk` is called once."""

    def __init__(self, skip: frozenset[str]) -> None:
        self.skip = skip
        self.found: list[Block] = []
        self.runs: list[Run] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.numbers: list[int | None] = []
        self.marker = ""

    def walk(self, clean_html: str) -> tuple[Block, ...]:
        for token in _TOKEN.finditer(clean_html):
            closing, name, attributes, text = token.groups()
            if text:
                self.text(html.unescape(text))
            elif closing:
                self.end(name)
            elif name:
                self.start(name, dict(_ATTRIBUTE.findall(attributes)))
        self.flush()
        return tuple(self.found)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in BLOCK:
            self.flush()
        if name == "br":
            self.line_end()
        elif name == "img":
            self.emoji(html.unescape(attributes.get("alt", "")))
        if name in VOID:
            return
        self.open.append(name)
        if name == "a":
            self.links.append(html.unescape(attributes.get("href", "")))
        elif name in {"ol", "ul"}:
            start = attributes.get("start", "1")
            first = int(start) if re.fullmatch(r"\d{1,6}", start) else 1
            self.numbers.append(first if name == "ol" else None)
        elif name == "li":
            self.marker = self.next_marker()

    def end(self, name: str) -> None:
        if name in BLOCK:
            self.flush()
        if name in self.skip and name not in {"figure", "pre", "header"}:
            self.found.append(Block(Kind.OTHER))
        if self.open:
            self.open.pop()
        if name == "a" and self.links:
            self.links.pop()
        elif name in {"ol", "ul"} and self.numbers:
            self.numbers.pop()

    def next_marker(self) -> str:
        if not self.numbers or self.numbers[-1] is None:
            return "• "
        self.numbers[-1] += 1
        return f"{self.numbers[-1] - 1}. "

    def line_end(self) -> None:
        shown = [run for run in self.runs if run.text.strip(" \xa0\n\t")]
        if shown and shown[-1].text == _BR:
            self.flush()
        else:
            self.runs.append(Run(_BR))

    def emoji(self, alt: str) -> None:
        """Take the words of a picture that stands for a character."""
        if len(alt) <= _MAX_EMOJI and alt and not alt.isascii() and not alt.isalnum():
            self.text(alt)

    def text(self, text: str) -> None:
        names = set(self.open)
        if names & _UNSPOKEN:
            return
        if _BR in text:
            text = text.replace(_BR, " ")
        marks = frozenset(_MARKS[name] for name in names if name in _MARKS)
        self.runs.append(Run(text, marks, self.links[-1] if self.links else ""))

    def flush(self) -> None:
        if not self.runs:
            return
        runs, self.runs = self.runs, []
        kind = self.kind()
        if kind is Kind.CODE:
            code = "".join(run.text for run in runs).strip("\n")
            self.found.append(Block(kind, (Run(code),)))
            return
        tidied = _collapsed(_spoken(runs))
        if tidied and kind is not Kind.OTHER:
            marker = {Kind.ITEM: self.marker, Kind.QUOTE: "> "}.get(kind, "")
            self.found.append(Block(kind, tidied, marker))
            self.marker = ""

    def kind(self) -> Kind:
        names = set(self.open)
        outside = names & self.skip
        if outside == {"pre"}:
            return Kind.CODE
        if outside == {"figure"} and "figcaption" in names:
            return Kind.CAPTION
        if outside:
            return Kind.OTHER
        if names & _HEADINGS:
            return Kind.HEADING
        if "blockquote" in names:
            return Kind.QUOTE
        return Kind.ITEM if "li" in names else Kind.PARAGRAPH


def _spoken(runs: Iterable[Run]) -> list[Run]:
    """The runs without marks that lead elsewhere, raised figures as characters."""
    spoken = []
    for run in runs:
        local = "#" in run.link
        if local and (_FOOTNOTE.fullmatch(run.text) or _PERMALINK.fullmatch(run.text)):
            continue
        if "sup" in run.marks and _BRACKETED.fullmatch(run.text):
            continue
        spoken.append(_leveled(_unshortened(run)))
    return spoken


def _leveled(run: Run) -> Run:
    if not run.marks & _PLAIN_MARKS:
        return run
    table = _RAISED if "sup" in run.marks else _LOWERED
    moved = all(ord(character) in table for character in run.text)
    text = run.text.translate(table) if moved else run.text
    return replace(run, text=text, marks=run.marks - _PLAIN_MARKS)


def _unshortened(run: Run) -> Run:
    """An address that is shown cut ("example.org/long…") is shown whole."""
    if not run.link or not run.text.rstrip().endswith(("…", "...")):
        return run
    shown = run.text.strip().rstrip("….")
    bare = run.link.split("://", 1)[-1]
    if "/" in shown and " " not in shown and (run.link + "\n" + bare).find(shown) >= 0:
        return replace(run, text=run.link)
    return run


def _collapsed(runs: Iterable[Run]) -> tuple[Run, ...]:
    """White space collapsed across runs, none at the ends, like runs joined."""
    shown: list[Run] = []
    for run in runs:
        if run.text == _BR:
            _strip_end(shown)
            text = "\n" if shown else ""
        else:
            text = squeeze(run.text)
            if not shown or shown[-1].text[-1] in " \n":
                text = text.lstrip(" \xa0")
        if not text:
            continue
        if shown and (shown[-1].marks, shown[-1].link) == (run.marks, run.link):
            shown[-1] = replace(run, text=shown[-1].text + text)
        else:
            shown.append(replace(run, text=text))
    _strip_end(shown)
    return tuple(shown)


def _strip_end(runs: list[Run]) -> None:
    while runs:
        text = runs[-1].text.rstrip(" \xa0\n")
        if text:
            runs[-1] = replace(runs[-1], text=text)
            return
        runs.pop()
