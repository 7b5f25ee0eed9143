"""Reads TOML tables strictly: every key is known, or named as a mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from share_bridge.config.values import InvalidError, Parser, Place
from share_bridge.text.suggest import suggestion

__all__ = ["TableReader", "join"]

_BARE = re.compile(r"[A-Za-z0-9_.\-\[\]]+")


class TableReader(Struct):
    """Reads tables and keeps everything that is wrong, to tell it all at once.

    Attributes:
        place: Where relative paths start.
        problems: One line each, beginning with the TOML path.

    """

    place: Place
    problems: list[str] = field(default_factory=list)

    def complain(self, path: str, problem: str) -> None:
        """Keep what is wrong at this TOML path."""
        self.problems.append(f"{path}: {problem}")

    def read(
        self, table: Any, parsers: Mapping[str, Parser], path: str
    ) -> dict[str, Any]:
        """The parsed values of a table; a key without a parser is a mistake."""
        values, rest = self.split(table, parsers, path)
        for key in rest:
            problem = f"unknown key{suggestion(key, parsers)}"
            self.complain(join(path, key), problem)
        return values

    def split(
        self, table: Any, parsers: Mapping[str, Parser], path: str
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """The parsed values of a table, and what has no parser, as it stands."""
        if not isinstance(table, dict):
            self.complain(path, f"write a table: [{path}]")
            return {}, {}
        values, rest = {}, {}
        for key, value in table.items():
            if key not in parsers:
                rest[key] = value
                continue
            try:
                values[key] = parsers[key](value, self.place)
            except InvalidError as error:
                self.complain(join(path, key), str(error))
        return values, rest


def join(path: str, key: str) -> str:
    """The TOML path of a key in the table at `path` (empty: the file itself)."""
    shown = key if _BARE.fullmatch(key) else f'"{key}"'
    return f"{path}.{shown}" if path else shown
