"""What the registry tells of plugins, without having imported what they bring."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

__all__ = ["Condition", "Described", "Failure", "Kind"]


class Kind(StrEnum):
    """What a plugin can bring."""

    PUBLISHER = "publisher"
    SOURCE = "source"
    ROUTES = "routes"
    INBOX = "inbox"


class Condition(StrEnum):
    """Whether it can be used."""

    OK = "ok"
    EXTRA_MISSING = "extra missing"
    FAILED = "failed"


class Described(NamedTuple):
    """One publisher, source, set of routes or inbox.

    Attributes:
        name: As users write it.
        title: As users read it.
        plugin: Name of the plugin that brings it: what `[plugins] disable` takes.
        origin: Distribution and version, or the file it was loaded from.
        reason: Why it cannot be used, in one line, or empty.
        command: What installs the missing extra, or empty.

    """

    name: str
    title: str
    kind: Kind
    plugin: str
    origin: str
    condition: Condition = Condition.OK
    reason: str = ""
    command: str = ""


class Failure(NamedTuple):
    """A plugin that did not do what it should: who, from where, why."""

    plugin: str
    origin: str
    reason: str

    def __str__(self) -> str:
        return f"plugin {self.plugin} ({self.origin}): {self.reason}"
