"""The object of a message, as every kind of server would show it."""

from __future__ import annotations

from datetime import UTC, datetime

from share_bridge.plugin import Message, Rendering
from share_bridge_activitypub.objects import handles_in, make_object
from share_bridge_activitypub.preview.page import draw
from share_bridge_activitypub.preview.readers import READERS
from share_bridge_activitypub.settings import FediverseSettings

__all__ = ["renderings"]

#: A preview has no clock, and shows no time.
_SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def renderings(message: Message, settings: FediverseSettings) -> list[Rendering]:
    """One page for each kind of server; mentions are text, as nobody is asked."""
    shape, who = settings.shape, settings.who
    document = make_object(who, message, shape=shape, published=_SOME_DAY)
    handles = handles_in(message, shape)
    note = f"Sent as {'an Article' if document['type'] == 'Article' else 'a Note'}."
    if handles:
        named = ", ".join(f"@{handle}" for handle in handles[:3])
        note += f" Whom {named} means is looked up when it is sent."
    return [
        Rendering(
            f"At {reader.name}",
            html=draw(
                reader,
                reader.read(document, settings.kind),
                handle=who.handle,
                name=settings.profile.name,
                language=message.language,
                note=note,
            ),
        )
        for reader in READERS
    ]
