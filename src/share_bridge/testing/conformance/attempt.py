"""What a call of a publisher came to, and whether that keeps a promise."""

from __future__ import annotations

from typing import Any, NoReturn

import pytest
from msgspec import Struct

from share_bridge.dispatch.send.outcome import Outcome
from share_bridge.errors import PublishError
from share_bridge.testing.context import FakeContext

__all__ = ["Attempt", "expect", "fail"]


def fail(broken: str) -> NoReturn:
    """The promise is broken, and this is how."""
    __tracebackhide__ = True
    pytest.fail(broken)


def expect(kept: object, broken: str) -> None:
    """The promise is kept, else `broken` says how it is not."""
    __tracebackhide__ = True
    if not kept:
        pytest.fail(broken)


class Attempt(Struct, frozen=True):
    """What a call of a publisher came to.

    Attributes:
        context: What it was given.
        outcome: What the core makes of it.
        result: What it returned.
        error: What it raised, as the core types it.
        raised: The same, as it came.

    """

    context: FakeContext
    outcome: Outcome
    result: Any = None
    error: PublishError | None = None
    raised: Exception | None = None

    def __str__(self) -> str:
        if self.error is None:
            return f"it returned {self.result!r}"
        return f"that became {type(self.error).__name__}: {self.error}"
