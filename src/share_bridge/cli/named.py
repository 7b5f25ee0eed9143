"""What POST and TARGET on the command line mean in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from share_bridge.errors import ConfigurationError

if TYPE_CHECKING:
    from share_bridge.ledger.ledger import Ledger
    from share_bridge.ledger.records import PostRecord, TargetRecord

__all__ = ["find_post", "find_target", "find_targets", "say", "title_of"]


def find_post(opened: Ledger, text: str) -> PostRecord:
    """The post of that link, or whose short id starts so.

    Raises:
        ConfigurationError: There is none, or more than one.

    """
    from share_bridge.text.links import canonical

    known = opened.posts.find((f"link:{canonical(text)}",))
    found = opened.posts.named(text) if known is None else [known]
    if not found:
        raise ConfigurationError(
            f"{text}: no such post in the ledger; `share-bridge status` lists them"
        )
    if len(found) > 1:
        raise ConfigurationError(f"{text}: more than one post; give more of its id")
    return found[0]


def find_target(opened: Ledger, name: str) -> TargetRecord:
    """The target of that name.

    Raises:
        ConfigurationError: Nothing was ever planned for it.

    """
    found = opened.targets.known(name)
    if found is None:
        names = ", ".join(target.name for target in opened.targets.all())
        raise ConfigurationError(
            f"{name}: no such target in the ledger; there are: {names or 'none yet'}"
        )
    return found


def find_targets(opened: Ledger, name: str | None) -> list[TargetRecord]:
    """The target of that name, or all."""
    return opened.targets.all() if name is None else [find_target(opened, name)]


def title_of(record: PostRecord) -> str:
    """What people call the post."""
    return f"“{record.post.title or record.id}”"


def say(text: str) -> None:
    """One line about what was done, safe for a terminal."""
    from share_bridge.text.escape import for_line

    click.echo(for_line(text))
