"""What `share-bridge doctor` finds, and how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from share_bridge.model.remark import Grade
from share_bridge.text.escape import for_line

__all__ = ["Area", "Finding", "Grade", "document", "exit_code", "lines", "summary"]


class Area(StrEnum):
    """What a finding is about."""

    CONFIGURATION = "configuration"
    LEDGER = "ledger"
    PLUGIN = "plugin"
    SOURCE = "source"
    TARGET = "target"


class Finding(Struct, frozen=True):
    """One line of `doctor`.

    Attributes:
        area: What it is about.
        name: Which one: the target, the source, the file.
        grade: How bad it is.
        text: What was found, one line.
        fix: What to do, or empty: nothing, or `text` says it.

    """

    area: Area
    name: str
    grade: Grade
    text: str
    fix: str = ""


#: As `publish` has them: the first that applies.
_CODES = (
    (2, {Area.CONFIGURATION, Area.LEDGER}),
    (1, {Area.TARGET, Area.PLUGIN}),
    (3, {Area.SOURCE}),
)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 where there is no problem; warnings are none."""
    areas = {it.area for it in findings if it.grade is Grade.PROBLEM}
    return next((code for code, kinds in _CODES if areas & kinds), 0)


def lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Each finding on a line, its fix on the next."""
    abouts = [for_line(f"{it.area} {it.name}".rstrip()) for it in findings]
    width = max(map(len, abouts), default=0)
    for about, it in zip(abouts, findings, strict=True):
        yield f"{it.grade:8} {about:{width}}  {for_line(it.text)}"
        if it.fix:
            yield f"{'':9}→ {for_line(it.fix)}"


def summary(findings: Iterable[Finding]) -> str:
    """One line at the end."""
    counts = Counter(it.grade for it in findings)
    parts = [
        f"{counts[grade]} {grade}{'s' if counts[grade] > 1 else ''}"
        for grade in (Grade.PROBLEM, Grade.WARNING)
        if counts[grade]
    ]
    return f"{' and '.join(parts)}." if parts else "All is well."


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """What `--json` prints."""
    counts = Counter(it.grade for it in findings)
    return {
        "version": 1,
        "findings": [
            {
                "area": it.area.value,
                "name": it.name,
                "grade": it.grade.value,
                "text": it.text,
                "fix": it.fix or None,
            }
            for it in findings
        ],
        "totals": {grade.value: counts[grade] for grade in Grade},
    }
