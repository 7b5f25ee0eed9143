"""Registers the blog as a fediverse actor; what it does is imported when it is used."""

from __future__ import annotations

from typing import Any

from share_bridge.plugin import Registration, hookimpl

__all__ = [
    "register_commands",
    "register_inboxes",
    "register_publishers",
    "register_routes",
]


@hookimpl
def register_publishers() -> list[Registration]:
    """The publisher of this package."""
    load = "share_bridge_activitypub.publisher:FediversePublisher"
    return [Registration("activitypub", "ActivityPub", load, extra="activitypub")]


@hookimpl
def register_routes() -> list[Registration]:
    """What `share-bridge serve` serves of it."""
    load = "share_bridge_activitypub.web.routes:routes"
    return [Registration("activitypub", "ActivityPub", load, extra="activitypub")]


@hookimpl
def register_inboxes() -> list[Registration]:
    """What `share-bridge serve --inbox-only` serves of it."""
    load = "share_bridge_activitypub.spool.routes:intake"
    return [Registration("activitypub", "ActivityPub", load, extra="activitypub")]


@hookimpl
def register_commands(cli: Any) -> None:
    """`share-bridge fediverse`."""
    from share_bridge_activitypub.commands import (  # noqa: PLC0415 - with commands only
        fediverse,
    )

    cli.add_command(fediverse)
