"""What a publisher tells its owner where everything is examined."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

__all__ = ["Grade", "Remark"]


class Grade(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Remark(Struct, frozen=True):
    """One thing that `share-bridge doctor` tells about a target.

    Attributes:
        grade: How bad it is.
        text: What was found, one line.
        fix: What to do about it, one line; empty where `text` says it, or nothing is.

    """

    grade: Grade
    text: str
    fix: str = ""
