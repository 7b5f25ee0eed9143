"""The owner's word on what others said: shown, or not; each answers in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import unescape

from share_bridge.errors import ConfigurationError
from share_bridge.model.interaction import Interaction, Moderation
from share_bridge.plugin.blocks import Blocks
from share_bridge.plugin.context import Documents
from share_bridge.plugin.interactions import Interactions
from share_bridge.text.escape import for_line

__all__ = ["block", "listed", "moderate"]

_MARKUP = re.compile(r"<[^>]*>")
_WIDTH = 60


def listed(
    states: Mapping[str, Documents], *, everything: bool
) -> Iterator[tuple[str, ...]]:
    """Rows of what waits, or of everything: name, state, kind, target, who, words.

    They are for a terminal's table, which makes them safe.
    """
    for target, state in states.items():
        for it in Interactions(state).of():
            if everything or it.moderation is Moderation.PENDING:
                who = it.handle or it.name or it.actor
                yield it.short, it.moderation, it.kind, target, who, _said(it)


def moderate(
    states: Mapping[str, Documents], names: Iterable[str], moderation: Moderation
) -> list[Interaction]:
    """Say of some whether they are shown.

    Args:
        states: The documents of each target.
        names: Short names, as `listed` gives them, or ids.
        moderation: The owner's word.

    Raises:
        ConfigurationError: One of them is not known; then nothing is changed.

    """
    wanted = list(names)
    chosen = [
        (state, it)
        for state in states.values()
        for it in Interactions(state).of()
        if {it.short, it.id} & {*wanted}
    ]
    known = {name for _, it in chosen for name in (it.short, it.id)}
    for name in wanted:
        if name not in known:
            raise ConfigurationError(
                f"there is nothing with the name {for_line(name)}: see "
                "share-bridge conversation list --all"
            )
    for state, it in chosen:
        state.batch(*Interactions(state).moderating(it, moderation))
    return [it for _, it in chosen]


def block(
    states: Mapping[str, Documents], name: str, *, undo: bool, now: datetime
) -> int:
    """Show nothing more of an actor or host, or do again; how much is forgotten.

    Raises:
        ConfigurationError: It is neither.

    """
    try:
        key, document = Blocks.document(name, since=now.isoformat())
    except ValueError as error:
        raise ConfigurationError(f"{for_line(name)}: {error}") from None
    forgotten = 0
    for state in states.values():
        if undo:
            state.put(key, None)
            continue
        state.put(key, document)
        blocks, kept = Blocks(state), Interactions(state)
        gone = [it for it in kept.of() if blocks.has(it.actor)]
        state.batch([it for one in gone for it in kept.removing(one)])
        forgotten += len(gone)
    return forgotten


def _said(it: Interaction) -> str:
    text = unescape(" ".join(_MARKUP.sub(" ", it.html).split()))
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
