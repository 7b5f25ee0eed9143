"""`template = "…"` or `{ file = "…" }`: how a target's messages are laid out."""

from __future__ import annotations

from typing import Any

from share_bridge.config import values
from share_bridge.config.values import InvalidError, Place

__all__ = ["parse_template"]

_MAX_BYTES = 40_000


def parse_template(value: Any, place: Place) -> str:
    """The text of a template; it is read now, and looked at with the settings."""
    if not isinstance(value, dict):
        return values.text(value, place)
    if set(value) != {"file"}:
        raise InvalidError('write a text, or { file = "templates/home.txt" }')
    path = values.path(value["file"], place)
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InvalidError(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > _MAX_BYTES:
        raise InvalidError(f"{path} is longer than {_MAX_BYTES:,} bytes")
    try:
        return values.text(content.decode("utf-8-sig"), place)
    except UnicodeDecodeError:
        raise InvalidError(f"{path} is not UTF-8: save it as UTF-8") from None
