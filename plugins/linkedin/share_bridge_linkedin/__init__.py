"""Registers the LinkedIn publisher; what it does is imported when it is used."""

from __future__ import annotations

from share_bridge.plugin import Registration, hookimpl

__all__ = ["register_publishers"]


@hookimpl
def register_publishers() -> list[Registration]:
    """The publisher of this package."""
    load = "share_bridge_linkedin.publisher:LinkedinPublisher"
    return [Registration("linkedin", "LinkedIn", load)]
