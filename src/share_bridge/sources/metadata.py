"""Front matter by meaning, whichever site generator it was written for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from share_bridge.errors import SourceError
from share_bridge.sources.dates import read_date
from share_bridge.text.pattern import pattern

__all__ = ["Metadata"]

# Where Zola, Hugo and Zola again put what they do not know themselves.
_NESTED = ("taxonomies", "params", "extra")
_YES = frozenset({"true", "yes", "on", "1"})
_NO = frozenset({"false", "no", "off", "0"})
_NOT_IN_KEYS = pattern(r"[\s_-]+")


class Metadata(Struct, frozen=True):
    """Values by key, where `pubDate`, `pub_date` and `Pub-Date` are one key."""

    values: Mapping[str, Any]

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Metadata:
        """Of front matter; what stands at the top wins over what is nested."""
        merged: dict[str, Any] = {}
        for name in _NESTED:
            nested = written.get(name)
            if isinstance(nested, Mapping):
                merged |= {_key(key): value for key, value in nested.items()}
        return cls(merged | {_key(key): value for key, value in written.items()})

    def text(self, *keys: str) -> str:
        """The first of these keys that has one value, or empty."""
        for key in keys:
            value = self.values.get(key)
            if isinstance(value, str) and value.strip() and value.strip() != "~":
                return value.strip()
        return ""

    def words(self, *keys: str) -> list[str]:
        """All values of these keys: a list, or one string with commas in it."""
        found: list[str] = []
        for key in keys:
            value = self.values.get(key)
            values = value if isinstance(value, list) else [value]
            found += [word for word in values if isinstance(word, str) and word != "~"]
        return [part.strip() for word in found for part in word.split(",")]

    def flag(self, *keys: str) -> bool | None:
        """Whether the first of these keys that is a switch is on; None: none is."""
        for key in keys:
            value = self.text(key).lower()
            if value in _YES | _NO:
                return value in _YES
        return None

    def date(self, *keys: str) -> datetime | None:
        """The first of these keys that has a value, in the zone it is written in.

        Raises:
            SourceError: It is no date: without it the post's address would be wrong.

        """
        for key in keys:
            value = self.text(key)
            if not value or value.lower() in _YES | _NO:
                continue
            if date := read_date(value):
                return date
            raise SourceError(f'{key}: "{value[:40]}" is no date; write 2026-01-31')
        return None

    def table(self, key: str) -> Mapping[str, Any] | None:
        """A nested table, or None."""
        value = self.values.get(key)
        return value if isinstance(value, Mapping) else None


def _key(name: str) -> str:
    return _NOT_IN_KEYS.sub("", name.lower())
