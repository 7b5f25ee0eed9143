"""The hooks a plugin may implement: registrations and observers, all synchronous.

Each plugin is called on its own: what one raises never reaches another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from share_bridge.model.delivery import Delivery
    from share_bridge.model.receipt import Receipt
    from share_bridge.plugin.registration import Registration

__all__ = [
    "delivery_failed",
    "delivery_finished",
    "register_commands",
    "register_inboxes",
    "register_publishers",
    "register_routes",
    "register_sources",
]

hookspec = pluggy.HookspecMarker("share_bridge")


@hookspec
def register_publishers() -> Iterable[Registration]:  # type: ignore[empty-body]  # a spec has no body
    """Name the publishers that this plugin brings; import none of them."""


@hookspec
def register_sources() -> Iterable[Registration]:  # type: ignore[empty-body]  # a spec has no body
    """Name the kinds of sources that this plugin brings; import none of them."""


@hookspec
def register_routes() -> Iterable[Registration]:  # type: ignore[empty-body]  # a spec has no body
    """Name functions `routes(contexts)` that give ASGI routes to the server."""


@hookspec
def register_inboxes() -> Iterable[Registration]:  # type: ignore[empty-body]  # a spec has no body
    """Name functions `intake(contexts)` that give an `Intake` to `--inbox-only`."""


@hookspec
def register_commands(cli: Any) -> None:
    """Add click commands to `cli`, the root group."""


@hookspec
def delivery_finished(delivery: Delivery, receipt: Receipt) -> None:
    """Told after a delivery was recorded as delivered; what it raises is logged."""


@hookspec
def delivery_failed(
    delivery: Delivery, error: Exception, next_attempt_at: datetime | None
) -> None:
    """Told after a failed attempt was recorded; None means that no other follows."""
