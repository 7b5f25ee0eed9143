"""Validates a target's settings, and says what is wrong by its TOML path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from share_bridge.config.model import TargetConfig
from share_bridge.config.tables import join
from share_bridge.config.target_tables import COMMON_KEYS
from share_bridge.errors import ConfigurationError
from share_bridge.text.suggest import closest

if TYPE_CHECKING:
    from pydantic import ValidationError

    from share_bridge.plugin.settings import Settings

__all__ = ["SecretField", "secret_fields", "validate"]


@dataclass(frozen=True, slots=True)
class SecretField:
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
        SecretField(name, required=field.is_required())
        for name, field in model.model_fields.items()
        if _is_secret(field.annotation)
    )


def _is_secret(annotation: Any) -> bool:
    from share_bridge.plugin.settings import Secret  # noqa: PLC0415 - pydantic

    parts = (annotation, *get_args(annotation))
    return any(isinstance(part, type) and issubclass(part, Secret) for part in parts)


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
    from pydantic import ValidationError  # noqa: PLC0415 - only when there is work

    hidden = {field.name for field in secret_fields(model)}
    plain = {key: value for key, value in target.settings.items() if key not in hidden}
    given = {key: value for key, value in secrets.items() if key in hidden}
    try:
        return model.model_validate({**plain, **given})
    except ValidationError as error:
        problems = "\n".join(_problems(error, target, model))
        # the cause would quote the values
        raise ConfigurationError(problems) from None


def _problems(
    error: ValidationError, target: TargetConfig, model: type[Settings]
) -> Iterator[str]:
    for item in error.errors(include_input=False, include_url=False):
        path = f"targets.{target.name}"
        for step in item["loc"]:
            path = f"{path}[{step}]" if isinstance(step, int) else join(path, step)
        yield f"{path}: {_wording(item, target, model)}"


def _wording(item: Mapping[str, Any], target: TargetConfig, model: Any) -> str:
    key = str(item["loc"][0]) if item["loc"] else ""
    if item["type"] == "extra_forbidden" and len(item["loc"]) == 1:
        known = {*model.model_fields, *COMMON_KEYS}
        return f"unknown key for {target.publisher}{_close(key, known, model)}"
    if item["type"] == "missing":
        field = model.model_fields.get(key)
        purpose = field.description if field and len(item["loc"]) == 1 else None
        return f"is missing: {_first_line(purpose)}" if purpose else "is missing"
    message = str(item["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _close(key: str, known: set[str], model: Any) -> str:
    if found := closest(key, known):
        return f"; did you mean {found}?"
    return f"; its own keys are: {', '.join(sorted(model.model_fields)) or 'none'}"


def _first_line(purpose: str) -> str:
    return purpose.strip().splitlines()[0].rstrip(".")
