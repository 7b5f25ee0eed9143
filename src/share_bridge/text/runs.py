"""Runs of text that look the same throughout, made as a teaser shows them.

Marks that lead elsewhere go, raised figures become characters, white space collapses
across runs, and words that run against their text are isolated.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.text.direction import ISOLATES, to_isolate
from share_bridge.text.formulas import without_delimiters
from share_bridge.text.pattern import pattern
from share_bridge.text.plain import squeeze

__all__ = ["BREAK", "Run", "tidy"]

#: A `<br>`, until runs are tidied.
BREAK = "\u2028"
_FOOTNOTE = pattern(r"\s*[\[(]?(?:[0-9]{1,3}|[a-z]|[*†‡§]{1,3}|↩︎?)[\])]?\s*")
_BRACKETED = pattern(r"\s*\[[^\]]{1,20}\]\s*|\s*[*†‡§]{1,3}\s*")
_PERMALINK = pattern(r"\s*[#¶§🔗⚓]️?\s*")
_RAISED = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_PLAIN_MARKS = frozenset({"sub", "sup"})


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


def tidy(runs: Iterable[Run]) -> tuple[Run, ...]:
    """The runs of one block as they are shown; none if nothing is left."""
    return _isolated(_collapsed(_spoken(runs)))


def _spoken(runs: Iterable[Run]) -> list[Run]:
    """The runs without marks that lead elsewhere, raised figures as characters."""
    spoken: list[Run] = []
    gone = False
    for run in runs:
        if _leads_elsewhere(run):
            gone = True
            continue
        shown = _leveled(_unshortened(run))
        shown = replace(shown, text=without_delimiters(shown.text))
        if gone and spoken and _brackets(spoken[-1].text, shown.text):
            opened = spoken[-1].text.rstrip()[:-1].rstrip()
            spoken[-1] = replace(spoken[-1], text=opened)
            shown = replace(shown, text=shown.text.lstrip()[1:])
        spoken.append(shown)
        gone = False
    return spoken


def _leads_elsewhere(run: Run) -> bool:
    """Whether it is a footnote mark or a permalink, and no word."""
    if "sup" in run.marks and _BRACKETED.fullmatch(run.text):
        return True
    if "#" not in run.link:
        return False
    return bool(_FOOTNOTE.fullmatch(run.text) or _PERMALINK.fullmatch(run.text))


def _brackets(before: str, after: str) -> bool:
    """Whether nothing is left between a pair of brackets."""
    return before.rstrip()[-1:] + after.lstrip()[:1] in {"[]", "()"}


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
        if run.text == BREAK:
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


def _isolated(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """The runs with isolates around words that run against their text."""
    edges = [
        (at, sign)
        for span in to_isolate("".join(run.text for run in runs))
        for at, sign in zip(span, ISOLATES, strict=True)
    ]
    start, shown = 0, []
    for run in runs:
        text, end = run.text, start + len(run.text)
        for at, sign in reversed(edges):
            # An isolate stands with the word that it opens before, or closes behind.
            if start <= at - (sign == ISOLATES[1]) < end:
                text = text[: at - start] + sign + text[at - start :]
        shown.append(replace(run, text=text))
        start = end
    return tuple(shown)


def _strip_end(runs: list[Run]) -> None:
    while runs:
        text = runs[-1].text.rstrip(" \xa0\n")
        if text:
            runs[-1] = replace(runs[-1], text=text)
            return
        runs.pop()
