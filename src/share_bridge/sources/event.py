"""One post that no feed has: what `publish --id` was told of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from share_bridge.model.post import Post
from share_bridge.plugin.source import Previous, Reading, ReadingState, Source

if TYPE_CHECKING:
    from datetime import datetime

    from share_bridge.config.model import SourceConfig
    from share_bridge.plugin.context import SourceContext

__all__ = ["EVENT", "EventSource", "event_name", "is_event"]

#: The kind of these sources, and what their names begin with: no configured source
#: has a colon in its name.
EVENT = "event"


def event_name(event: str) -> str:
    """What the source of this event is called."""
    return f"{EVENT}:{event}"


def is_event(source: str) -> bool:
    """Whether a source of that name was an event."""
    return source.startswith(f"{EVENT}:")


class EventSource(Source):
    """Give the one post; who runs this again with the same id means the same post."""

    async def read(self, previous: Previous, context: SourceContext) -> Reading:
        """The post as it was told just now; see `Source.read`."""
        from share_bridge.sources.decode import (  # noqa: PLC0415 - with events only
            printable,
        )
        from share_bridge.sources.identity import link_of  # noqa: PLC0415 - the same
        from share_bridge.sources.values import tags  # noqa: PLC0415 - the same
        from share_bridge.text.plain import one_line  # noqa: PLC0415 - the same

        del previous
        settings: SourceConfig = context.settings
        options = settings.options
        url: str = options["url"]
        date: datetime | None = options["date"]
        link = link_of(url)
        post = Post(
            source=settings.name,
            identity=f"guid:{settings.name}",
            aliases=(link,) if link else (),
            url=url,
            title=one_line(options["title"]),
            content=printable(options["html"]),
            base=url,
            published=date,
            tags=tags(options["tags"]),
            language=settings.language,
        )
        return Reading(
            state=ReadingState.READ,
            posts=(post,),
            present=frozenset({post.identity}),
            total=1,
        )
