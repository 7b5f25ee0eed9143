"""Validates a target's settings, and says all that is wrong by its TOML path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from share_bridge.config.model import TargetConfig
from share_bridge.config.tables import join
from share_bridge.config.target_tables import COMMON_KEYS
from share_bridge.errors import ConfigurationError
from share_bridge.text.suggest import closest

if TYPE_CHECKING:
    from msgspec.structs import FieldInfo

    from share_bridge.plugin.settings import Settings

__all__ = ["SecretField", "read_settings", "secret_fields", "validate"]

AnySettings = TypeVar("AnySettings", bound="Settings")


class SecretField(NamedTuple):
    """A secret that a publisher's settings name.

    Attributes:
        name: The key in the target's table.
        required: There is no default: without it the target cannot work.

    """

    name: str
    required: bool = True


def secret_fields(model: type[Settings]) -> tuple[SecretField, ...]:
    """The fields of a publisher's settings whose values are `Secret`."""
    return tuple(
        SecretField(field.encode_name, required=field.required)
        for field in _fields(model)
        if _is_secret(field.type)
    )


@cache
def _fields(model: type[Settings]) -> tuple[FieldInfo, ...]:
    from msgspec.structs import fields  # noqa: PLC0415 - only when there is work

    return fields(model)


def _is_secret(annotation: Any) -> bool:
    from share_bridge.plugin.settings import Secret  # noqa: PLC0415 - as above

    return annotation is Secret or any(map(_is_secret, get_args(annotation)))


def validate(
    target: TargetConfig, model: type[Settings], secrets: Mapping[str, str]
) -> Settings:
    """The publisher's settings of a target.

    Args:
        target: With its raw settings.
        model: The publisher's settings class.
        secrets: By key, resolved (see `config.secrets`); a secret that is not
            among them is treated as not set, however the table spells it.

    Raises:
        ConfigurationError: One line for each mistake, `targets.home.server: …`.
            Values never appear in it: one may be a secret in the wrong place.

    """
    hidden = {field.name for field in secret_fields(model)}
    plain = {key: value for key, value in target.settings.items() if key not in hidden}
    given = {key: value for key, value in secrets.items() if key in hidden}
    return read_settings(
        model,
        {**plain, **given},
        path=f"targets.{target.name}",
        publisher=target.publisher,
    )


def read_settings(
    model: type[AnySettings],
    table: Mapping[str, Any],
    *,
    path: str = "settings",
    publisher: str = "this publisher",
) -> AnySettings:
    """Settings from a table whose secrets are plain text.

    Args:
        model: The settings class.
        table: As TOML gives it, without the common keys.
        path: Where the table stands.
        publisher: Whose keys they are, for the message about an unknown one.

    Raises:
        ConfigurationError: As `validate` does.

    """
    reader = _Reader(publisher)
    settings: AnySettings = reader.read(model, table, path)
    if reader.problems:
        raise ConfigurationError("\n".join(reader.problems))
    return settings


class _Reader:
    """Reads field by field, and keeps everything that is wrong."""

    def __init__(self, publisher: str) -> None:
        self.problems: list[str] = []
        self._publisher = publisher

    def read(self, model: type[Settings], table: Mapping[str, Any], path: str) -> Any:
        """The settings in a table; what is returned has no meaning after a problem."""
        before = len(self.problems)
        fields = {field.encode_name: field for field in _fields(model)}
        given = {}
        for key, field in fields.items():
            if key in table:
                given[field.name] = self._value(field.type, table[key], join(path, key))
            elif field.required:
                self._complain(join(path, key), _missing(model, field.name))
        for key in table:
            if key not in fields:
                problem = f"unknown key for {self._publisher}{_close(key, fields)}"
                self._complain(join(path, key), problem)
        if len(self.problems) == before:
            try:
                return model(**given)
            except ValueError as error:  # its own rule about several fields
                self._complain(path, str(error))
        return None

    def _value(self, kind: Any, value: Any, path: str) -> Any:
        from msgspec import ValidationError, convert  # noqa: PLC0415 - with work only

        if isinstance(value, Mapping) and (model := _table(kind)):
            return self.read(model, value, path)
        try:
            return _checked(kind, convert(value, kind, dec_hook=_from_text))
        except ValidationError as error:
            from share_bridge.config.wording import in_words  # noqa: PLC0415 - a mistake

            problem, _, place = str(error).partition(" - at `$")
            self._complain(path + place.rstrip("`"), in_words(problem, kind))
        except ValueError as error:  # of a `Check`
            self._complain(path, str(error))
        return None

    def _complain(self, path: str, problem: str) -> None:
        self.problems.append(f"{path}: {problem}")


def _table(kind: Any) -> type[Settings] | None:
    """The settings class of a table within the table."""
    from share_bridge.plugin.settings import Settings  # noqa: PLC0415 - with work only

    for model in (kind, *_alternatives(kind)):
        if isinstance(model, type) and issubclass(model, Settings):
            return model
    return None


def _from_text(kind: type, value: Any) -> Any:
    """A secret, or another type that msgspec does not know, from its text."""
    if isinstance(value, kind):
        return value
    if not isinstance(value, str):
        raise TypeError("Expected `str`")
    return kind(value)


def _checked(kind: Any, value: Any) -> Any:
    """The value after every `Check` in its annotation, the innermost first."""
    from share_bridge.plugin.settings import Check  # noqa: PLC0415 - with work only

    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        value = _checked(inner[0], value)
        for check in inner[1:]:
            value = check.rule(value) if isinstance(check, Check) else value
    elif origin in {list, tuple, set, frozenset}:
        value = origin(_checked(inner[0], it) for it in value)
    elif value is not None and len(only := _alternatives(kind)) == 1:
        value = _checked(only[0], value)
    return value


def _alternatives(kind: Any) -> list[Any]:
    """The types of `A | B | None` that are not None."""
    if get_origin(kind) not in {Union, UnionType}:
        return []
    return [it for it in get_args(kind) if it is not NoneType]


def _missing(model: type[Settings], name: str) -> str:
    from share_bridge.config.docstrings import docstrings  # noqa: PLC0415 - a mistake

    purpose = docstrings(model).get(name, "").partition("\n")[0].rstrip(".")
    return f"is missing: {purpose}" if purpose else "is missing"


def _close(key: str, fields: Iterable[str]) -> str:
    if found := closest(key, {*fields, *COMMON_KEYS}):
        return f"; did you mean {found}?"
    return f"; its own keys are: {', '.join(sorted(fields)) or 'none'}"
