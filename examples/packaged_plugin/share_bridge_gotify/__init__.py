"""Registers the Gotify publisher; it is imported when something is sent to it."""

from __future__ import annotations

from share_bridge.plugin import Registration, hookimpl

__all__ = ["register_publishers"]


@hookimpl
def register_publishers() -> list[Registration]:
    """The publisher of this package."""
    return [
        Registration(
            "gotify", "Gotify", load="share_bridge_gotify.publisher:GotifyPublisher"
        ),
    ]
