"""What a plugin gives a server that only takes in what others send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Intake"]


@dataclass(frozen=True, slots=True)
class Intake:
    """Routes that keep what comes in until a run elsewhere has collected it.

    Attributes:
        routes: ASGI routes, of Starlette.
        waiting: How much is kept and not collected yet.
        full: Whether nothing more can be kept.

    """

    routes: Sequence[Any]
    waiting: Callable[[], int]
    full: Callable[[], bool]
