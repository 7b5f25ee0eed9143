"""Blocks written out: as plain text, as HTML, as Markdown; and cut at a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from share_bridge.text.blocks import Block, Kind
from share_bridge.text.direction import is_right_to_left
from share_bridge.text.escape import for_html, for_markdown
from share_bridge.text.pattern import pattern
from share_bridge.text.runs import Run

__all__ = ["as_html", "as_markdown", "as_text", "cut_blocks", "spans"]

_RIGHT_TO_LEFT = pattern("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NUMBER = pattern(r"(\d+)\. ")


def as_text(blocks: Sequence[Block]) -> str:
    """Plain text: an empty line between blocks, none between items of a list."""
    return "".join(
        _gap(blocks, index) + block.text for index, block in enumerate(blocks)
    )


def spans(blocks: Sequence[Block]) -> Iterator[tuple[int, int, int]]:
    """Where each block stands in `as_text`: its gap, its words, its end."""
    end = 0
    for index, block in enumerate(blocks):
        start = end
        end += len(_gap(blocks, index)) + len(block.text)
        yield start, end - sum(len(run.text) for run in block.runs), end


def as_html(blocks: Sequence[Block]) -> str:
    """Balanced HTML of the elements that `text.elements` allows."""
    return "\n".join(
        _WRITERS.get(group[0].kind, _paragraphs)(group) for group in _groups(blocks)
    )


def as_markdown(blocks: Sequence[Block]) -> str:
    """CommonMark that shows the blocks; nothing in them acts as markup."""
    return "".join(
        _gap(blocks, index) + _markdown_block(block, below=_is_below(blocks, index))
        for index, block in enumerate(blocks)
    )


def cut_blocks(blocks: Sequence[Block], end: int, suffix: str) -> tuple[Block, ...]:
    """The blocks of which `as_text` is the first `end` characters and `suffix`."""
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        room = end - len(_gap(blocks, index)) - len(block.marker)
        if room <= 0:
            break
        runs = _cut_runs(block.runs, room)
        end = room - sum(len(run.text) for run in runs)
        kept.append(replace(block, runs=runs))
    if kept and suffix:
        # Behind the words of a link, and no part of them.
        kept[-1] = replace(kept[-1], runs=(*kept[-1].runs, Run(suffix)))
    return tuple(kept)


def _cut_runs(runs: Iterable[Run], room: int) -> tuple[Run, ...]:
    kept = []
    for run in runs:
        if room <= 0:
            break
        kept.append(replace(run, text=run.text[:room]))
        room -= len(run.text)
    return tuple(kept)


def _gap(blocks: Sequence[Block], index: int) -> str:
    if not index:
        return ""
    block, before = blocks[index], blocks[index - 1]
    return "\n" if block.marker and 0 < block.list == before.list else "\n\n"


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """The blocks that HTML puts into one element: a list, a quote."""
    group: list[Block] = []
    for index, block in enumerate(blocks):
        if group and not _goes_on(blocks, index):
            yield group
            group = []
        group.append(block)
    if group:
        yield group


def _goes_on(blocks: Sequence[Block], index: int) -> bool:
    """Whether a block is of the same kind, and in the same list, as the one before."""
    block, before = blocks[index], index - 1
    if block.kind is not blocks[before].kind:
        return False
    if block.kind is not Kind.ITEM or not block.marker:
        return True
    while before and not blocks[before].marker:
        before -= 1
    last, number = (_NUMBER.fullmatch(each.marker) for each in (blocks[before], block))
    if last and number:
        return int(last[1]) + 1 == int(number[1])
    return blocks[before].marker == block.marker


def _is_below(blocks: Sequence[Block], index: int) -> bool:
    """Whether an item of its list stands right before it: one may hang below it."""
    block, before = blocks[index], blocks[max(0, index - 1)]
    return bool(index and before.marker) and 0 < block.list == before.list


def _markdown_block(block: Block, *, below: bool) -> str:
    if block.kind is Kind.CODE:
        code = "".join(run.text for run in block.runs)
        return "\n".join(f"    {line}" for line in code.split("\n"))
    text = "".join(_markdown_run(run) for run in block.runs)
    if block.kind is Kind.HEADING:
        return f"**{text.replace('**', '')}**"
    nested = "    - " if below else "- "
    prefix = {"• ": "- ", "◦ ": nested}.get(block.marker, block.marker)
    inner = prefix if block.kind is Kind.QUOTE else " " * len(prefix)
    return prefix + text.replace("\n", f"\\\n{inner}")


def _markdown_run(run: Run) -> str:
    bare = run.text.strip()
    if not bare:
        return run.text
    before, after = run.text.split(bare, 1)
    text = for_markdown(bare)
    if "code" in run.marks and "`" not in bare and "\n" not in bare:
        text = f"`{bare}`"
    for mark, sign in (("em", "*"), ("strong", "**")):
        # Beside a sign, asterisks may be read as what they are.
        if mark in run.marks and bare[0].isalnum() and bare[-1].isalnum():
            text = f"{sign}{text}{sign}"
    if run.link:
        address = run.link.replace("(", "%28").replace(")", "%29")
        text = f"[{text}](<{address}>)" if " " in address else f"[{text}]({address})"
    return before + text + after


def _paragraphs(blocks: Sequence[Block]) -> str:
    return "\n".join(f"<p{_direction(block)}>{_runs(block)}</p>" for block in blocks)


def _headings(blocks: Sequence[Block]) -> str:
    return "\n".join(
        f"<p{_direction(block)}><strong>{_runs(block)}</strong></p>" for block in blocks
    )


def _code(blocks: Sequence[Block]) -> str:
    return "\n".join(f"<pre><code>{_runs(block)}</code></pre>" for block in blocks)


def _quotes(blocks: Sequence[Block]) -> str:
    return f"<blockquote>{_paragraphs(blocks)}</blockquote>"


def _items(blocks: Sequence[Block]) -> str:
    number = _NUMBER.fullmatch(blocks[0].marker)
    start = f' start="{number[1]}"' if number and number[1] != "1" else ""
    name = "ol" if number else "ul"
    items = "".join(
        f"<li{_direction(block)}>{_runs(block)}</li>"
        if block.marker or not index
        else f"<li{_direction(block)}><br>{_runs(block)}</li>"
        for index, block in enumerate(blocks)
    )
    return f"<{name}{start}>{items.replace('</li><li><br>', '<br>')}</{name}>"


_WRITERS = {
    Kind.CODE: _code,
    Kind.HEADING: _headings,
    Kind.ITEM: _items,
    Kind.QUOTE: _quotes,
}


def _direction(block: Block) -> str:
    if is_right_to_left(block.text):
        return ' dir="rtl"'
    return ' dir="auto"' if _RIGHT_TO_LEFT.search(block.text) else ""


def _runs(block: Block) -> str:
    return "".join(_html_run(run) for run in block.runs)


def _html_run(run: Run) -> str:
    text = for_html(run.text).replace("\n", "<br>")
    for mark in ("code", "em", "strong"):
        if mark in run.marks:
            text = f"<{mark}>{text}</{mark}>"
    return f'<a href="{for_html(run.link)}">{text}</a>' if run.link else text
