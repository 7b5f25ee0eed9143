"""`thread = true`, or a table of how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from share_bridge.config import values
from share_bridge.config.tables import TableReader
from share_bridge.config.values import InvalidError, Parser, Place
from share_bridge.model.thread import LinkPart, Thread

__all__ = ["parse_thread"]

_KEYS: Mapping[str, Parser] = {
    "numbered": values.boolean,
    "link": values.choice(LinkPart),
    "most": values.count(least=2),
}


def parse_thread(value: Any, place: Place) -> Thread | None:
    """How a target wants threads; None: it wants none."""
    if isinstance(value, bool):
        return Thread() if value else None
    if not isinstance(value, dict):
        raise InvalidError("write true, or a table such as { numbered = true }")
    reader = TableReader(place)
    found = reader.read(value, _KEYS, "")
    if reader.problems:
        raise InvalidError("; ".join(reader.problems))
    return Thread(**found)
