"""Checks the settings of all targets before anything is read or sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from share_bridge.config.model import Config, TargetConfig
from share_bridge.config.secrets import PLACEHOLDER
from share_bridge.config.settings import secret_fields, validate
from share_bridge.errors import ConfigurationError, PluginError
from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.post import Post

if TYPE_CHECKING:
    from share_bridge.plugin.publisher import Publisher
    from share_bridge.plugin.settings import Settings

__all__ = ["Offered", "Publishers", "check_settings", "without_secrets"]


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


_SAMPLES = (
    Post(
        source="sample",
        identity="sample:1",
        url="https://example.org/2026/11/a-post-with-everything",
        title="A post with everything",
        content="<p>What a reader sees of it.</p>",
        published=datetime(2026, 11, 1, tzinfo=UTC),
        authors=("Ann Author", "Bo Author"),
        tags=("one", "two"),
        language="en",
    ),
    Post(source="sample", identity="sample:2", url="https://example.org/", title="A"),
)
#: What a target that sends digests is tried on: two posts, and one without a title.
_DIGESTS = (
    Post(
        source="sample",
        identity="sample:digest",
        title="What is new",
        base="https://example.org/",
        published=datetime(2026, 11, 1, tzinfo=UTC),
        language="en",
        posts=(
            replace(_SAMPLES[0], content="", summary="<p>What a reader sees.</p>"),
            replace(_SAMPLES[1], title="", summary="<p>A note.</p>"),
        ),
    ),
)


def check_settings(config: Config, publishers: Publishers) -> None:
    """Validate every target's settings, without looking for any secret.

    Raises:
        ConfigurationError: All mistakes, a line each; a publisher that nobody
            offers is one of them.

    """
    problems = []
    for target in config.targets:
        try:
            publisher = publishers.publisher(target.publisher)
        except PluginError as error:
            if not publishers.failures and not _is_offered(publishers, target):
                problems.append(f"targets.{target.name}.publisher: {error}")
            continue  # a plugin that fails blocks its own targets, and is said there
        try:
            without_secrets(target, publisher.settings)
        except ConfigurationError as error:
            problems.append(str(error))
        if target.thread and publisher.capabilities.threads is not Support.FULL:
            problem = f"{target.publisher} sends no threads: take it out"
            problems.append(f"targets.{target.name}.thread: {problem}")
        if target.template is not None:
            problems += _tried(target, config, publisher.capabilities)
    if problems:
        raise ConfigurationError("\n".join(problems))


def _tried(
    target: TargetConfig, config: Config, capabilities: Capabilities
) -> Iterator[str]:
    """What a template fails at, tried on a post that has everything, and on a bare one.

    By the documented limits: a server that takes less is asked later, and holds.
    """
    from share_bridge.text.compose import (  # noqa: PLC0415 - few targets have one
        Rules,
        compose,
    )

    rules = Rules(
        target.name,
        capabilities,
        read_more=target.read_more,
        hashtags=target.hashtags,
        template=target.template,
        site=config.site.title,
    )
    try:
        for post in _DIGESTS if target.digest else _SAMPLES:
            compose(post, rules)
    except ValueError as error:
        yield f"targets.{target.name}.template: {error}"


def without_secrets(target: TargetConfig, model: type[Settings]) -> Settings:
    """The settings of a target with placeholders for its secrets.

    Raises:
        ConfigurationError: As `validate` does.

    """
    secrets = {
        secret.name: PLACEHOLDER
        for secret in secret_fields(model)
        if secret.required or secret.name in target.settings
    }
    return validate(target, model, secrets)


def _is_offered(publishers: Publishers, target: TargetConfig) -> bool:
    return any(offer.name == target.publisher for offer in publishers.publishers())
