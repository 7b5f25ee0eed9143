"""The author's words, chosen and cut, until all of the message is within the limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from share_bridge.model.capabilities import Capabilities, Support
from share_bridge.model.message import Message
from share_bridge.text.blocks import Block, Kind
from share_bridge.text.choose import Choice, choose
from share_bridge.text.hashtags import hashtags
from share_bridge.text.layout import Layout, link_line
from share_bridge.text.measure import counter
from share_bridge.text.render import as_text, cut_blocks, spans
from share_bridge.text.titles import repeats, without_title
from share_bridge.text.truncate import Cut, truncate

__all__ = ["DoesNotFitError", "Draft", "Room", "draft"]

#: Characters of a teaser where the target has no limit, and where it has one that
#: the post does not fit: a teaser that runs to thousands is none.
_UNLIMITED, _LIMITED = 500, 1_200
#: A teaser shorter than this gives way: hashtags first, then the teaser itself.
_FAIR, _LEAST = 60, 20
#: How much text is looked at, step by step until there is enough; targets share
#: the steps, and so what was cleaned for one.
_STEPS = (1_500, 4_000, 16_000, 64_000, 1_000_000)


class DoesNotFitError(ValueError):
    """The author's own words, or the link alone, are over the target's limit."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A layout that fits, and the blocks that its teaser is written from.

    Attributes:
        more: The post says more than the teaser.

    """

    layout: Layout
    blocks: tuple[Block, ...]
    more: bool


class Room:
    """What a target can hold: all limits at once, each in its own unit."""

    def __init__(self, capabilities: Capabilities, warning: str) -> None:
        counted = warning if takes_warning(capabilities) else ""
        self._limits = [
            (limit, count, limit.maximum - count(counted))
            for limit in capabilities.text
            for count in (counter(limit.counting),)
        ]
        self.bounded = bool(self._limits)
        self.most = _LIMITED if self.bounded else _UNLIMITED
        smallest = min(
            (limit.maximum for limit in capabilities.text), default=self.most
        )
        #: Characters of text that likely, and that surely, are more than it holds:
        #: few characters take a dozen code points, and few posts are made of such.
        self.likely = 3 * min(smallest, self.most)
        self.surely = 12 * smallest

    def holds(self, text: str) -> bool:
        """Whether a whole text is within every limit."""
        return all(count(text) <= left for _, count, left in self._limits)

    def excess(self, text: str) -> str:
        """In words by how much a text is over the first limit it breaks, or ""."""
        for limit, count, left in self._limits:
            over = count(text) - left
            if over > 0:
                unit = limit.counting.unit.value
                return f"{over} over the limit of {limit.maximum} {unit}"
        return ""


def takes_warning(capabilities: Capabilities) -> bool:
    """Whether the service has a place for a content warning, and counts it."""
    return capabilities.content_warning is Support.FULL


def draft(
    message: Message, capabilities: Capabilities, *, most_tags: int | None
) -> Draft:
    """Choose and cut the author's words for a target.

    Args:
        message: With post, title, link, words of the link and content warning.
        capabilities: Its limits and features.
        most_tags: Hashtags at most; None: as many as fit.

    Raises:
        DoesNotFitError: The link alone is over a limit.

    """
    fitting = _Fitting(message, capabilities, most_tags)
    for step in _STEPS:
        if step < fitting.room.likely and step != _STEPS[-1]:
            continue
        choice = choose(message.post, text_chars=step)
        found = fitting.whole(choice)
        if found and not choice.longer:
            return found
        if not found or step >= fitting.room.surely:
            break
    return fitting.cut(choice)


class _Fitting:
    """One message and the room that it has to fit into."""

    def __init__(
        self, message: Message, capabilities: Capabilities, most_tags: int | None
    ) -> None:
        self.message = message
        self.capabilities = capabilities
        self.most_tags = most_tags
        self.room = Room(capabilities, message.content_warning)

    def whole(self, choice: Choice) -> Draft | None:
        """All of the choice, with as many hashtags as fit; None if it is too long."""
        layout, blocks = self.start(choice)
        more = choice.more or bool(layout.warning)
        layout = replace(layout, teaser=as_text(blocks), link=self.link(more=more))
        if not self.room.bounded and len(layout.teaser) > self.room.most:
            return None
        for tags in self.tags(layout):
            shown = replace(layout, tags=tags)
            if self.room.holds(shown.text):
                return Draft(shown, blocks, more)
        return None

    def cut(self, choice: Choice) -> Draft:
        """The beginning of the choice that fits.

        Hashtags give way first, then the teaser, then the title; never the link.
        """
        layout, blocks = self.start(choice)
        layout = replace(layout, link=self.link(more=True))
        text = as_text(blocks)
        avoid = tuple(_loose_ends(blocks))
        cut = Cut("", 0, "", whole=not text)
        for tags in self.tags(replace(layout, teaser=text)):
            layout = replace(layout, tags=tags)
            cut = truncate(text, self.holding(layout), avoid=avoid)
            if len(cut.text) >= min(_FAIR, len(text)):
                break
        if not cut.text or (len(cut.text) < _LEAST and not cut.whole and layout.title):
            return Draft(self.bare(layout), (), more=True)
        shown = cut_blocks(blocks, cut.end, cut.suffix)
        return Draft(replace(layout, teaser=cut.text), shown, more=True)

    def start(self, choice: Choice) -> tuple[Layout, tuple[Block, ...]]:
        """The layout's title and warning, and the blocks that may stand below."""
        title, blocks = self.message.title, choice.blocks
        if self.capabilities.has_title:
            title, blocks = "", without_title(title, blocks)
        elif blocks:
            blocks = without_title(title, blocks)
            title = "" if blocks and repeats(title, as_text(blocks[:1])) else title
        if self.message.content_warning and not takes_warning(self.capabilities):
            # Nobody is to read by accident what the author put behind a warning.
            return Layout(title, f"CW: {self.message.content_warning}"), ()
        return Layout(title), blocks

    def link(self, *, more: bool) -> str:
        """The line of the link, with words where there is more and no card says so."""
        card = self.capabilities.link_card is Support.FULL
        words = self.message.read_more if more and not card else ""
        return link_line(words, self.message.link, self.message.language)

    def tags(self, layout: Layout) -> Iterator[tuple[str, ...]]:
        """The hashtags, then one less each time, then none."""
        if not self.capabilities.has_tags:
            yield ()
            return
        post = self.message.post
        given = post.tags if post.override.tags is None else post.override.tags
        made = hashtags(given, f"{layout.title}\n{layout.teaser}")[: self.most_tags]
        for count in range(len(made), -1, -1):
            yield made[:count]

    def holding(self, layout: Layout) -> Callable[[str], bool]:
        """Whether a teaser fits into the layout."""

        def holds(teaser: str) -> bool:
            if len(teaser) > self.room.most:
                return False
            return self.room.holds(replace(layout, teaser=teaser).text)

        return holds

    def bare(self, layout: Layout) -> Layout:
        """Title and link alone, the title as long as it can be."""
        for link in (layout.link, self.message.link):
            alone = Layout(warning=layout.warning, link=link)
            if self.room.holds(alone.text):
                title = truncate(
                    layout.title,
                    lambda title, alone=alone: self.room.holds(  # type: ignore[misc]  # bound by its default
                        replace(alone, title=title).text
                    ),
                )
                return replace(alone, title=title.text)
        excess = self.room.excess(self.message.link)
        raise DoesNotFitError(f"the link {self.message.link} alone is {excess}")


def _loose_ends(blocks: tuple[Block, ...]) -> Iterator[tuple[int, int]]:
    """Where no text may end: in a heading, or behind what only marks an item."""
    for block, (start, words, end) in zip(blocks, spans(blocks), strict=True):
        if block.kind is Kind.HEADING:
            yield start, end
        elif block.marker:
            yield start, words
