"""How a plugin names what it brings, without importing it."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["API_VERSION", "Registration"]

#: The version of the contract that this share-bridge speaks.
API_VERSION = 1


class Registration(NamedTuple):
    """One publisher, source, set of routes or inbox, by name.

    Attributes:
        name: What users write in `publisher = "…"`; lower case, digits, `-`.
        title: What users read.
        load: `package.module:Class`, imported when first used; a single-file
            plugin may give the class itself.
        extra: The extra of its distribution that brings its dependencies, or None.
        api_version: The version of the contract it was written for.

    """

    name: str
    title: str
    load: str | type
    extra: str | None = None
    api_version: int = API_VERSION
