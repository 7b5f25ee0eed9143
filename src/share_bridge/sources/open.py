"""The sources that share-bridge brings itself, by their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from share_bridge.errors import ConfigurationError
from share_bridge.plugin.source import Source

if TYPE_CHECKING:
    from share_bridge.config.model import SourceConfig

__all__ = ["KINDS", "open_source"]

#: What is not one of these is the name of a plugin's source.
KINDS = ("feed", "files", "event")


def open_source(config: SourceConfig, *, stdin: BinaryIO | None = None) -> Source:
    """The source that reads what this configuration names.

    Args:
        config: Its `kind` is one of `KINDS`.
        stdin: What `feed = "-"` reads; None: this process's standard input.

    Raises:
        ConfigurationError: It is of another kind.

    """
    if config.kind == "feed":
        from share_bridge.sources.feed import FeedSource  # noqa: PLC0415 - one of many

        return FeedSource(stdin=stdin)
    if config.kind == "files":
        from share_bridge.sources.files import FilesSource  # noqa: PLC0415 - one of many

        return FilesSource()
    if config.kind == "event":
        from share_bridge.sources.event import EventSource  # noqa: PLC0415 - seldom

        return EventSource()
    raise ConfigurationError(
        f"sources.{config.name}.kind: {config.kind!r} is none of {', '.join(KINDS)}"
    )
