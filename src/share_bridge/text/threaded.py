"""The whole post as a thread: parts that fit, cut where a reader would pause."""

from __future__ import annotations

from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from share_bridge.model.capabilities import Capabilities
from share_bridge.model.message import Message
from share_bridge.model.thread import LinkPart, Thread
from share_bridge.text.choose import whole
from share_bridge.text.draft import Fitting, loose_ends
from share_bridge.text.layout import Layout
from share_bridge.text.render import as_text
from share_bridge.text.truncate import Cut, truncate

__all__ = ["Threaded", "in_parts"]

#: Beside link, hashtags and number there is room for so much, or they do not stand.
_FAIR = 80


class Threaded(Struct, frozen=True):
    """The parts of a thread, and all that they say of the post."""

    parts: tuple[Layout, ...]
    teaser: str


def in_parts(
    message: Message,
    capabilities: Capabilities,
    *,
    thread: Thread,
    most_tags: int | None,
) -> Threaded | None:
    """The post in as many parts as it takes, at most what the target wants.

    Every part fits; put together they are the post's own words in their order. None:
    there is nothing to part, or no place to part it at; a teaser says it then.

    Args:
        message: As for `draft`.
        capabilities: Of the target.
        thread: How it wants its threads.
        most_tags: Hashtags at most; None: as many as fit.

    """
    fitting = Fitting(message, capabilities, most_tags, attrgetter("text"))
    choice = whole(message.post)
    layout, blocks = fitting.start(choice)
    text = as_text(blocks)
    if not fitting.room.bounded or not text or layout.warning:
        return None
    walk = _Walk(
        fitting,
        thread,
        more=choice.more,
        title=layout.title,
        text=text,
        avoid=tuple(loose_ends(blocks)),
    )
    alone = replace(walk.frame(1, "", closing=True), teaser=text)
    if fitting.left(alone) >= 0:
        return Threaded((alone,), text)
    for total in ("9", "99", "999") if thread.numbered else ("",):
        parts, end = walk.parts(total)
        if not thread.numbered or len(parts) <= int(total):
            break
    if len(parts) < 2:  # noqa: PLR2004 - one part is no thread
        return None
    if thread.numbered:
        parts = [
            replace(part, number=f"{number}/{len(parts)}")
            for number, part in enumerate(parts, 1)
        ]
    return Threaded(tuple(parts), text[:end])


class _Walk:
    """One text, and the room of its parts."""

    def __init__(
        self,
        fitting: Fitting,
        thread: Thread,
        *,
        more: bool,
        title: str,
        text: str,
        avoid: tuple[tuple[int, int], ...],
    ) -> None:
        self.fitting = fitting
        self.thread = thread
        self.more = more
        self.title = title
        self.text = text
        self.avoid = avoid
        tags = fitting.tags(Layout(title, teaser=text))
        ample = Layout(link=fitting.link(more=True), tags=tags, number="99/99")
        self.tags = tags if fitting.left(ample) >= _FAIR else ()

    def parts(self, total: str) -> tuple[list[Layout], int]:
        """The parts, and where the last one ends; none where a part cannot be cut.

        Args:
            total: What is counted for the number of parts.

        """
        found: list[Layout] = []
        start = 0
        while True:
            number = len(found) + 1
            rest = self.text[start:]
            closing = self.frame(number, total, closing=True)
            if self._left(closing, rest) >= 0:
                return [*found, replace(closing, teaser=rest)], len(self.text)
            last = number == self.thread.most
            frame = self.frame(number, total, closing=last, cut=last)
            # What fits but for the link leaves some of its words to the next part.
            fits = not last and self._left(frame, rest) >= 0
            cut = self._cut(closing if fits else frame, start)
            if not cut.text or cut.whole:
                return [], 0
            found.append(replace(frame, teaser=cut.text))
            start += cut.end
            if last:
                return found, start
            start += len(rest[cut.end :]) - len(rest[cut.end :].lstrip())

    def frame(
        self, number: int, total: str, *, closing: bool, cut: bool = False
    ) -> Layout:
        """All of a part but its words."""
        first = self.thread.link is LinkPart.FIRST
        linked = number == 1 if first else closing
        more = cut or self.more
        return Layout(
            title=self.title if number == 1 else "",
            link=self.fitting.link(more=more) if linked else "",
            tags=self.tags if linked else (),
            number=f"{total}/{total}" if total else "",
        )

    def _left(self, frame: Layout, words: str) -> int:
        return self.fitting.left(replace(frame, teaser=words))

    def _cut(self, frame: Layout, start: int) -> Cut:
        return truncate(
            self.text[start:],
            lambda words: self._left(frame, words),
            avoid=[
                (max(0, begun - start), end - start)
                for begun, end in self.avoid
                if end > start
            ],
            language=self.fitting.message.language,
            most=self.fitting.room.likely,
        )
