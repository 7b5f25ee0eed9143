"""Shows teasers at the terminal: the shortest way to see what would be sent."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from share_bridge.plugin import (
    Account,
    Capabilities,
    Context,
    Message,
    Publisher,
    Receipt,
    Settings,
    Support,
    TextLimit,
)

__all__ = ["ConsolePublisher", "ConsoleSettings", "show"]

WIDTH = 72


class ConsoleSettings(Settings):
    """What `[targets.NAME]` of a console may say."""

    label: str = ""
    """Tells two consoles apart; shown beside the target's name."""


class ConsolePublisher(Publisher):
    """Print every teaser; what was printed cannot be taken back."""

    name = "console"
    title = "Console"
    settings = ConsoleSettings
    capabilities: ClassVar = Capabilities(
        text=(TextLimit(500),),
        digest=(TextLimit(3_000),),
        has_title=True,
        local=True,
        content_warning=Support.FULL,
        language=Support.FULL,
    )

    async def check(self, context: Context) -> Account:
        """The terminal is always there."""
        return Account(id=context.settings.label, name=context.settings.label)

    async def publish(self, message: Message, context: Context) -> Receipt:
        """Print title, text and link above a rule with the target's name."""
        name = " · ".join(filter(None, (context.target, context.settings.label)))
        context.print(show(message, name))
        return Receipt(remote_id=context.key())


def show(message: Message, name: str) -> str:
    """The message as lines for people, wrapped, with a rule that ends it."""
    warning = message.content_warning and f"⚠ {message.content_warning}"
    blocks = [_wrapped(text) for text in (message.title, warning, message.text)]
    return "\n\n".join([*filter(None, blocks), _rule(name)]) + "\n"


def _wrapped(text: str) -> str:
    lines = [
        wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
        for line in text.strip().splitlines()
    ]
    return "\n".join("\n".join(line) for line in lines)


def _rule(name: str) -> str:
    return f"{'─' * max(3, WIDTH - len(name) - 1)} {name}"
