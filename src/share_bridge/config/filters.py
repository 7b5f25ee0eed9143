"""`filters = { … }`: which posts are meant for a target, as its owner writes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct

from share_bridge.config import values
from share_bridge.config.tables import TableReader
from share_bridge.config.values import InvalidError, Parser, Place

__all__ = ["Filters", "parse_filters"]


class Filters(Struct, frozen=True, kw_only=True):
    """What a post has to be to go to a target; empty: anything.

    Attributes:
        tags: It has at least one of them; categories are tags.
        not_tags: It has none of them.
        language: It is in one of them; `en` stands for `en-GB` too.
        source: It comes from one of these.
        title, not_title: Its title looks like one, or none, of these: `*` stands for
            anything, `?` for one character; capitals do not matter.
        max_age: It is not older, when it is first seen.

    """

    tags: tuple[str, ...] = ()
    not_tags: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    not_title: tuple[str, ...] = ()
    max_age: timedelta | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked of a post."""
        return self != Filters()


def _texts(value: Any, place: Place) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    if not items:
        raise InvalidError("name at least one, or take it out")
    return tuple(values.text(item, place) for item in items)


def _languages(value: Any, place: Place) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [value]
    return tuple(values.language(item, place) for item in items)


def _categories(value: Any, place: Place) -> None:
    del value, place
    raise InvalidError("categories are tags here: write tags or not_tags")


_KEYS: Mapping[str, Parser] = {
    "tags": _texts,
    "not_tags": _texts,
    "language": _languages,
    "source": _texts,
    "title": _texts,
    "not_title": _texts,
    "max_age": values.some_time,
    "categories": _categories,
    "not_categories": _categories,
}


def parse_filters(value: Any, place: Place) -> Filters:
    """The table of filters of one target."""
    if not isinstance(value, dict):
        raise InvalidError('write a table such as { tags = ["python"] }')
    reader = TableReader(place)
    found = reader.read(value, _KEYS, "")
    if reader.problems:
        raise InvalidError("; ".join(reader.problems))
    return Filters(**found)
