"""What one side's owner or author said is not lost when two histories meet."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from share_bridge.ledger.truth import Head, truth

NEWER = {"document": "later words"}


@pytest.mark.parametrize(
    "table, older, kept",
    [
        ("post", {"gone": "its owner took it back"}, "gone"),
        ("post", {"asked": 2}, "asked"),
        ("message", {"approved": "{}"}, "approved"),
        ("message", {"generation": 1}, "generation"),
    ],
)
def test_an_earlier_word_is_kept(table: str, older: dict[str, Any], kept: str) -> None:
    """Beside whatever the other side wrote later; in any order."""
    heads = [Head(1.0, "a", older), Head(2.0, "b", NEWER), Head(3.0, "c", None)]

    told = [truth(table, order) for order in permutations(heads)]

    assert all(row == told[0] for row in told)
    assert told[0] is not None
    assert told[0][kept] == older[kept]
    assert told[0]["document"] == "later words"
