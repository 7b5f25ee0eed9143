"""Describes a publisher's settings for people who write them in TOML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from share_bridge.config.docstrings import docstrings

if TYPE_CHECKING:
    from share_bridge.plugin.settings import Settings

__all__ = ["SettingDescription", "describe_settings"]

_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "table",
    "array": "list",
}


class SettingDescription(Struct, frozen=True):
    """One key of a target's table, in words.

    Attributes:
        name: The key.
        kind: What may stand there: `text`, `whole number`, `secret` …
        default: As TOML, or `required`; empty where it may be left out.
        purpose: The first sentence of its docstring.

    """

    name: str
    kind: str
    default: str
    purpose: str


def describe_settings(model: type[Settings]) -> Iterator[SettingDescription]:
    """Every setting of a publisher, in the order of its class."""
    from msgspec.json import schema_components  # noqa: PLC0415 - to describe only
    from msgspec.structs import fields  # noqa: PLC0415 - as above

    _, definitions = schema_components(
        [model], schema_hook=lambda kind: {"type": kind.__name__.lower()}
    )
    properties = definitions[model.__name__]["properties"]
    purposes = docstrings(model)
    for field in fields(model):
        value = properties[field.encode_name]
        yield SettingDescription(
            field.encode_name,
            _kind(value, definitions),
            "required" if field.required else _default(value.get("default")),
            _first_sentence(purposes.get(field.name, "")),
        )


def _kind(value: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "$ref" in value:
        definition = definitions.get(value["$ref"].rpartition("/")[2], {})
        return _kind(definition, definitions)
    if "enum" in value or "const" in value:
        return " | ".join(_toml(it) for it in value.get("enum", [value.get("const")]))
    if "anyOf" in value:
        kinds = [_kind(it, definitions) for it in value["anyOf"]]
        return " or ".join(dict.fromkeys(it for it in kinds if it != "nothing"))
    kind = value.get("type", "any")
    if kind == "null":
        return "nothing"
    if kind == "array" and "items" in value:
        return f"list of {_kind(value['items'], definitions)}"
    return _TYPES.get(kind, str(kind)) + _range(value)


def _range(value: Mapping[str, Any]) -> str:
    low, high = value.get("minimum"), value.get("maximum")
    if low is not None and high is not None:
        return f" {low}–{high}"
    if low is not None:
        return f" from {low}"
    return f" up to {high}" if high is not None else ""


def _default(value: Any) -> str:
    return "" if value is None else _toml(value)


def _toml(value: Any) -> str:
    """A value as TOML writes it; JSON is the same for what settings hold."""
    return json.dumps(value, ensure_ascii=False, default=str)


def _first_sentence(purpose: str) -> str:
    text = " ".join(purpose.split())
    first, dot, _ = text.partition(". ")
    return f"{first}." if dot else text
