"""Posts that not everybody may see, on servers that do not list them to their author.

Takahe and snac do not (their sources, 2026-11-22). A list without such a post then
does not prove that a lost attempt was not accepted.
"""

from __future__ import annotations

from datetime import datetime

from share_bridge.plugin import Context

__all__ = ["awaits_hidden", "forget_hidden", "note_hidden"]

_PREFIX = "hidden/"


def note_hidden(context: Context, key: str) -> None:
    """Such a post is about to be sent."""
    context.state.put(_PREFIX + key, context.now().isoformat())


def forget_hidden(context: Context, key: str) -> None:
    """It was accepted: nobody has to look for it."""
    context.state.put(_PREFIX + key, None)


def awaits_hidden(context: Context, *, since: datetime) -> bool:
    """Whether one was sent since then, and no answer came."""
    return any(
        datetime.fromisoformat(sent) >= since for _, sent in context.state.scan(_PREFIX)
    )
