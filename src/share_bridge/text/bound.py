"""The bound on HTML before any parser sees it: one pass, linear, whatever comes in.

bleach takes seconds for 100 KB of nested or misnested tags (quadratic). This pass
need not be right about HTML, since nh3 and bleach judge what it lets through; it
has to be cheap, and to hand on markup that is balanced, shallow and not too much.
"""

from __future__ import annotations

import html
import re
from collections import Counter

from msgspec import Struct

from share_bridge.text.elements import (
    ALLOWED,
    BLOCK,
    CLOSED_BY,
    DROPPED,
    RAW,
    SCOPE,
    TABLE_CELLS,
    TABLE_PARTS,
    VOID,
)
from share_bridge.text.pattern import pattern
from share_bridge.text.tags import (
    attributes_of,
    is_embed,
    is_hidden,
    is_spoiler,
    written,
)

__all__ = ["MAX_CHARS", "MAX_DEPTH", "MAX_TAG", "MAX_TAGS", "Bounded", "bound"]

#: Characters of one body; the largest of 1,947 real ones had 191,000.
MAX_CHARS = 1_000_000
MAX_DEPTH = 64
#: Characters of one tag with its attributes.
MAX_TAG = 2_048
MAX_TAGS = 10_000
#: `<`, `>` and `&` as text, each of which costs bleach as much as a tag.
_MAX_SPECIAL = 10_000
#: Tags looked at, the unknown and the surplus ones included.
_MAX_SEEN = 50_000

# Possessive throughout: never a step back, so never more than linear.
_START = pattern(
    r"<([a-zA-Z][^\s/>]*+)"
    r"""(?:[^>=]++|=\s*+"[^"]*+"|=\s*+'[^']*+'|=)*+>"""
)
_END = pattern(r"</([a-zA-Z][^\s/>]*+)")
_COMMENT_END = pattern(r"--!?>")
_SPECIAL = pattern(r"[<>&]")
_TEX = pattern(
    r"""<annotation[^>]{0,200}application/x-tex[^>]{0,200}>([^<]{1,500})""",
    re.IGNORECASE,
)


class Bounded(Struct, frozen=True):
    """Markup that is balanced and within the bounds.

    Attributes:
        html: Still untrusted.
        whole: Nothing was left out for its length.
        longer: With more `text_chars` there would be more of it.

    """

    html: str
    whole: bool
    longer: bool = False


def bound(markup: str, *, text_chars: int | None = None) -> Bounded:
    """Bound untrusted HTML in one pass.

    Elements that never hold prose (scripts, styles, embeds, forms …) go with their
    content, unknown tags and comments without theirs. What is left open is closed.

    Args:
        markup: Anything.
        text_chars: Stop after this many characters of text, and leave out what is
            not for a teaser: what is hidden, spoilers, footnotes, permalinks.
            None: the whole body.

    """
    return _Pass(markup, text_chars).run()


class _Pass:
    """The state of one pass; `run` is called once."""

    def __init__(self, markup: str, text_chars: int | None) -> None:
        self.markup = markup[:MAX_CHARS].replace("\0", "")
        self.whole = len(markup) <= MAX_CHARS
        self.teaser = text_chars is not None
        self.chars = MAX_CHARS if text_chars is None else text_chars
        # A teaser's share of tags: what prose needs at most, and some to spare.
        self.tags = MAX_TAGS if text_chars is None else 60 + text_chars // 16
        self.seen = _MAX_SEEN if text_chars is None else 1_500 + text_chars
        self.special = _MAX_SPECIAL if text_chars is None else 100 + text_chars // 4
        self.out: list[str] = []
        self.stack: list[str] = []
        self.open_names: Counter[str] = Counter()
        self.done = self.longer = False

    def run(self) -> Bounded:
        markup, position, size = self.markup, 0, len(self.markup)
        while position < size and not self.done:
            found = markup.find("<", position)
            if found != position:
                end = found if found >= 0 else size
                self.text(markup[position:end])
                position = end
            else:
                position = self.angle(position)
        self.out += [f"</{name}>" for name in reversed(self.stack)]
        return Bounded("".join(self.out), self.whole, self.longer)

    def angle(self, position: int) -> int:
        """Take what starts with `<`, and say where it ends."""
        self.seen -= 1
        if self.seen < 0:
            self.whole, self.done = False, True
        following = self.markup[position + 1 : position + 2]
        if following.isascii() and following.isalpha():
            return self.start(position)
        if following == "/":
            return self.end(position)
        if self.markup.startswith("<!--", position):
            end = _COMMENT_END.search(self.markup, position + 2)
            return end.end() if end else len(self.markup)
        if following in {"!", "?"}:
            return self.after(">", position)
        self.text("<")
        return position + 1

    def start(self, position: int) -> int:
        tag = _START.match(self.markup, position, position + MAX_TAG)
        if not tag:
            return self.after(">", min(position + MAX_TAG, len(self.markup)))
        name = tag[1].lower()
        attributes = attributes_of(name, tag[0])
        if name == "math":
            return self.math(attributes, tag.end())
        if self.teaser and is_embed(name, attributes):
            # A trace of it, so that "look at this:" is not left alone.
            self.out.append("<aside></aside>")
            return self.drop(name, tag.end())
        if name in RAW or name in DROPPED:
            return self.drop(name, tag.end())
        if self.teaser and is_spoiler(attributes):
            if name not in BLOCK:
                self.text("[…]")
            return self.drop(name, tag.end())
        if self.teaser and is_hidden(tag[0], attributes):
            return self.drop(name, tag.end())
        if name in ALLOWED:
            self.open(name, attributes)
        return tag.end()

    def open(self, name: str, attributes: dict[str, str]) -> None:
        self.imply_ends(name)
        if self.tags <= 0:
            self.whole = False
            self.done = self.teaser
            return
        if name in TABLE_PARTS:
            if not self.open_names["table"]:
                return
            self.close_to_part(TABLE_PARTS[name])
        else:
            self.open_cell()
        if name not in VOID:
            if len(self.stack) >= MAX_DEPTH:
                return
            self.push(name)
        self.tags -= 1
        self.out.append(written(name, attributes))

    def push(self, name: str) -> None:
        self.stack.append(name)
        self.open_names[name] += 1

    def open_cell(self) -> None:
        """Open the cell that a table needs for what is no part of one.

        Without, a parser moves it in front of the table, and then something else.
        """
        for name in TABLE_CELLS.get(self.stack[-1], ()) if self.stack else ():
            self.push(name)
            self.out.append(f"<{name}>")

    def close_to_part(self, parents: frozenset[str]) -> None:
        depth = len(self.stack)
        while self.stack[depth - 1] not in parents:
            depth -= 1
        self.close_down_to(depth)

    def imply_ends(self, name: str) -> None:
        """Close what `name` ends by itself: a paragraph by a list, an item by one."""
        closed = CLOSED_BY.get(name, frozenset())
        while any(self.open_names[each] for each in closed):
            depth = self.innermost(closed, SCOPE.get(name, SCOPE["p"]))
            if depth is None:
                return
            self.close_down_to(depth)

    def innermost(self, closed: frozenset[str], scope: frozenset[str]) -> int | None:
        """How deep the innermost element of `closed` is, unless `scope` is deeper."""
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth] in closed:
                return depth
            if self.stack[depth] in scope:
                return None
        return None

    def end(self, position: int) -> int:
        tag = _END.match(self.markup, position, position + MAX_TAG)
        if tag:
            name = tag[1].lower()
            if self.open_names[name]:
                depth = len(self.stack) - 1 - self.stack[::-1].index(name)
                self.close_down_to(depth)
        return self.after(">", position)

    def close_down_to(self, depth: int) -> None:
        self.out += [f"</{name}>" for name in reversed(self.stack[depth:])]
        self.open_names.subtract(self.stack[depth:])
        del self.stack[depth:]

    def drop(self, name: str, position: int) -> int:
        """Skip the element `name`, whose start tag ends at `position`."""
        if name in VOID:
            return position
        if name in RAW:
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(
                self.markup, position
            )
            return self.after(">", end.start()) if end else len(self.markup)
        edges = re.compile(rf"<(/?){re.escape(name)}(?=[\s/>])", re.IGNORECASE)
        depth = 1
        for edge in edges.finditer(self.markup, position):
            depth += -1 if edge[1] else 1
            if depth == 0:
                return self.after(">", edge.start())
        return len(self.markup)

    def math(self, attributes: dict[str, str], position: int) -> int:
        """Take a formula's words instead of its parts."""
        end = self.drop("math", position)
        words = attributes.get("alttext", "")
        if not words and (tex := _TEX.search(self.markup, position, end)):
            words = tex[1]
        self.text(words)
        return end

    def text(self, chunk: str) -> None:
        if self.stack and self.stack[-1] in TABLE_CELLS and chunk.strip():
            self.open_cell()
        special = len(_SPECIAL.findall(chunk))
        if special > self.special:
            chunk, special = _SPECIAL.sub("", chunk), 0
        self.special -= special
        length = len(html.unescape(chunk)) if "&" in chunk else len(chunk)
        if self.teaser and length > self.chars:
            chunk = html.escape(html.unescape(chunk)[: self.chars], quote=False)
            self.whole, self.done, self.longer = False, True, True
        self.chars -= length
        self.out.append(chunk.replace("<", "&lt;") if "<" in chunk else chunk)

    def after(self, end: str, position: int) -> int:
        found = self.markup.find(end, position)
        return found + 1 if found >= 0 else len(self.markup)
