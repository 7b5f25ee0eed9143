"""Registers the email publisher and its commands; both are imported when used."""

from __future__ import annotations

from typing import Any

from share_bridge.plugin import Registration, hookimpl

__all__ = ["register_commands", "register_publishers"]


@hookimpl
def register_publishers() -> list[Registration]:
    """The publisher of this package."""
    return [
        Registration("email", "E-mail", "share_bridge_email.publisher:EmailPublisher"),
    ]


@hookimpl
def register_commands(cli: Any) -> None:
    """`share-bridge email …`."""
    from share_bridge_email.commands import email  # noqa: PLC0415 - when help is asked

    cli.add_command(email)
