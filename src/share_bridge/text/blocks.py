"""Clean HTML as a reader sees it: paragraphs, items, quotes, made of runs of text.

Everything after this works on blocks: they are cut where words end, and written as
plain text, HTML or Markdown, so that the three agree and none can be unbalanced.
"""

from __future__ import annotations

import html
import re
from enum import StrEnum

from msgspec import Struct

from share_bridge.text.elements import BLOCK, VOID
from share_bridge.text.formulas import is_formula
from share_bridge.text.pattern import pattern
from share_bridge.text.runs import BREAK, Run, tidy

__all__ = ["OUTSIDE_PROSE", "Block", "Kind", "blocks", "plain_blocks"]


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


class Block(Struct, frozen=True):
    """A block as a reader sees it.

    Attributes:
        kind: What it is.
        runs: Its text.
        marker: What marks it in plain text: `• `, `◦ ` in a list in a list, `2. `,
            `> `; empty for the second paragraph of an item.
        list: Number of the outermost list that an item stands in.

    """

    kind: Kind
    runs: tuple[Run, ...] = ()
    marker: str = ""
    list: int = 0

    @property
    def text(self) -> str:
        """The block as plain text, with its marker."""
        return self.marker + "".join(run.text for run in self.runs)


#: Elements whose content is not told in prose.
OUTSIDE_PROSE = frozenset(
    {"address", "aside", "details", "figure", "footer", "header", "nav", "pre", "table"}
)

_TOKEN = pattern(r"""<(/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"]*")*) ?/?>|([^<]+)|<""")
_ATTRIBUTE = pattern(r' ([a-z-]+)="([^"]*)"')
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
_ITEMS = frozenset({"dd", "dt", "li"})
#: Whoever does not see these misses something of the post.
_TOLD = frozenset({"aside", "details", "table"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary"})
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
        self.lists = 0
        self.marker = ""
        self.term = False

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
        if name == "dd" and self.term:
            self.runs.append(Run(": "))
            self.term = False
        elif name in BLOCK:
            self.flush()
        if name == "br":
            self.line_end()
        elif name == "img":
            self.emoji(html.unescape(attributes.get("alt", "")))
        elif name == "q":
            self.text("“")
        if name in VOID:
            return
        self.open.append(name)
        if name == "a":
            self.links.append(html.unescape(attributes.get("href", "")))
        elif name in {"ol", "ul", "dl"}:
            start = attributes.get("start", "1")
            first = int(start) if re.fullmatch(r"\d{1,6}", start) else 1
            self.lists += not self.numbers
            self.numbers.append(first if name == "ol" else None)
        elif name in {"li", "dt"}:
            self.marker = self.next_marker()

    def end(self, name: str) -> None:
        if name == "dt":
            # What it means stands beside it.
            self.term = bool(self.runs)
        elif name in BLOCK:
            self.flush()
        if name == "q":
            self.text("”")
        if name in self.skip & _TOLD:
            self.found.append(Block(Kind.OTHER))
        if self.open:
            self.open.pop()
        if name == "a" and self.links:
            self.links.pop()
        elif name in {"ol", "ul", "dl"} and self.numbers:
            self.numbers.pop()

    def next_marker(self) -> str:
        if not self.numbers or self.numbers[-1] is None:
            return "• " if len(self.numbers) <= 1 else "◦ "
        self.numbers[-1] += 1
        return f"{self.numbers[-1] - 1}. "

    def line_end(self) -> None:
        shown = [run for run in self.runs if run.text.strip(" \xa0\n\t")]
        if shown and shown[-1].text == BREAK:
            self.flush()
        else:
            self.runs.append(Run(BREAK))

    def emoji(self, alt: str) -> None:
        """Take the words of a picture that stands for a character."""
        if len(alt) <= _MAX_EMOJI and alt and not alt.isascii() and not alt.isalnum():
            self.text(alt)

    def text(self, text: str) -> None:
        names = set(self.open)
        if names & _UNSPOKEN:
            return
        if BREAK in text:
            text = text.replace(BREAK, " ")
        marks = frozenset(_MARKS[name] for name in names if name in _MARKS)
        self.runs.append(Run(text, marks, self.links[-1] if self.links else ""))

    def flush(self) -> None:
        if not self.runs:
            return
        runs, self.runs, self.term = self.runs, [], False
        kind = self.kind()
        if kind is Kind.CODE:
            code = "".join(run.text for run in runs).strip("\n")
            self.found.append(Block(kind, (Run(code),)))
            return
        tidied = tidy(runs)
        if is_formula("".join(run.text for run in tidied)):
            self.found.append(Block(Kind.OTHER))
        elif tidied and kind is not Kind.OTHER:
            marker = {Kind.ITEM: self.marker, Kind.QUOTE: "> "}.get(kind, "")
            if kind is Kind.PARAGRAPH and _is_heading(tidied):
                kind = Kind.HEADING
            number = self.lists if kind is Kind.ITEM else 0
            self.found.append(Block(kind, tidied, marker, number))
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
        return Kind.ITEM if names & _ITEMS else Kind.PARAGRAPH


def _is_heading(runs: tuple[Run, ...]) -> bool:
    """Whether a paragraph is one in all but its element: bold, and no sentence."""
    bold = all("strong" in run.marks for run in runs)
    return bold and runs[-1].text[-1:].isalnum()
