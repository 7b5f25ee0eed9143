"""Says in this program's words what msgspec finds wrong with a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

__all__ = ["in_words"]

_EXPECTED = re.compile(
    r"Expected `(?P<kinds>[^`]+)`"
    r"(?: of length (?P<length>[<>=]+) (?P<size>\S+)"
    r"| (?P<sign>[<>=]+) (?P<bound>\S+)"
    r"| matching regex '(?P<pattern>.*)'"
    r"|, got `(?P<got>.+)`)?"
)
_KINDS = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "datetime": "a date with a time",
    "date": "a date",
    "time": "a time",
}
_SIGNS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}
_PARTS = {"str": "character", "array": "item", "object": "key"}


def in_words(problem: str, kind: Any) -> str:
    """What the value has to be; never the value.

    Args:
        problem: The message of a `msgspec.ValidationError`, without the path.
        kind: The annotation of the field.

    """
    if problem.startswith("Invalid enum value"):  # and it goes on with the value
        words = " or ".join(dict.fromkeys(_choices(kind)))
        return f"has to be {words}" if words else "is none of its values"
    found = _EXPECTED.fullmatch(problem)
    if found is None:
        return problem[:1].lower() + problem[1:]
    kinds = [it for it in found["kinds"].split(" | ") if it != "null"]
    if found["length"]:
        part = _PARTS.get(kinds[0], "part") + ("" if found["size"] == "1" else "s")
        return f"has to have {_SIGNS[found['length']]} {found['size']} {part}"
    if found["sign"]:
        return f"has to be {_SIGNS[found['sign']]} {found['bound']}"
    if found["pattern"]:
        return f"has to match {found['pattern']}"
    return f"has to be {' or '.join(_KINDS.get(it, it) for it in kinds)}"


def _choices(kind: Any) -> Iterator[str]:
    """What `Literal` and enumerations in an annotation allow, as TOML."""
    if get_origin(kind) is Literal:
        for it in get_args(kind):
            yield f'"{it}"' if isinstance(it, str) else str(it)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield from (f'"{it.value}"' for it in kind)
    else:
        for inner in get_args(kind):
            yield from _choices(inner)
