"""Checks the settings of all targets before anything is read or sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from share_bridge.config.model import Config, TargetConfig
from share_bridge.config.secrets import PLACEHOLDER
from share_bridge.config.settings import secret_fields, validate
from share_bridge.errors import ConfigurationError, PluginError

if TYPE_CHECKING:
    from share_bridge.plugin.publisher import Publisher

__all__ = ["Offered", "Publishers", "check_settings"]


class Offered(Protocol):
    """One publisher that a plugin registered."""

    @property
    def name(self) -> str:
        """What users write."""
        ...


class Publishers(Protocol):
    """Where publishers come from."""

    @property
    def failures(self) -> Sequence[object]:
        """Plugins that did not load."""
        ...

    def publishers(self) -> Sequence[Offered]:
        """All publishers that are offered, by name."""
        ...

    def publisher(self, name: str) -> type[Publisher]:
        """The publisher of that name, imported now."""
        ...


def check_settings(config: Config, publishers: Publishers) -> None:
    """Validate every target's settings, without looking for any secret.

    Raises:
        ConfigurationError: All mistakes, a line each; a publisher that nobody
            offers is one of them.

    """
    problems = []
    for target in config.targets:
        try:
            model = publishers.publisher(target.publisher).settings
        except PluginError as error:
            if not publishers.failures and not _is_offered(publishers, target):
                problems.append(f"targets.{target.name}.publisher: {error}")
            continue  # a plugin that fails blocks its own targets, and is said there
        secrets = {
            secret.name: PLACEHOLDER
            for secret in secret_fields(model)
            if secret.required or secret.name in target.settings
        }
        try:
            validate(target, model, secrets)
        except ConfigurationError as error:
            problems.append(str(error))
    if problems:
        raise ConfigurationError("\n".join(problems))


def _is_offered(publishers: Publishers, target: TargetConfig) -> bool:
    return any(offer.name == target.publisher for offer in publishers.publishers())
