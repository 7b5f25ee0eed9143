"""The settings of a publisher: a class of typed fields whose secrets stay secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, dataclass_transform

import msgspec

__all__ = ["Check", "Secret", "Settings"]


class Secret:
    """A value that shows itself only to `reveal()`.

    In TOML it is `{ env = "NAME" }`, `{ file = "path" }`, `{ command = […] }` or
    `{ keyring = "…" }`; `SHARE_BRIDGE_<TARGET>_<KEY>` wins over all of them, and
    where none is given the credentials store is asked.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself: for the request, never for a log or an error."""
        return self._value

    def __repr__(self) -> str:
        return "Secret('…')"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)


class Check(NamedTuple):
    """A rule of your own for one setting: `Annotated[str, Check(address)]`.

    Attributes:
        rule: Takes the value, returns it as it shall be used, or raises
            `ValueError` with what the value has to be; it never repeats the value.

    """

    rule: Callable[[Any], Any]


@dataclass_transform(
    kw_only_default=True, frozen_default=True, field_specifiers=(msgspec.field,)
)
class _ByName(msgspec.StructMeta):
    """Fields are named when they are given, so they stand in any order."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]
    ) -> Any:
        strict: dict[str, Any] = {"frozen": True, "forbid_unknown_fields": True}
        return super().__new__(cls, name, bases, namespace, kw_only=True, **strict)


class Settings(msgspec.Struct, metaclass=_ByName):
    """Base of a publisher's settings: what stands in `[targets.NAME]`.

    A field is a key, its annotation what may stand there, with `msgspec.Meta` for
    ranges and lengths and `Check` for rules of your own; the text below it is its
    description. A rule about several fields is a `__post_init__` that raises
    `ValueError`. All of it holds for what is read from a table.

    The common keys (read_more, timeout, max_per_run …) belong to the core and are
    taken out before; a key that no field names is refused.
    """
